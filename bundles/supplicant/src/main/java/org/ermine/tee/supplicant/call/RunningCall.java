// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

import java.util.concurrent.TimeUnit;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.callback.CallbackCall;

/**
 * A callback that a thread carries out, with what the watchdog and the workers know of it. Whether it was answered or
 * failed is known by the call itself. Made and ended by {@link Watchdog}.
 */
public final class RunningCall implements Called {

    static final long NEVER = Long.MAX_VALUE;

    private final CallbackCall call;
    private final CallThread thread;
    private final long begun = System.nanoTime();
    /** The thread that waits for the answer; null if that is not known. */
    private final Thread client;

    /** Whose share of the threads it uses up if it does not return. Set by the call's own thread. */
    private volatile String owner;

    // Set by the call's own thread: who is to be told when the deadline passes, and then that.

    private Called called;
    private volatile long deadline = NEVER;

    /** The deadline that has passed. Of the watchdog's thread. */
    private long passed = NEVER;

    // Guarded by thread.

    /** Whether the thread is counted as held by this call. */
    boolean stuck;
    /** In whose share that is counted. */
    String heldFor;
    /** Whether the thread does not count as active because the TEE made it wait. */
    boolean blocked;
    /** Whether the thread was interrupted for this call, or is to be as soon as it is the innermost. */
    boolean interruptDue;
    /** Whether that interrupt was not delivered yet. */
    boolean interruptPending;

    // Of the call's own thread: what the call found there, and leaves there.

    boolean foundInterrupted;
    ClassLoader foundClassLoader;

    RunningCall(CallbackCall call, CallThread thread) {
        this.call = call;
        this.thread = thread;
        this.owner = call.owner();
        this.client = call.client();
    }

    /** A bundle of this framework calls {@code target}. */
    public static RunningCall local(CallbackObject target, CallThread thread) {
        return new RunningCall(new LocalCall(target), thread);
    }

    public CallThread thread() {
        return thread;
    }

    public String owner() {
        return owner;
    }

    /** The call turned out to reach this owner: the bundle of a handler, or a listener. */
    public void isFor(String owner) {
        this.owner = owner;
    }

    /** Whether the thread that carries {@code outer} out waits for this one, or carries it out itself. */
    public boolean isNestedIn(RunningCall outer) {
        return outer.thread == thread || outer.thread.is(client);
    }

    /** Whether it has gone on for so long. */
    boolean hasTaken(long nanos) {
        return System.nanoTime() - begun >= nanos;
    }

    /** Whether it only tells that the TEE let the object go. */
    boolean isRelease() {
        return call.op() == DriverContext.OP_RELEASE;
    }

    CallbackObject target() {
        return call.target();
    }

    /** Fails the call towards the TEE; false if it was answered or failed before. Not to be called with a lock held. */
    public boolean fail(Errno errno) {
        return call.fail(errno);
    }

    public boolean isFailed() {
        return call.isAnswered();
    }

    /** Fails the call and interrupts its thread. */
    public void abort(Errno errno) {
        if (fail(errno)) {
            thread.interrupt(this);
        }
    }

    /**
     * It may take so long only.
     *
     * @param deadline in the watchdog's time
     * @param called who does not return if it passes
     */
    void limitedBy(long deadline, Called called) {
        this.called = called;
        this.deadline = deadline;
    }

    /** When it has to have ended; {@link #NEVER} without a limit. */
    long deadline() {
        return deadline;
    }

    /**
     * Whether its deadline has passed and that was not dealt with yet; then it is from now on. For the watchdog's
     * thread.
     */
    boolean isOverdue(long now) {
        long due = deadline;
        boolean overdue = due <= now && due != passed;
        if (overdue) {
            passed = due;
        }
        return overdue;
    }

    /** Who does not return; for whoever knows that it has a limit. */
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

    // Who is called, when no handler stands behind it.

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
