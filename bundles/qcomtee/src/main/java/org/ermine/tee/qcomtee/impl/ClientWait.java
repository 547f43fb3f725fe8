// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.ermine.tee.Errno;

/**
 * How an invoking thread waits for callbacks: until a deadline that starts with the first of them, and as long as it is not
 * interrupted. An interrupt is taken note of and given back at the end, so that the thread can still wait for those who hold
 * its arguments at that moment. Once interrupted, no further callback of the invocation is waited for.
 *
 * <p>Before a thread sleeps it spins for a while, since to wake it up takes longer than most callbacks. Where that was in vain it
 * is tried more and more seldom, down to one wait in {@value #MOST_SELDOM}, until it succeeds again. Used by one thread.
 */
final class ClientWait {

    private static final int MOST_SELDOM = 16;

    private final long spinNanos;
    /** Spin at one wait of so many. */
    private int seldom = 1;
    /** Waits until the next spin. */
    private int skip;

    private long limit;
    private long deadline;
    private boolean started;
    private boolean interrupted;
    private boolean givenUp;

    /** @param spinNanos how long to spin before a sleep; 0 for not at all */
    ClientWait(long spinNanos) {
        this.spinNanos = spinNanos;
    }

    /** A new invocation of the calling thread, whose callbacks may take {@code nanos} together. */
    void begin(long nanos) {
        limit = nanos;
        started = false;
        interrupted = false;
        givenUp = false;
    }

    /** The thread cannot go on with the invocation, and waits for no callback of it any more. */
    void giveUp() {
        givenUp = true;
    }

    /** The invocation is over: the thread gets its interrupt status back. */
    void end() {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** ENODEV if the thread was interrupted or gave up, ETIMEDOUT if the time is over, otherwise null. */
    Errno reasonToLeave() {
        if (Thread.interrupted()) {
            interrupted = true;
        }
        if (interrupted || givenUp) {
            return Errno.ENODEV;
        }
        return remaining() <= 0 ? Errno.ETIMEDOUT : null;
    }

    /** Nanoseconds that are left. */
    long remaining() {
        if (!started) {
            started = true;
            deadline = System.nanoTime() + limit;
        }
        return deadline - System.nanoTime();
    }

    /** Waits until done, unparked, interrupted, or the time is over. */
    void await(BooleanSupplier done) {
        if (skip > 0) {
            skip--;
        } else if (spinNanos > 0) {
            if (spin(done)) {
                seldom = 1;
                return;
            }
            seldom = Math.min(MOST_SELDOM, 2 * seldom);
            skip = seldom - 1;
        }
        LockSupport.parkNanos(done, Math.max(1, remaining()));
    }

    private boolean spin(BooleanSupplier done) {
        long end = System.nanoTime() + Math.min(spinNanos, remaining());
        while (!done.getAsBoolean()) {
            if (System.nanoTime() >= end || Thread.currentThread().isInterrupted()) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    /** Waits for those who hold the arguments: they finish soon, and unpark the thread. Takes note of an interrupt. */
    void parkUntilLetGo(Object blocker) {
        LockSupport.park(blocker);
        interrupted |= Thread.interrupted();
    }
}
