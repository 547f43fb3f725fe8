// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.spi.CallbackCall;

/**
 * A callback that a thread carries out. It is answered when it ends, unless the watchdog or an unregistering thread fails it
 * before. Made and ended by {@link Watchdog}.
 */
final class RunningCall {

    /** Null when a bundle of this framework, not the TEE, invokes the object. */
    private final CallbackCall call;

    private final CallThread thread;
    private final long begun = System.nanoTime();
    private final AtomicBoolean failed = new AtomicBoolean();

    /** Set by the call's own thread; null while there is none. */
    private volatile Limit limit;

    /** Whether the thread is counted as held by this call. Guarded by {@link #thread}. */
    boolean stuck;
    /** Whether the thread does not count as active because the TEE made it wait. Guarded by {@link #thread}. */
    boolean blocked;
    /** Whether the thread is to be interrupted as soon as this call is its innermost. Guarded by {@link #thread}. */
    boolean interruptDue;

    /**
     * What the watchdog knows of a call that may take so long only.
     *
     * @param deadline in the watchdog's time
     * @param handler names who is called, for the report
     * @param overdue called when the deadline passes
     */
    record Limit(long deadline, Supplier<String> handler, Runnable overdue) {}

    RunningCall(CallbackCall call, CallThread thread) {
        this.call = call;
        this.thread = thread;
    }

    CallThread thread() {
        return thread;
    }

    boolean carriesOut(CallbackCall candidate) {
        return call == candidate;
    }

    boolean isFor(CallbackObject target) {
        return call != null && call.target() == target;
    }

    /** Fails the call towards the TEE, unless it was failed before. Not to be called with a lock held. */
    boolean fail(Errno errno) {
        if (!failed.compareAndSet(false, true)) {
            return false;
        }
        if (call != null) {
            call.fail(errno);
        }
        return true;
    }

    boolean isFailed() {
        return failed.get();
    }

    /** Fails the call and interrupts its thread. */
    void abort(Errno errno) {
        if (fail(errno)) {
            thread.interrupt(this);
        }
    }

    void limitedBy(Limit limit) {
        this.limit = limit;
    }

    Limit limit() {
        return limit;
    }

    long ageMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    @Override
    public String toString() {
        return call == null ? "local call" : "op 0x" + Integer.toHexString(call.op()) + " for " + call.owner();
    }

    /** Who is called, when no handler stands behind it. */
    String target() {
        return call == null
                ? "callback object"
                : "callback object " + call.target().getClass().getName();
    }
}
