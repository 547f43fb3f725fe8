// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.util.Arrays;

/**
 * The tenth percentile. Work that is disturbed, by other processes or by a collection of garbage, takes longer and
 * never less; what nine of ten exceed is what the work itself takes, also on a machine that is busy most of the time.
 */
final class LowQuantile {

    private static final double TENTH = 0.1;

    private LowQuantile() {}

    /** @param values at least one, in any order */
    static double of(double... values) {
        double[] ascending = values.clone();
        Arrays.sort(ascending);
        return ascending[(int) (TENTH * ascending.length)];
    }
}
