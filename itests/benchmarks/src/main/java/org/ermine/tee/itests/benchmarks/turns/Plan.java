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
 */
public record Plan(long warmUpMillis, long queueWarmUpMillis, int fewestBlocks, long mostMillis, int slowedBy) {

    /** As short as the ratios are still steady. */
    public static final Plan GUARD = new Plan(600, 2_000, 10, 5_000, 0);

    /** The same, but that the queue of callbacks has the time that it takes until nothing is compiled any more. */
    public static final Plan RECORD = new Plan(600, 10_000, 10, 5_000, 0);

    public Plan slowedBy(int percent) {
        return new Plan(warmUpMillis, queueWarmUpMillis, fewestBlocks, mostMillis, percent);
    }
}
