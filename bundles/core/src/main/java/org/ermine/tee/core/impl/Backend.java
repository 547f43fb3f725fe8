// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.limits.RepeatLog;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParams;

/**
 * The backend's half of a context, behind a gate: calls go in until it is closed, and the last one to leave afterwards is
 * noticed. That takes the place of the file reference that a system call holds in the kernel: the owner's reference on the
 * context is not put, and so the backend's data is not released, while a thread is inside.
 *
 * <p>State: {@code closed} goes from false to true once. {@code invocations}, {@code others} and {@code left} only grow; they are striped, so
 * that threads which share a context do not contend. Whoever enters first counts itself and then looks at {@code closed}, who
 * closes sets {@code closed} and then looks at the counters: one of the two sees the other.
 */
final class Backend {

    private final DriverContext driver;
    private final Owner owner;
    private final RepeatLog problems;
    private final Runnable idle;
    /** Invocations by clients that came to the gate. */
    private final LongAdder invocations = new LongAdder();
    /** All else that came to it. */
    private final LongAdder others = new LongAdder();

    private final LongAdder left = new LongAdder();
    private volatile boolean closed;

    /** @param idle run whenever a call leaves and none is left after {@link #close}; maybe more than once */
    Backend(DriverContext driver, Owner owner, RepeatLog problems, Runnable idle) {
        this.driver = driver;
        this.owner = owner;
        this.problems = problems;
        this.idle = idle;
    }

    int invoke(long object, int op, TeeParams params, long callbackNanos) throws TeeException {
        enter(invocations);
        try {
            return driver.invoke(object, op, params, callbackNanos);
        } finally {
            leave();
        }
    }

    /** How many invocations there were. */
    long invocations() {
        return invocations.sum();
    }

    boolean receive(SupplicantRequest request) throws TeeException, InterruptedException {
        enter(others);
        try {
            return driver.receive(request, 0);
        } finally {
            leave();
        }
    }

    /** Takes the request for whose answer the calling thread waits. */
    boolean receiveAwaited(SupplicantRequest request) throws TeeException {
        enter(others);
        try {
            return driver.receiveAwaited(request);
        } finally {
            leave();
        }
    }

    void send(long requestId, int result, TeeParams params) throws TeeException {
        enter(others);
        try {
            driver.send(requestId, result, params);
        } finally {
            leave();
        }
    }

    void fail(long requestId, Errno reason) throws TeeException {
        enter(others);
        try {
            driver.fail(requestId, reason);
        } finally {
            leave();
        }
    }

    /** Whether somebody waits for this answer: nobody does once the context is closed. */
    boolean isAwaited(long requestId) {
        if (!tryEnter(others)) {
            return false;
        }
        try {
            return driver.isAwaited(requestId);
        } finally {
            leave();
        }
    }

    /** See {@link DriverContext#copyShared}: nobody waits for an answer once the context is closed. */
    boolean copyShared(
            long requestId, ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
        if (!tryEnter(others)) {
            return false;
        }
        try {
            return driver.copyShared(requestId, source, sourceIndex, target, targetIndex, length);
        } finally {
            leave();
        }
    }

    /** See {@link DriverContext#workersChanged}. */
    void workersChanged() {
        if (tryEnter(others)) {
            try {
                driver.workersChanged();
            } finally {
                leave();
            }
        }
    }

    /**
     * Tells the TEE, in the background, that the context lets this object go. Whatever the backend throws ends here: neither who
     * closes an object nor the leak detector's thread could do anything about it.
     */
    void releaseObject(long object) {
        if (closed || !tryEnter(others)) {
            return;
        }
        try {
            driver.invoke(object, DriverContext.OP_RELEASE, new TeeParams(0), Long.MAX_VALUE);
        } catch (TeeException | RuntimeException | Error e) {
            if (!closed) {
                tell("release", "release of object " + object + " failed", e);
            }
        } finally {
            leave();
        }
    }

    /** Closes the gate and tells the backend. Called once. */
    void close() {
        closed = true;
        try {
            driver.closeContext();
        } catch (RuntimeException | Error e) {
            tell("close", "the backend failed to close it", e);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether it is closed and no call is inside. */
    boolean isIdle() {
        // The order matters: both only grow, so equal sums mean that nobody was inside when the first had been read.
        long gone = left.sum();
        return closed && gone == entered();
    }

    /** Calls that are inside, about. */
    long inside() {
        long gone = left.sum();
        return entered() - gone;
    }

    private long entered() {
        return invocations.sum() + others.sum();
    }

    /** The last reference is gone. Called once. */
    void release() {
        try {
            driver.release();
        } catch (RuntimeException | Error e) {
            tell("end", "the backend failed to release it", e);
        }
    }

    private void tell(String cause, String what, Throwable thrown) {
        problems.tell(List.of(cause, owner), () -> "context of " + owner + ": " + what + ": " + Failure.text(thrown));
    }

    void describe(ContextDTO dto) {
        driver.describe(dto);
    }

    private void enter(LongAdder counter) throws TeeException {
        if (!tryEnter(counter)) {
            throw new TeeException(Errno.ENODEV, "the context of " + owner + " is closed");
        }
    }

    private boolean tryEnter(LongAdder counter) {
        counter.increment();
        if (closed) {
            leave();
            return false;
        }
        return true;
    }

    private void leave() {
        left.increment();
        if (closed && isIdle()) {
            idle.run();
        }
    }
}
