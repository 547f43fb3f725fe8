// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.call;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.Errno;
import org.ermine.tee.qcomtee.argument.CallbackArguments;
import org.ermine.tee.qcomtee.argument.IncomingObjects;
import org.ermine.tee.qcomtee.argument.OutgoingObjects;
import org.ermine.tee.qcomtee.export.ExportedObject;
import org.ermine.tee.qcomtee.export.UserObject;
import org.ermine.tee.qcomtee.message.CallbackMessage;
import org.ermine.tee.qcomtee.message.MalformedMessageException;
import org.ermine.tee.qcomtee.message.PreviousResponse;
import org.ermine.tee.qcomtee.message.Results;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.message.Zeros;
import org.ermine.tee.qcomtee.request.ClientWait;
import org.ermine.tee.qcomtee.request.UserRequest;
import org.ermine.tee.spi.CallAbandonedError;

/**
 * The callbacks that QTEE makes in the course of one invocation, one after the other, in its outbound buffer. Used by
 * the invoking thread, save for the arguments of a request that another thread holds.
 *
 * <p>What a response hands to QTEE stays referenced until QTEE has taken the response; that is known at the next
 * callback or at the end.
 */
final class CallbackDispatch {

    private final Transport transport;
    private final CallbackMessage message = new CallbackMessage();
    private final IncomingObjects inputs;
    private final OutgoingObjects outputs;
    private final CallbackArguments arguments;
    private final UserRequest request;
    private final ClientWait wait;
    private final PrimordialObject primordial;
    private final PreviousResponse previous = new PreviousResponse();

    /** The buffers of the invocation. */
    private final MessageBuffers buffers;

    private CallingContext caller;

    CallbackDispatch(Transport transport, MessageBuffers buffers) {
        this.transport = transport;
        this.buffers = buffers;
        wait = new ClientWait(transport.spinTime(), transport.limits().graceNanos(), this::isOver);
        inputs = new IncomingObjects(transport.exports(), transport.secureObjects());
        inputs.prepare(Wire.MAX_OF_A_KIND);
        outputs = new OutgoingObjects(transport.exports(), transport.secureObjects());
        arguments = new CallbackArguments(message, inputs, outputs);
        request = new UserRequest(arguments);
        primordial = new PrimordialObject(transport.limits(), wait);
    }

    /**
     * A new invocation of the calling thread. The outbound buffer was zeroed before.
     *
     * @param caller null if it was cut off, which is as if it was closed
     */
    void begin(CallingContext caller, long callbackNanos) {
        this.caller = caller;
        wait.begin(Math.min(callbackNanos, transport.limits().callbackNanos()));
    }

    private boolean isOver() {
        return caller == null || transport.contexts().isOver() || caller.isOver();
    }

    /**
     * Serves the request in the outbound buffer, and leaves the response there.
     *
     * @throws CallAbandonedError if QTEE goes on calling back after the grace: what came with the request was taken and
     *     released
     */
    void serve() {
        ByteBuffer buffer = buffers.outbound();
        responded(true);
        message.parse(buffer);
        transport.asyncMessages().process(buffer, message.end(), previous);
        int outcome = isReference(message.op()) ? count() : serveArguments();
        buffer.putInt(Wire.OUTBOUND_RESULT, Results.toQtee(outcome));
        previous.keep(buffer, message.end());
    }

    /** No callback can be served: what came with the one in the buffer is released. */
    void refuse() {
        message.parse(buffers.outbound());
        try {
            takeInputs();
        } finally {
            inputs.releaseAll();
        }
    }

    private static boolean isReference(int op) {
        return op == Wire.OP_RELEASE || op == Wire.OP_RETAIN;
    }

    /** QTEE takes a reference or gives one back: no argument is looked at. The primordial object is always there. */
    private int count() {
        requirePatience();
        int target = message.target();
        boolean done = target == Wire.OBJECT_PRIMORDIAL
                || (message.op() == Wire.OP_RELEASE
                        ? transport.exports().release(target)
                        : transport.exports().retain(target));
        return done ? 0 : -Errno.EINVAL.number();
    }

    /** Where this is broken off, QTEE gets nothing of what an answer may have handed over already. */
    private int serveArguments() {
        boolean served = false;
        try {
            int outcome = dispatchArguments();
            if (outcome == 0) {
                message.writeResponse(outputs);
            }
            served = true;
            return outcome;
        } finally {
            if (!served) {
                outputs.removeAll();
            }
        }
    }

    /** Takes the objects that came with the message also where it is refused, so that none is lost. */
    private int dispatchArguments() {
        try {
            takeInputs();
            // For the next message: once that is there, it is too late.
            inputs.prepare(Wire.MAX_OF_A_KIND);
            requirePatience();
            return isSound() ? dispatchTo(message.target()) : -Errno.EINVAL.number();
        } finally {
            inputs.releaseAll();
        }
    }

    private void takeInputs() {
        for (int i = 0; i < message.inputObjectCount(); i++) {
            inputs.take(message.inputObject(i), false);
        }
    }

    private void requirePatience() {
        if (wait.isGraceOver()) {
            throw new CallAbandonedError("QTEE went on calling back for "
                    + TimeUnit.NANOSECONDS.toMillis(transport.limits().graceNanos()) + " ms (option graceMillis) after "
                    + wait.described());
        }
    }

    /** False if the message is refused. */
    private boolean isSound() {
        try {
            message.requireSound();
            inputs.requireSound();
            return true;
        } catch (MalformedMessageException e) {
            transport
                    .problems()
                    .tell("callback", () -> transport.device() + ": a callback of QTEE is refused: " + e.getMessage());
            return false;
        }
    }

    private int dispatchTo(int target) {
        if (target == Wire.OBJECT_PRIMORDIAL) {
            return caller == null ? -Errno.ENODEV.number() : primordial.dispatch(caller, message, inputs, outputs);
        }
        ExportedObject object = transport.exports().acquire(target);
        if (object == null) {
            transport
                    .problems()
                    .tell(
                            "target",
                            () -> String.format(
                                    Locale.ROOT,
                                    "%s: QTEE invokes object 0x%08x, which the normal world does not host",
                                    transport.device(),
                                    target));
            return -Errno.EINVAL.number();
        }
        try {
            return object instanceof UserObject user ? call(user) : -Errno.EINVAL.number();
        } finally {
            object.release();
        }
    }

    private int call(UserObject user) {
        arguments.begin(user.context());
        request.begin(user, message.op());
        return user.context().requests().call(request, wait);
    }

    /** Why the invocation was abandoned. */
    Errno reasonToLeave() {
        return wait.reasonToLeave();
    }

    /** QTEE took the last response, or it was lost: what stands in the buffer then is of no use. */
    void responded(boolean taken) {
        if (taken) {
            outputs.releaseAll();
        } else {
            outputs.removeAll();
            Zeros.fill(buffers.outbound(), 0, Wire.OUTBOUND);
        }
    }

    /**
     * The invocation returned: the whole buffer may hold asynchronous messages, as far as it is not the last response.
     * Leaves it zeroed. There may have been no callback.
     *
     * @return up to where
     */
    int takeMessages() {
        return transport.asyncMessages().process(buffers.outbound(), 0, previous);
    }

    /** Gives back what it keeps from one invocation to the next. */
    void giveUp() {
        inputs.giveUp();
    }

    /** The thread gets its interrupt status back. */
    void end() {
        previous.clear();
        request.end();
        arguments.begin(null);
        caller = null;
        wait.end();
    }
}
