// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.ermine.tee.itests.benchmarks.turns.Finding.Standing;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StageTest {

    private static final Plan SHORT = new Plan(0, 0, 1, 0, 0, false, 100);
    private static final Range A_DAY = new Range(86_400e9, 86_401e9);

    private static Finding finding(String inability) throws Exception {
        Stage stage = new Stage(SHORT, new Random(1));
        stage.compareUnless(
                () -> inability,
                new Contest(
                        "QUICK",
                        A_DAY,
                        Gauge.MEAN,
                        Side.together(1, times -> Thread.onSpinWait()),
                        Side.together(1, times -> Thread.onSpinWait())));
        return stage.findings().get(0);
    }

    @Test
    @DisplayName(
            "given a floor that took what it does on no machine, when it is measured, then the run is discarded for "
                    + "that")
    void implausible() throws Exception {
        assertEquals(Standing.FLOOR_IMPLAUSIBLE, finding("").standing());
    }

    @Test
    @DisplayName(
            "given a machine that was not able, when its floor took what it does on no machine, then the floor is not "
                    + "to blame")
    void unable() throws Exception {
        Finding finding = finding("one thread at a time");
        assertEquals(Standing.MACHINE_UNABLE, finding.standing());
        assertEquals("one thread at a time", finding.note());
    }
}
