// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.util.Arrays;

/**
 * Nanoseconds of one operation in a short while of work.
 *
 * @param mean of all
 * @param median NaN if single operations were not timed, and so is {@code p99}
 * @param p99 what 99 of 100 do not exceed
 */
record Slice(double mean, double median, double p99) {

    /** Takes the time of all together. */
    static Slice together(Work work, int times) throws Exception {
        return new Slice(work.timed(times) / (double) times, Double.NaN, Double.NaN);
    }

    /** Takes the time of each. For what takes long enough for the clock. */
    static Slice singly(Work work, int times) throws Exception {
        long[] nanos = new long[times];
        long start = System.nanoTime();
        long before = start;
        for (int i = 0; i < times; i++) {
            work.run(1);
            long after = System.nanoTime();
            nanos[i] = after - before;
            before = after;
        }
        double mean = (before - start) / (double) times;
        Arrays.sort(nanos);
        return new Slice(mean, nanos[times / 2], nanos[times * 99 / 100]);
    }
}
