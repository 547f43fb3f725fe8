// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import org.ermine.tee.itests.benchmarks.turns.Finding.Standing;

/**
 * A subject against its floor.
 *
 * @param id what is compared
 * @param plausible what the floor may take
 * @param gauge what of the slices is compared
 */
public record Contest(String id, Range plausible, Gauge gauge, Side subject, Side floor) {

    Contest slowedBy(int percent, SlowedSides sides) throws Exception {
        return new Contest(id, plausible, gauge, sides.slowed(subject, percent), floor);
    }

    Contest named(String name) {
        return new Contest(name, plausible, gauge, subject, floor);
    }

    /**
     * From the slices so far.
     *
     * @param inability what the machine could not do meanwhile; empty if there was nothing
     */
    Finding finding(String inability) {
        Estimate estimate = estimate();
        double subjectNanos = subject.low(gauge, 0, subject.count());
        double floorNanos = floor.low(gauge, 0, floor.count());
        Standing standing = Standing.COUNTS;
        String note = inability;
        if (!inability.isEmpty()) {
            // How long the floor took then says nothing about the benchmark.
            standing = Standing.MACHINE_UNABLE;
        } else if (!plausible.contains(floorNanos)) {
            standing = Standing.FLOOR_IMPLAUSIBLE;
            note = "its floor took " + plausible.against(floorNanos);
        }
        return new Finding(
                id, estimate.ratio(), estimate.low(), estimate.high(), subjectNanos, floorNanos, standing, note);
    }

    Estimate estimate() {
        int count = Math.min(subject.count(), floor.count());
        double[] ratios = new double[count / Turns.BLOCK];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ratio(i * Turns.BLOCK, (i + 1) * Turns.BLOCK);
        }
        return Estimate.of(ratio(0, count), ratios);
    }

    private double ratio(int from, int to) {
        return subject.low(gauge, from, to) / floor.low(gauge, from, to);
    }
}
