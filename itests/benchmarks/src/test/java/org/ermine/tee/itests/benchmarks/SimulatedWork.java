// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.util.Random;
import org.ermine.tee.itests.benchmarks.turns.Work;

/**
 * Work that nobody does, on a machine that is busy with other things: most slices are disturbed and take longer, some
 * several times as long, and all vary a little.
 */
final class SimulatedWork implements Work {

    private static final double JITTER = 0.03;

    private final double nanos;
    private final double disturbed;
    private final Random random;

    /**
     * @param nanos of one operation
     * @param disturbed which part of the slices
     */
    SimulatedWork(double nanos, double disturbed, Random random) {
        this.nanos = nanos;
        this.disturbed = disturbed;
        this.random = random;
    }

    @Override
    public void run(int times) {
        throw new UnsupportedOperationException("there is nothing to be done but to tell the time");
    }

    @Override
    public long timed(int times) {
        double disturbance = random.nextDouble() < disturbed ? 4 * random.nextDouble() * random.nextDouble() : 0;
        return (long) (times * nanos * (1 + disturbance + JITTER * random.nextDouble()));
    }

    @Override
    public Work slowedBy(int percent) {
        return new SimulatedWork(nanos * (100 + percent) / 100, disturbed, random);
    }
}
