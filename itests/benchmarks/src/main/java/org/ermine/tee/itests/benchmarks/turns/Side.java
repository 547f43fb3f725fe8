// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.util.ArrayList;
import java.util.List;

/** One of those that take turns: its work, how much of it makes up a slice, and the slices so far. */
public final class Side {

    private static final int MOST_TIMES = 1 << 24;
    /** What is warm already only has to find out how often it fits into a slice. */
    private static final long WARM_MILLIS = 50;
    /** So that the 99th percentile of a slice is one. */
    private static final int FEWEST_SINGLY = 300;

    private final Work work;
    private final long sliceNanos;
    private final boolean singly;
    private final boolean warm;
    private final List<Slice> slices = new ArrayList<>();
    private int times = 1;

    private Side(Work work, long sliceMicros, boolean singly, boolean warm) {
        this.work = work;
        this.sliceNanos = sliceMicros * 1000;
        this.singly = singly;
        this.warm = warm;
    }

    /** Work of which only the mean time is asked for. */
    public static Side together(long sliceMicros, Work work) {
        return new Side(work, sliceMicros, false, false);
    }

    /** Work whose single operations are timed. */
    public static Side singly(long sliceMicros, Work work) {
        return new Side(work, sliceMicros, true, false);
    }

    /** The same work, already warm, with no slices yet. */
    public Side again() {
        return new Side(work, sliceNanos / 1000, singly, true);
    }

    /** The same, but that each operation takes so much longer. */
    Side slowed(int percent) throws Exception {
        return percent == 0 ? this : new Side(work.slowedBy(percent), sliceNanos / 1000, singly, warm);
    }

    /** Runs for at least this time, and finds out how often the work fits into a slice. */
    public void warmUp(long millis) throws Exception {
        long end = System.nanoTime() + (warm ? Math.min(millis, WARM_MILLIS) : millis) * 1_000_000;
        double least = Double.MAX_VALUE;
        int now = 1;
        do {
            double mean = slice(now).mean();
            least = Math.min(least, mean);
            if (mean * now < sliceNanos / 2.0) {
                now = Math.min(MOST_TIMES, 2 * now);
            }
        } while (System.nanoTime() < end);
        int fitting = (int) Math.max(1, Math.min(MOST_TIMES, sliceNanos / least));
        times = singly ? Math.max(FEWEST_SINGLY, fitting) : fitting;
    }

    void takeTurn() throws Exception {
        slices.add(slice(times));
    }

    private Slice slice(int count) throws Exception {
        Slice slice = singly ? Slice.singly(work, count) : Slice.together(work, count);
        work.settle();
        return slice;
    }

    /** The low quantile of the slices from {@code from} to before {@code to}. */
    double low(Gauge gauge, int from, int to) {
        return LowQuantile.of(
                slices.subList(from, to).stream().mapToDouble(gauge::of).toArray());
    }

    /** Operations so far. */
    public long operations() {
        return (long) slices.size() * times;
    }

    int count() {
        return slices.size();
    }
}
