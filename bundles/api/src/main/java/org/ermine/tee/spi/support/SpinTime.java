// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.support;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * For how long threads that wait for each other spin before they sleep: twice as long as it takes to wake one of them
 * up here, which is measured whenever one is. With less, two that have slept once miss each other again and again, as
 * each wakes up when the other has just gone to sleep. In vain they spin for {@code 1 / SHARE} of one processor's time
 * at most, all together. Thread safe.
 *
 * <p>All times are in nanoseconds, points in time those of {@link System#nanoTime}.
 */
public final class SpinTime {

    /** In vain threads spin for one part of the time in so many. */
    public static final int SHARE = 8;
    /** After a pause they may do so for this long at once. */
    private static final long AT_ONCE = TimeUnit.MILLISECONDS.toNanos(1);

    /** What one wake-up counts for: so does one that took far longer than others move the mean little. */
    private static final int WEIGHT = 8;

    private final long most;
    /** The mean of the last few wake-ups. */
    private final AtomicLong wakeUp;
    /** Up to when what was spun in vain is paid for, at one part in {@link #SHARE}; may lie in the future. */
    private final AtomicLong paidUpTo = new AtomicLong(System.nanoTime());

    /** @param most how long at the most, and until it is known how long it takes to wake a thread up; 0 for never */
    public SpinTime(long most) {
        this.most = most;
        this.wakeUp = new AtomicLong(most / 2);
    }

    /** For how long who waits from {@code now} on spins; 0 for not at all. */
    public long from(long now) {
        return paidUpTo.get() - now > SHARE * AT_ONCE ? 0 : Math.min(most, 2 * wakeUp.get());
    }

    /** A thread has spun in vain. */
    public void inVain(long from, long to) {
        long before;
        long after;
        do {
            before = paidUpTo.get();
            after = Math.max(before - from, 0) + from + SHARE * Math.max(0, to - from);
        } while (!paidUpTo.compareAndSet(before, after));
    }

    /** A thread that was woken at one time goes on at the other. */
    public void woken(long from, long to) {
        long taken = Math.max(0, Math.min(most, to - from));
        long before;
        do {
            before = wakeUp.get();
        } while (!wakeUp.compareAndSet(before, before + (taken - before) / WEIGHT));
    }
}
