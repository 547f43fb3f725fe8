// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

/**
 * How long is measured in one JVM.
 *
 * @param warmUpMillis of each side
 * @param queueWarmUpMillis of what goes through the queue of callbacks, before that
 * @param fewestBlocks of rounds that are measured, if the time suffices
 * @param mostMillis after which no block is begun, however uncertain the ratios still are
 * @param slowedBy by how many percent each subject is made slower, to see that it is found: 0 but in a rehearsal
 * @param beside whether the slowed subjects take turns with the subjects themselves, instead of standing for them
 * @param effort how many percent of what is done only once, as to make a crowd of objects
 */
public record Plan(
        long warmUpMillis,
        long queueWarmUpMillis,
        int fewestBlocks,
        long mostMillis,
        int slowedBy,
        boolean beside,
        int effort) {

    /**
     * As short as the ratios are steady. What goes through the queue of callbacks takes ten seconds until nothing is
     * compiled any more: with two the 99th percentile is twice as long. So what is recorded and what is held against it
     * have the same time.
     */
    public static final Plan STEADY = new Plan(600, 10_000, 10, 5_000, 0, false, 100);

    /**
     * Only whether all can be measured, and whether 25 % more time is found in the same JVM, where few slices suffice
     * for that.
     */
    public static final Plan REHEARSAL = new Plan(60, 100, 2, 500, 25, true, 10);

    public Plan slowedBy(int percent) {
        return new Plan(warmUpMillis, queueWarmUpMillis, fewestBlocks, mostMillis, percent, beside, effort);
    }

    /** With twice the time. */
    public Plan longer() {
        return new Plan(
                2 * warmUpMillis, 2 * queueWarmUpMillis, 2 * fewestBlocks, 2 * mostMillis, slowedBy, beside, effort);
    }

    /** How many of so many are made. */
    public int of(int all) {
        return Math.max(1, all * effort / 100);
    }
}
