// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.support.StackReserve;

/**
 * A callback that a thread carries out, with what the watchdog and the workers know of it. Whether it was answered or
 * failed is known by the call itself. Made and ended by {@link Watchdog}.
 */
public final class RunningCall implements Called {

    static final long NEVER = Long.MAX_VALUE;

    private final CallbackCall call;
    private final CallThread thread;
    private final long begun = System.nanoTime();
    /** The thread that waits for the answer; null if it is not known. */
    private final Thread client;

    /** The owner whose share of the threads it uses up if it does not return. Set by the call's own thread. */
    private volatile String owner;

    // The call's own thread sets these two, in this order: who did not return if the deadline passes, and the deadline.

    private Called called;
    private volatile long deadline = NEVER;

    /** The deadline that has passed and was dealt with. Used by the watchdog's thread. */
    private long passed = NEVER;

    // The monitor of thread guards these five.

    /** Whether the thread is counted as held by this call. */
    boolean stuck;
    /** The owner in whose share that is counted. */
    String heldFor;
    /** Whether the thread does not count as active because the TEE made it wait. */
    boolean blocked;
    /** Whether the thread was interrupted for this call, or is to be as soon as it is the innermost. */
    boolean interruptDue;
    /** Whether that interrupt was not delivered yet. */
    boolean interruptPending;

    // The call's own thread uses these two: what the call found there, and leaves there.

    boolean foundInterrupted;
    ClassLoader foundClassLoader;

    RunningCall(CallbackCall call, CallThread thread) {
        this.call = call;
        this.thread = thread;
        this.owner = call.owner();
        this.client = call.client();
    }

    /** Returns the call of {@code target} by a bundle of this framework. */
    public static RunningCall local(CallbackObject target, CallThread thread) {
        return new RunningCall(new LocalCall(target), thread);
    }

    public CallThread thread() {
        return thread;
    }

    public String owner() {
        return owner;
    }

    /** Notes that the call turned out to reach this owner, which is the bundle of a handler or a listener. */
    public void isFor(String owner) {
        this.owner = owner;
    }

    /** Returns whether the thread that carries {@code outer} out waits for this call, or carries it out itself. */
    public boolean isNestedIn(RunningCall outer) {
        return outer.thread == thread || outer.thread.is(client);
    }

    /** Returns whether the call has gone on for so long. */
    boolean hasTaken(long nanos) {
        return System.nanoTime() - begun >= nanos;
    }

    /** Returns whether the call only tells that the TEE released the object. */
    boolean isRelease() {
        return call.op() == DriverContext.OP_RELEASE;
    }

    CallbackObject target() {
        return call.target();
    }

    /**
     * Fails the call towards the TEE. Not to be called with a lock held.
     *
     * @return false if it was answered or failed before
     */
    public boolean fail(Errno errno) {
        return call.fail(errno);
    }

    public boolean isAnswered() {
        return call.isAnswered();
    }

    /** Fails the calls and interrupts their threads, also when failing one of them breaks off. */
    public static void abortAll(Iterator<RunningCall> calls, Errno errno) {
        try {
            while (calls.hasNext()) {
                calls.next().abort(errno);
            }
        } finally {
            if (calls.hasNext()) {
                abortAll(calls, errno);
            }
        }
    }

    /**
     * Fails the call and interrupts its thread, unless it was answered or failed before. Code that ends calls may do so
     * deep in its stack: where too little is left of that, the call is not failed by half.
     */
    private void abort(Errno errno) {
        boolean failed = true;
        try {
            StackReserve.require();
            failed = fail(errno);
        } finally {
            if (failed) {
                thread.interrupt(this);
            }
        }
    }

    /**
     * Sets a time limit.
     *
     * @param deadline when the call has to have ended, in the watchdog's time
     * @param called who does not return if the deadline passes
     */
    void limitedBy(long deadline, Called called) {
        this.called = called;
        this.deadline = deadline;
    }

    /** Returns when the call has to have ended; {@link #NEVER} if it has no limit. */
    long deadline() {
        return deadline;
    }

    /**
     * Returns whether the deadline has passed, once for each deadline. To be called by the watchdog's thread.
     */
    boolean isOverdue(long now) {
        long due = deadline;
        boolean overdue = due <= now && due != passed;
        if (overdue) {
            passed = due;
        }
        return overdue;
    }

    /** Returns who does not return. Null as long as the call has no limit. */
    Called called() {
        return called;
    }

    long ageMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    @Override
    public String toString() {
        return "op 0x" + Integer.toHexString(call.op()) + " for " + call.owner();
    }

    // What is called if no handler stands behind the object.

    @Override
    public String name() {
        CallbackObject target = target();
        return "callback object " + (target == null ? "" : target.getClass().getName());
    }

    @Override
    public Object cause() {
        return owner;
    }

    @Override
    public void failed() {}
}
