// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.support;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides for how long threads that wait for each other spin before they sleep: twice as long as it takes to wake one
 * of them up here, which is measured whenever one is. With less, two threads that have slept once miss each other again
 * and again, as each wakes up when the other has just gone to sleep. All threads together spin in vain for at most
 * {@code 1 / SHARE} of one processor's time. Thread safe.
 *
 * <p>All times are in nanoseconds, points in time those of {@link System#nanoTime}.
 */
public final class SpinTime {

    /** The part of the time for which threads spin in vain is one in so many. */
    public static final int SHARE = 8;
    /** How long threads may spin in vain at once after a pause. */
    private static final long AT_ONCE = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * One wake-up counts for one part of the mean in so many, so that one that took far longer than others moves the
     * mean little.
     */
    private static final int WEIGHT = 8;

    private final long most;
    /** The mean of the last few wake-ups. */
    private final AtomicLong wakeUp;
    /** The point in time up to which the share of time covers what was spun in vain; it may lie in the future. */
    private final AtomicLong paidUpTo = new AtomicLong(System.nanoTime());

    /**
     * @param most how long threads spin at most, and while it is not known how long a wake-up takes; 0 for not at all
     */
    public SpinTime(long most) {
        this.most = most;
        this.wakeUp = new AtomicLong(most / 2);
    }

    /** Returns for how long a thread spins that waits from {@code now} on; 0 for not at all. */
    public long from(long now) {
        return paidUpTo.get() - now > SHARE * AT_ONCE ? 0 : Math.min(most, 2 * wakeUp.get());
    }

    /** Counts that a thread has spun in vain. */
    public void inVain(long from, long to) {
        long before;
        long after;
        do {
            before = paidUpTo.get();
            after = Math.max(before - from, 0) + from + SHARE * Math.max(0, to - from);
        } while (!paidUpTo.compareAndSet(before, after));
    }

    /** Counts a wake-up: a thread that was woken at one time goes on at the other. */
    public void woken(long from, long to) {
        long taken = Math.max(0, Math.min(most, to - from));
        long before;
        do {
            before = wakeUp.get();
        } while (!wakeUp.compareAndSet(before, before + (taken - before) / WEIGHT));
    }
}
