// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

/**
 * What one JVM showed of one case.
 *
 * @param id name of the case
 * @param ratio of subject to floor, less being better; for a case without floor the value itself
 * @param low lower end of its interval
 * @param high upper end
 * @param subjectNanos of an operation; 0 without floor
 * @param floorNanos of an operation of the floor; 0 without
 * @param standing whether it counts
 * @param note why it does not, or what else there is to tell; may be empty
 */
public record Finding(
        String id,
        double ratio,
        double low,
        double high,
        double subjectNanos,
        double floorNanos,
        Standing standing,
        String note) {

    /** Whether a finding counts. */
    public enum Standing {
        COUNTS,
        /** The floor took what it does on no machine: the benchmark is at fault. */
        FLOOR_IMPLAUSIBLE,
        /** The machine could not do meanwhile what the case needs, for example run two threads at once. */
        MACHINE_UNABLE
    }

    Finding noting(String text) {
        return new Finding(id, ratio, low, high, subjectNanos, floorNanos, standing, text);
    }

    public boolean counts() {
        return standing == Standing.COUNTS;
    }
}
