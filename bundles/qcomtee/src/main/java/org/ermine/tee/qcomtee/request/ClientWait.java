// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.ermine.tee.Errno;
import org.ermine.tee.spi.support.SpinTime;

/**
 * How an invoking thread waits for callbacks: until a deadline that starts with the first wait, or with the second of
 * them, and as long as it is not interrupted, and neither the context of the invocation nor the device closed. An
 * interrupt is taken note of and given back at the end, so that the thread can still wait for those who hold its
 * arguments at that moment. Once there is a reason to leave, no further callback of the invocation is waited for; QTEE
 * has a grace from then on to bring the invocation to an end.
 *
 * <p>Before a thread sleeps it spins for a while, since to wake it up takes longer than most callbacks: {@link
 * SpinTime}. Used by one thread.
 */
public final class ClientWait {

    /** How often a sleeping thread looks whether something was closed. */
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(100);

    /** How often a spinning thread looks for the answer between two looks at the clock. */
    private static final int LOOKS = 16;

    private final SpinTime spinTime;
    private final long graceNanos;
    /** Whether the context or the device for which the thread is in QTEE was closed. */
    private final BooleanSupplier closed;

    private long limit;
    private long deadline;
    private boolean started;
    /** Whether there was a callback. */
    private boolean called;

    private boolean interrupted;
    private boolean givenUp;
    /** When the grace is over; valid if {@code leaving}. */
    private long graceEnd;

    private boolean leaving;

    /**
     * @param spinTime how long to spin before a sleep
     * @param graceNanos how long QTEE may go on calling back once there is a reason to leave
     * @param closed whether that for which the thread is in QTEE was closed
     */
    public ClientWait(SpinTime spinTime, long graceNanos, BooleanSupplier closed) {
        this.spinTime = spinTime;
        this.graceNanos = graceNanos;
        this.closed = closed;
    }

    /** A new invocation of the calling thread, whose callbacks may take {@code nanos} together. */
    public void begin(long nanos) {
        limit = nanos;
        started = false;
        called = false;
        interrupted = false;
        givenUp = false;
        leaving = false;
    }

    /** The thread cannot go on with the invocation, and waits for no callback of it any more. */
    void giveUp() {
        givenUp = true;
    }

    /** The invocation is over: the thread gets its interrupt status back. */
    public void end() {
        if (interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
    }

    /**
     * ENODEV if the thread was interrupted or gave up or something was closed, ETIMEDOUT if the time is over, otherwise
     * null.
     */
    public Errno reasonToLeave() {
        if (isGone()) {
            return Errno.ENODEV;
        }
        return remaining() <= 0 ? Errno.ETIMEDOUT : null;
    }

    private boolean isGone() {
        if (Thread.interrupted()) {
            interrupted = true;
        }
        return interrupted || givenUp || closed.getAsBoolean();
    }

    /**
     * Whether QTEE has called back for longer than the grace since there is a reason to leave. Asked at each callback.
     * At the first one all of the time is left: the clock, which costs more than to serve a callback that waits for
     * nothing, is not looked at.
     */
    public boolean isGraceOver() {
        boolean leaves = called ? reasonToLeave() != null : isGone();
        called = true;
        if (!leaves) {
            return false;
        }
        long now = System.nanoTime();
        if (!leaving) {
            leaving = true;
            graceEnd = now + graceNanos;
        }
        return now - graceEnd >= 0;
    }

    /** Why there is a reason to leave. */
    public String described() {
        if (interrupted) {
            return "its thread was interrupted";
        }
        if (closed.getAsBoolean()) {
            return "its context or device was closed";
        }
        return givenUp ? "its thread gave up" : "the time for its callbacks was over";
    }

    /** Nanoseconds that are left. */
    public long remaining() {
        long now = System.nanoTime();
        if (!started) {
            started = true;
            deadline = now + limit;
        }
        return deadline - now;
    }

    /** Spins for a while, unless that was in vain too often, and says whether what it waits for is done. */
    boolean spin(BooleanSupplier done) {
        long start = System.nanoTime();
        long nanos = Math.min(spinTime.from(start), remaining());
        int looks = 0;
        while (!done.getAsBoolean()) {
            if (looks++ % LOOKS == 0 && isSpunOut(start, nanos)) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    /** Whether the thread has spun for so long, or was interrupted. */
    private boolean isSpunOut(long start, long nanos) {
        long now = System.nanoTime();
        boolean over = now - start >= nanos || Thread.currentThread().isInterrupted();
        if (over) {
            spinTime.inVain(start, now);
        }
        return over;
    }

    /** The thread slept, and goes on since another one woke it at this time. */
    void woken(long since) {
        spinTime.woken(since, System.nanoTime());
    }

    /** Lets the thread sleep for at most so long; shorter where it has to look whether there is a reason to leave. */
    public void sleep(Object blocker, long nanos) {
        LockSupport.parkNanos(blocker, Math.max(1, Math.min(Math.min(nanos, remaining()), LOOK_AGAIN)));
    }

    /** Waits for whoever holds the arguments, finishes soon and unparks the thread. Takes note of an interrupt. */
    void parkUntilGivenBack(Object blocker) {
        LockSupport.park(blocker);
        interrupted |= Thread.interrupted();
    }

    /** Waits, at most so long, for whoever copies shared memory. Takes note of an interrupt. */
    void parkUntilGivenBack(Object blocker, long nanos) {
        LockSupport.parkNanos(blocker, nanos);
        interrupted |= Thread.interrupted();
    }
}
