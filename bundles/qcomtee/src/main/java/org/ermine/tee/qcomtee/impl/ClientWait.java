// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.ermine.tee.Errno;

/**
 * How an invoking thread waits for callbacks: until a deadline that starts with the first of them, and as long as it is not
 * interrupted, and neither the context of the invocation nor the device closed. An interrupt is taken note of and given back at
 * the end, so that the thread can still wait for those who hold its arguments at that moment. Once there is a reason to leave, no
 * further callback of the invocation is waited for; QTEE has a grace from then on to bring the invocation to an end.
 *
 * <p>Before a thread sleeps it spins for a while, since to wake it up takes longer than most callbacks. Where that was in vain it
 * is tried more and more seldom, down to one wait in {@value #MOST_SELDOM}, until it succeeds again. Used by one thread.
 */
final class ClientWait {

    private static final int MOST_SELDOM = 16;

    /** How often a sleeping thread looks whether something was closed. */
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(100);

    private final long spinNanos;
    private final long graceNanos;
    /** Whether that for which the thread is in QTEE was closed. */
    private final BooleanSupplier closed;

    /** Spin at one wait of so many. */
    private int seldom = 1;
    /** Waits until the next spin. */
    private int skip;

    private long limit;
    private long deadline;
    private boolean started;
    private boolean interrupted;
    private boolean givenUp;
    /** When the grace is over; valid if {@code leaving}. */
    private long graceEnd;

    private boolean leaving;

    /**
     * @param spinNanos how long to spin before a sleep; 0 for not at all
     * @param graceNanos how long QTEE may go on calling back once there is a reason to leave
     * @param closed whether that for which the thread is in QTEE was closed
     */
    ClientWait(long spinNanos, long graceNanos, BooleanSupplier closed) {
        this.spinNanos = spinNanos;
        this.graceNanos = graceNanos;
        this.closed = closed;
    }

    /** A new invocation of the calling thread, whose callbacks may take {@code nanos} together. */
    void begin(long nanos) {
        limit = nanos;
        started = false;
        interrupted = false;
        givenUp = false;
        leaving = false;
    }

    /** The thread cannot go on with the invocation, and waits for no callback of it any more. */
    void giveUp() {
        givenUp = true;
    }

    /** The invocation is over: the thread gets its interrupt status back. */
    void end() {
        if (interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
    }

    /** ENODEV if the thread was interrupted or gave up or something was closed, ETIMEDOUT if the time is over, otherwise null. */
    Errno reasonToLeave() {
        if (Thread.interrupted()) {
            interrupted = true;
        }
        if (interrupted || givenUp || closed.getAsBoolean()) {
            return Errno.ENODEV;
        }
        return remaining() <= 0 ? Errno.ETIMEDOUT : null;
    }

    /** Whether QTEE has called back for longer than the grace since there is a reason to leave. Asked at each callback. */
    boolean isGraceOver() {
        if (reasonToLeave() == null) {
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
    String described() {
        if (interrupted) {
            return "its thread was interrupted";
        }
        if (closed.getAsBoolean()) {
            return "its context or device was closed";
        }
        return givenUp ? "its thread gave up" : "the time for its callbacks was over";
    }

    /** Nanoseconds that are left. */
    long remaining() {
        long now = System.nanoTime();
        if (!started) {
            started = true;
            deadline = now + limit;
        }
        return deadline - now;
    }

    /** Spins for a while, unless that was in vain lately. Whether it is done. */
    boolean spin(BooleanSupplier done) {
        if (skip > 0) {
            skip--;
        } else if (spinNanos > 0) {
            if (spinNow(done)) {
                seldom = 1;
                return true;
            }
            seldom = Math.min(MOST_SELDOM, 2 * seldom);
            skip = seldom - 1;
        }
        return false;
    }

    /** Lets the thread sleep for at most so long; shorter where it has to look whether there is a reason to leave. */
    void sleep(Object blocker, long nanos) {
        LockSupport.parkNanos(blocker, Math.max(1, Math.min(Math.min(nanos, remaining()), LOOK_AGAIN)));
    }

    private boolean spinNow(BooleanSupplier done) {
        long end = System.nanoTime() + Math.min(spinNanos, remaining());
        while (!done.getAsBoolean()) {
            if (System.nanoTime() >= end || Thread.currentThread().isInterrupted()) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    /** Waits for whoever holds the arguments, finishes soon and unparks the thread. Takes note of an interrupt. */
    void parkUntilLetGo(Object blocker) {
        LockSupport.park(blocker);
        interrupted |= Thread.interrupted();
    }

    /** Waits, at most so long, for whoever copies shared memory. Takes note of an interrupt. */
    void parkUntilLetGo(Object blocker, long nanos) {
        LockSupport.parkNanos(blocker, nanos);
        interrupted |= Thread.interrupted();
    }
}
