// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import org.ermine.tee.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The callbacks that QTEE makes in the course of one invocation, one after the other, in its outbound buffer. Used by the
 * invoking thread, save for the arguments of a request that another thread holds.
 *
 * <p>What a response hands to QTEE stays referenced until QTEE has taken the response; that is known at the next callback or at
 * the end.
 */
final class CallbackDispatch {

    private static final Logger LOG = LoggerFactory.getLogger(CallbackDispatch.class);

    private final QcomTee tee;
    private final CallbackMessage message = new CallbackMessage();
    private final IncomingObjects inputs;
    private final OutgoingObjects outputs;
    private final UserRequest request;
    private final ClientWait wait;
    private final PrimordialObject primordial;
    private final Leftover leftover = new Leftover();

    private QcomContext caller;
    private ByteBuffer buffer;

    CallbackDispatch(QcomTee tee) {
        this.tee = tee;
        wait = new ClientWait(tee.limits().spinNanos());
        inputs = new IncomingObjects(tee.exports(), tee.releases());
        outputs = new OutgoingObjects(tee.exports());
        request = new UserRequest(new RequestArguments(message, inputs, outputs));
        primordial = new PrimordialObject(tee.limits(), wait);
    }

    /**
     * A new invocation of the calling thread.
     *
     * @param buffer the outbound buffer, zeroed
     */
    void begin(QcomContext caller, ByteBuffer buffer, long callbackNanos) {
        this.caller = caller;
        this.buffer = buffer;
        wait.begin(Math.min(callbackNanos, tee.limits().callbackNanos()));
    }

    /** Serves the request in the buffer, and leaves the response there. */
    void serve() {
        responded(true);
        int outcome;
        try {
            parse();
            outcome = dispatch();
        } catch (MalformedMessageException e) {
            LOG.warn("a callback of QTEE is refused: {}", e.getMessage());
            outcome = -Errno.EINVAL.number();
        } finally {
            inputs.drop();
        }
        if (outcome == 0) {
            message.writeResponse(outputs);
        }
        buffer.putInt(Wire.OUTBOUND_RESULT, Results.toQtee(outcome));
        leftover.keep(buffer, message.end());
    }

    /** Takes the objects that came with a message also where it is refused, so that none is lost. */
    private void parse() throws MalformedMessageException {
        try {
            message.parse(buffer);
            tee.asyncMessages().process(buffer, message.end(), leftover);
        } finally {
            takeInputs();
        }
    }

    private int dispatch() {
        return switch (message.op()) {
            case Wire.OP_RELEASE -> withoutOutputs(tee.exports().release(message.target()));
            case Wire.OP_RETAIN -> withoutOutputs(tee.exports().retain(message.target()));
            default -> dispatchTo(message.target());
        };
    }

    private int withoutOutputs(boolean done) {
        message.clearOutputs();
        return done ? 0 : -Errno.EINVAL.number();
    }

    private void takeInputs() throws MalformedMessageException {
        for (int i = 0; i < message.inputObjectCount(); i++) {
            inputs.take(message.inputObject(i), false);
        }
        inputs.requireSound();
    }

    private int dispatchTo(int target) {
        if (target == ExportTable.PRIMORDIAL) {
            return primordial.dispatch(caller, message, inputs, outputs);
        }
        HostedObject object = tee.exports().acquire(target);
        if (object == null) {
            LOG.warn("QTEE invokes object 0x{}, which the normal world does not host", Integer.toHexString(target));
            return -Errno.EINVAL.number();
        }
        try {
            return object instanceof UserObject user ? call(user) : -Errno.EINVAL.number();
        } finally {
            object.put();
        }
    }

    private int call(UserObject user) {
        request.prepare(user, message.op());
        return user.context().requests().call(request, wait);
    }

    /** QTEE took the last response, or it was lost: what stands in the buffer then is of no use. */
    void responded(boolean taken) {
        if (taken) {
            outputs.letGo();
        } else {
            outputs.lose();
            Zeros.fill(buffer, 0, Wire.OUTBOUND);
        }
    }

    /**
     * The invocation returned: the whole buffer may hold asynchronous messages, as far as it is not the last response. Leaves it
     * zeroed.
     *
     * @return up to where
     */
    int finish() {
        return tee.asyncMessages().process(buffer, 0, leftover);
    }

    /** The thread gets its interrupt status back. */
    void end() {
        leftover.clear();
        request.forget();
        caller = null;
        buffer = null;
        wait.end();
    }
}
