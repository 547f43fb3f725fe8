// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.ListenerRegistry;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.call.HandlerCallback;
import org.ermine.tee.supplicant.call.RunningCall;
import org.ermine.tee.supplicant.handler.HandlerInvoker;
import org.ermine.tee.supplicant.handler.HandlerProperties;
import org.ermine.tee.supplicant.handler.HandlerSlot;

/**
 * QTEE's {@code IListenerCBO} for one registration: has the message in the shared memory answered by the listener's
 * handler.
 */
final class ListenerCallback implements HandlerCallback {

    /** Output buffer 0: one offset for each of the four memory objects that a message may refer to. */
    private static final int OFFSETS_SIZE = 4 * Integer.BYTES;
    /** Output buffer 1: whether these are of 64 bits. A single small parameter keeps its place among the buffers. */
    private static final int IS_64_SIZE = Integer.BYTES;

    private final HandlerSlot<ListenerHandler> slot;
    private final HandlerInvoker invoker;
    private final ByteBuffer shared;
    private final Duration waitLimit;
    private final Runnable onReleased;
    /** The owner for whom threads wait here, since the clients of a listener are not known. */
    private final String name;

    /**
     * @param shared the memory that is registered with the TEE
     * @param waitLimit how long the TEE's wait for a busy listener may take
     * @param onReleased called when the TEE releases this object
     */
    ListenerCallback(
            HandlerSlot<ListenerHandler> slot,
            HandlerInvoker invoker,
            ByteBuffer shared,
            Duration waitLimit,
            Runnable onReleased) {
        this.slot = slot;
        this.invoker = invoker;
        this.shared = shared;
        this.waitLimit = waitLimit;
        this.onReleased = onReleased;
        this.name = "listener " + HandlerProperties.listenerName(slot.listenerId());
    }

    @Override
    public CallbackObject during(RunningCall call) {
        return new ListenerCall(call);
    }

    /** No handler is told that the TEE released a listener. */
    @Override
    public String called(int op) {
        if (op == DriverContext.OP_RELEASE) {
            return null;
        }
        String serving = slot.servingBundle();
        return serving == null ? name : serving;
    }

    @Override
    public void dispatch(int op, IncomingArguments arguments) throws TeeException {
        invoker.dispatchLocally(this, op, arguments);
    }

    @Override
    public void released() {
        onReleased.run();
    }

    /** The listener during one call. */
    private final class ListenerCall implements CallbackObject {

        private final RunningCall call;

        ListenerCall(RunningCall call) {
            this.call = call;
        }

        @Override
        public void dispatch(int op, IncomingArguments arguments) throws TeeException {
            call.isFor(name);
            switch (op) {
                case ListenerRegistry.CALLBACK_REQUEST -> request(arguments);
                case ListenerRegistry.CALLBACK_WAIT -> awaitIdle(arguments);
                default -> throw new TeeException(TeeResult.INVALID, "a listener has no operation " + op);
            }
        }

        private void request(IncomingArguments arguments) throws TeeException {
            arguments.expect(0, 2, 0, 4);
            requireRoom(arguments, 0, OFFSETS_SIZE);
            requireRoom(arguments, 1, IS_64_SIZE);
            invoker.dispatch(slot, call, arguments, new ListenerRequest(shared, call, arguments));
            // Messages refer to no memory objects.
            arguments.output(0).put(new byte[OFFSETS_SIZE]);
            arguments.output(1).putInt(0);
        }

        /** The TEE asks again after the wait, so it makes no difference to it whether the limit passed. */
        private void awaitIdle(IncomingArguments arguments) throws TeeException {
            arguments.expect(0, 0, 0, 0);
            slot.awaitIdle(call, waitLimit);
        }

        @Override
        public void released() {
            onReleased.run();
        }
    }

    private static void requireRoom(IncomingArguments arguments, int index, int size) throws TeeException {
        if (arguments.output(index).remaining() < size) {
            throw new TeeException(
                    TeeResult.SIZE_OUT,
                    "output " + index + ": room for " + arguments.output(index).remaining() + " bytes, expected "
                            + size);
        }
    }
}
