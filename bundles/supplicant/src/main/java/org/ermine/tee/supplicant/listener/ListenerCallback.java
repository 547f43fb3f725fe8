// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.ListenerRegistry;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.call.HandlerCallback;
import org.ermine.tee.supplicant.call.RunningCall;
import org.ermine.tee.supplicant.handler.Handler;
import org.ermine.tee.supplicant.handler.HandlerInvoker;
import org.ermine.tee.supplicant.handler.HandlerProperties;
import org.ermine.tee.supplicant.handler.HandlerSlot;

/**
 * QTEE's {@code IListenerCBO} for one registration: takes the message out of the shared memory, has it answered by the
 * listener's handler and puts the answer back. The handler works on private memory, because the TEE may change the
 * shared one at any time, and because a handler that returns too late must not write into the next request.
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
    /** For whom threads wait here: the clients of a listener are not known. */
    private final String name;

    /**
     * @param shared the memory that is registered with the TEE
     * @param waitLimit how long the TEE's wait for a busy listener may take
     * @param onReleased called when the TEE lets this object go
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
    public void dispatch(RunningCall call, int op, IncomingArguments arguments) throws TeeException {
        call.isFor(name);
        switch (op) {
            case ListenerRegistry.CALLBACK_REQUEST -> request(call, arguments);
            case ListenerRegistry.CALLBACK_WAIT -> awaitIdle(call, arguments);
            default -> throw new TeeException(TeeResult.INVALID, "a listener has no operation " + op);
        }
    }

    @Override
    public void released(RunningCall call) {
        onReleased.run();
    }

    /** No handler is told that the TEE let a listener go. */
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
        invoker.locally(this, call -> dispatch(call, op, arguments));
    }

    @Override
    public void released() {
        onReleased.run();
    }

    private void request(RunningCall call, IncomingArguments arguments) throws TeeException {
        arguments.expect(0, 2, 0, 4);
        requireRoom(arguments, 0, OFFSETS_SIZE);
        requireRoom(arguments, 1, IS_64_SIZE);
        invoker.dispatch(
                slot, call, arguments, (handler, service, running) -> answer(handler, service, running, arguments));
        // Messages refer to no memory objects.
        arguments.output(0).put(new byte[OFFSETS_SIZE]);
        arguments.output(1).putInt(0);
    }

    private static void requireRoom(IncomingArguments arguments, int index, int size) throws TeeException {
        if (arguments.output(index).remaining() < size) {
            throw new TeeException(
                    TeeResult.SIZE_OUT,
                    "output " + index + ": room for " + arguments.output(index).remaining() + " bytes, expected "
                            + size);
        }
    }

    private void answer(
            Handler<ListenerHandler> handler, ListenerHandler service, RunningCall call, IncomingArguments arguments)
            throws Exception {
        int needed = handler.properties().bufferSize();
        if (shared.capacity() < needed) {
            call.fail(Errno.EBUSY);
            throw new TeeException(Errno.EBUSY, handler + " waits for a registration with " + needed + " bytes");
        }
        // The trusted application may use all that is registered, which can be more than this handler asked for.
        ByteBuffer message = handler.message(shared.capacity());
        copy(shared, message, message.capacity(), handler, call, arguments);
        service.handle(message);
        copy(message, shared, message.limit(), handler, call, arguments);
    }

    /** Whoever leaves, leaves the memory to the next request: it is not read or written any more. */
    private static void copy(
            ByteBuffer source,
            ByteBuffer target,
            int length,
            Handler<?> handler,
            RunningCall call,
            IncomingArguments arguments)
            throws TeeException {
        if (!arguments.copyShared(source, 0, target, 0, length)) {
            call.fail(Errno.ENODEV);
            throw new TeeException(Errno.ENODEV, "nobody waits for the answer of " + handler + " any more");
        }
    }

    /** The TEE asks again after the wait, so it makes no difference to it whether the limit passed. */
    private void awaitIdle(RunningCall call, IncomingArguments arguments) throws TeeException {
        arguments.expect(0, 0, 0, 0);
        slot.awaitIdle(call, waitLimit);
    }
}
