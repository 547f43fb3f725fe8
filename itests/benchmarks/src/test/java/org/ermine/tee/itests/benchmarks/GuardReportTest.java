// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ermine.tee.itests.benchmarks.cases.Blocked;
import org.ermine.tee.itests.benchmarks.cases.Case;
import org.ermine.tee.itests.benchmarks.cases.Generations;
import org.ermine.tee.itests.benchmarks.cases.Many;
import org.ermine.tee.itests.benchmarks.cases.Observed;
import org.ermine.tee.itests.benchmarks.cases.Queue;
import org.ermine.tee.itests.benchmarks.cases.Scaling;
import org.ermine.tee.itests.benchmarks.turns.Finding;
import org.ermine.tee.itests.benchmarks.turns.Finding.Standing;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GuardReportTest {

    private static final Recorded.Ratio FOUR = new Recorded.Ratio("2026-01-01", 5, 4, 3.9, 4.1, 200, "");

    private static final Set<Class<?>> NEEDS_TWO_PROCESSORS_OR_LONG =
            Set.of(Scaling.class, Queue.class, Many.class, Blocked.class, Observed.class, Generations.class);

    private static GuardReport report(List<Finding> direct, List<Finding> noArguments) {
        return new GuardReport(
                new Recorded("a machine", Map.of("DIRECT", FOUR, "NO_ARGUMENTS", FOUR)),
                Map.of(Case.DIRECT, direct, Case.NO_ARGUMENTS, noArguments));
    }

    @Test
    @DisplayName(
            "given a case that became slower, when faults are asked for, then it is named with its ratios and what it "
                    + "was")
    void slower() {
        List<String> faults = report(VerdictTest.ratios(5, 5, 5, 5, 5), VerdictTest.ratios(4, 4))
                .faults();
        assertEquals(
                List.of("SLOWER: " + Case.DIRECT.title()
                        + ": 5.000, 5.000, 5.000, 5.000, 5.000; it was 4.000 (3.900 to 4.100) on 2026-01-01"),
                faults);
    }

    @Test
    @DisplayName("given a case of which each run was discarded for its floor, when faults are asked for, then it fails "
            + "with the reason")
    void discarded() {
        Finding lie = VerdictTest.finding(1, Standing.FLOOR_IMPLAUSIBLE);
        List<String> faults =
                report(List.of(lie, lie), VerdictTest.ratios(4, 4)).faults();
        assertEquals(List.of("ALL RUNS DISCARDED: " + Case.DIRECT.title() + ": why"), faults);
    }

    @Test
    @DisplayName("given a machine that allows no answer to one case, when faults are asked for, then there is none")
    void oneOpen() {
        assertEquals(
                List.of(),
                report(VerdictTest.ratios(5, 4, 5), VerdictTest.ratios(4, 4)).faults());
    }

    @Test
    @DisplayName(
            "given a machine that allows no answer to any case, when faults are asked for, then it fails with that "
                    + "reason")
    void allOpen() {
        List<String> faults = report(
                        VerdictTest.ratios(5, 4, 5), List.of(VerdictTest.finding(4, Standing.MACHINE_UNABLE)))
                .faults();
        assertEquals(1, faults.size());
        assertTrue(faults.get(0).startsWith("NOTHING IS KNOWN"), faults.get(0));
    }

    @Test
    @DisplayName(
            "given the recorded ratios, when they are compared with the cases, then all are there that any machine "
                    + "allows")
    void recorded() throws Exception {
        Recorded recorded = Recorded.read(Path.of("recorded.json"));
        for (Case one : Case.values()) {
            boolean allowed = !NEEDS_TWO_PROCESSORS_OR_LONG.contains(one.group());
            assertTrue(!one.isGuarded() || !allowed || recorded.knows(one.name()), one + " is missing");
        }
    }
}
