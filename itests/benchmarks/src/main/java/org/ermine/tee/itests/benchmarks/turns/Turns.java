// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Has subjects and floors take turns in one JVM, a slice each, in an order that is shuffled in each round: whatever the
 * machine does meanwhile it does to all. Blocks of rounds are repeated until all ratios are certain enough, or for long
 * enough.
 */
final class Turns {

    /** Rounds of a block. */
    static final int BLOCK = 20;

    private static final double CERTAIN = 0.03;

    private final Plan plan;
    private final Random random;

    Turns(Plan plan, Random random) {
        this.plan = plan;
        this.random = random;
    }

    /** Returns when the sides have the slices that are needed. */
    void take(List<Contest> contests) throws Exception {
        Set<Side> sides = new LinkedHashSet<>();
        contests.forEach(contest -> sides.add(contest.floor()));
        contests.forEach(contest -> sides.add(contest.subject()));
        List<Side> order = new ArrayList<>(sides);
        // Twice, since what is compiled for one alone may be thrown away when the next one comes.
        for (int i = 0; i < 2; i++) {
            for (Side side : order) {
                side.warmUp(plan.warmUpMillis() / 2);
            }
        }
        long latest = System.nanoTime() + plan.mostMillis() * 1_000_000;
        int blocks = 0;
        do {
            block(order);
            blocks++;
        } while (System.nanoTime() < latest && (blocks < plan.fewestBlocks() || !certain(contests)));
    }

    private void block(List<Side> order) throws Exception {
        for (int round = 0; round < BLOCK; round++) {
            Collections.shuffle(order, random);
            for (Side side : order) {
                side.takeTurn();
            }
        }
    }

    private static boolean certain(List<Contest> contests) {
        return contests.stream().allMatch(contest -> contest.estimate().uncertainty() <= CERTAIN);
    }
}
