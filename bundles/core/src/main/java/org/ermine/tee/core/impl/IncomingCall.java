// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.CallbackCall;
import org.ermine.tee.spi.TeeParams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that is being carried out, and who may answer it: the object's thread or, earlier, whoever watches it.
 *
 * <p>State: {@code answered} goes from false to true once; who makes it so, and nobody else, sends the answer. The monitor keeps
 * sending and {@link #whileAwaited} apart, since the backend refuses an answer while the caller is held.
 */
final class IncomingCall implements CallbackCall {

    private static final Logger LOG = LoggerFactory.getLogger(IncomingCall.class);

    private final Backend backend;
    private final Owner owner;
    private final long requestId;
    private final int op;
    private final CallbackObject target;
    private final AtomicBoolean answered;

    /** @param answerable whether the TEE waits for an answer: not for that of a release */
    IncomingCall(Backend backend, Owner owner, long requestId, int op, CallbackObject target, boolean answerable) {
        this.backend = backend;
        this.owner = owner;
        this.requestId = requestId;
        this.op = op;
        this.target = target;
        this.answered = new AtomicBoolean(!answerable);
    }

    @Override
    public CallbackObject target() {
        return target;
    }

    @Override
    public int op() {
        return op;
    }

    @Override
    public String owner() {
        return owner.toString();
    }

    @Override
    public boolean fail(Errno errno) {
        return answer(-errno.number());
    }

    boolean isAnswered() {
        return answered.get();
    }

    /** Whether nobody waits for the answer any more. */
    boolean isAbandoned() {
        return answered.get() || !backend.isAwaited(requestId);
    }

    /** Runs it while the caller waits and cannot leave; false if nobody waits any more. */
    synchronized boolean whileAwaited(Runnable action) {
        return !answered.get() && backend.whileAwaited(requestId, action);
    }

    /**
     * Answers with an error, or with an errno if it is negative.
     *
     * @return false if it was answered already
     */
    boolean answer(int result) {
        boolean first = answered.compareAndSet(false, true);
        if (first) {
            send(result, new TeeParams(0));
        }
        return first;
    }

    /** Answers with the outputs of the object, unless it was answered already: then nothing is handed over. */
    void answer(IncomingParameters parameters, TeeParams params) {
        if (!answered.compareAndSet(false, true)) {
            LOG.debug("{}: the answer comes too late", this);
            return;
        }
        boolean sent = false;
        try {
            parameters.fillOutputs();
            sent = send(0, params);
        } catch (TeeException e) {
            LOG.warn("{}: the outputs cannot be passed: {}", this, e.getMessage());
            send(-Errno.EINVAL.number(), new TeeParams(0));
        } finally {
            parameters.settleOutputs(sent);
        }
    }

    private synchronized boolean send(int result, TeeParams params) {
        try {
            backend.send(requestId, result, params);
            return true;
        } catch (TeeException e) {
            LOG.debug("{}: the answer was refused: {}", this, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{}: the backend failed to take the answer", this, e);
        }
        return false;
    }

    /** For example {@code operation 2 of com.example.Time in the context of com.example 1.0.0 [17]}. */
    @Override
    public String toString() {
        String name = target == null ? "an unknown object" : target.getClass().getName();
        return "operation " + op + " of " + name + " in the context of " + owner;
    }
}
