// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.util.Arrays;

/**
 * A ratio of one JVM.
 *
 * @param ratio of the low quantiles of all slices
 * @param low lower end of a 95 % interval for the median ratio of blocks of slices
 * @param high its upper end
 */
record Estimate(double ratio, double low, double high) {

    /** Standard deviations of half a 95 % interval, for the rank of a median: sqrt(n) / 2 each. */
    private static final double DEVIATIONS = 1.96;

    /** @param ratios of blocks, at least one */
    static Estimate of(double ratio, double... ratios) {
        double[] ascending = ratios.clone();
        Arrays.sort(ascending);
        int below = (int) Math.max(0, (ascending.length - DEVIATIONS * Math.sqrt(ascending.length)) / 2);
        return new Estimate(ratio, ascending[below], ascending[ascending.length - 1 - below]);
    }

    /** Half the interval's width, as part of the ratio. */
    double uncertainty() {
        return (high - low) / 2 / ratio;
    }
}
