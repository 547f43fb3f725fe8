// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ermine.tee.itests.benchmarks.turns.Contest;
import org.ermine.tee.itests.benchmarks.turns.Finding;
import org.ermine.tee.itests.benchmarks.turns.Gauge;
import org.ermine.tee.itests.benchmarks.turns.Plan;
import org.ermine.tee.itests.benchmarks.turns.Range;
import org.ermine.tee.itests.benchmarks.turns.Side;
import org.ermine.tee.itests.benchmarks.turns.Stage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * That the guard finds 25 % more time and nothing else, shown with simulated work: all that it does, but for the clock
 * and the JVMs. What real work shows is said by a rehearsal, {@code run --rehearse}.
 */
class SeededSlowDownTest {

    private static final int GUARDS = 200;
    private static final int MOST_JVMS = 13;
    private static final double RECORDED = 8;
    private static final double FLOOR_NANOS = 500;
    /** By how much two JVMs compile the same differently, at most, either way. */
    private static final double COMPILER = 0.06;

    private final Random random = new Random(7);

    @Test
    @DisplayName("given a busy machine and a subject that takes 25 % longer, when guards measure, then nearly all say "
            + "slower")
    void slowDownIsFound() throws Exception {
        int slower = count(Verdict.SLOWER, 25, 0.6);
        assertTrue(slower >= 0.98 * GUARDS, slower + " of " + GUARDS);
    }

    @Test
    @DisplayName("given a busy machine and a subject as it was, when guards measure, then none says slower")
    void nothingElseIsFound() throws Exception {
        int notSlower = count(Verdict.NOT_SLOWER, 0, 0.6);
        assertTrue(notSlower == GUARDS, notSlower + " of " + GUARDS);
    }

    @Test
    @DisplayName("given a machine that hardly ever lets anybody work undisturbed, when guards measure, then hardly any "
            + "says slower")
    void noiseIsNoSlowDown() throws Exception {
        int slower = count(Verdict.SLOWER, 0, 0.97);
        assertTrue(slower <= 0.01 * GUARDS, slower + " of " + GUARDS);
    }

    private int count(Verdict wanted, int slowedBy, double disturbed) throws Exception {
        int count = 0;
        for (int guard = 0; guard < GUARDS; guard++) {
            count += verdict(slowedBy, disturbed) == wanted ? 1 : 0;
        }
        return count;
    }

    private Verdict verdict(int slowedBy, double disturbed) throws Exception {
        List<Finding> findings = new ArrayList<>();
        Verdict verdict = Verdict.OPEN;
        for (int jvm = 0; jvm < MOST_JVMS && verdict != Verdict.SLOWER && verdict != Verdict.NOT_SLOWER; jvm++) {
            findings.addAll(findings(slowedBy, disturbed));
            verdict = Verdict.of(RECORDED, true, findings);
        }
        return verdict;
    }

    private List<Finding> findings(int slowedBy, double disturbed) throws Exception {
        double compiled = 1 + COMPILER * (2 * random.nextDouble() - 1);
        Stage stage = new Stage(new Plan(0, 0, 10, Long.MAX_VALUE / 2_000_000, slowedBy, false, 100), random);
        stage.compare(new Contest(
                "SIMULATED",
                new Range(1, 10_000),
                Gauge.MEAN,
                Side.together(1000, new SimulatedWork(FLOOR_NANOS * RECORDED * compiled, disturbed, random)),
                Side.together(1000, new SimulatedWork(FLOOR_NANOS, disturbed, random))));
        return stage.findings();
    }
}
