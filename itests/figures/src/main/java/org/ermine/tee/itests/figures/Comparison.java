// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.figures;

import java.util.Arrays;

/** The times that two ways to do the same took, round by round. */
final class Comparison {

    private final double mebibytes;
    private final double[] ours;
    private final double[] plain;

    /** @param size bytes that are gone through in each round */
    Comparison(long size, int rounds) {
        mebibytes = size / (double) (1 << 20);
        ours = new double[rounds];
        plain = new double[rounds];
    }

    void add(int round, double ourSeconds, double plainSeconds) {
        ours[round] = mebibytes / ourSeconds;
        plain[round] = mebibytes / plainSeconds;
    }

    /** A row of a table: throughput of ours, of the plain way, ratio in per cent; median (least to most) of each. */
    String row(String what) {
        double[] ratios = new double[ours.length];
        Arrays.setAll(ratios, round -> 100 * ours[round] / plain[round]);
        return String.format("| %s | %s | %s | %s |", what, spread(ours), spread(plain), spread(ratios));
    }

    private static String spread(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return String.format("%.0f (%.0f to %.0f)", median, sorted[0], sorted[sorted.length - 1]);
    }
}
