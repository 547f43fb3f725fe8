// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.ermine.tee.itests.benchmarks.turns.Finding;
import org.ermine.tee.itests.benchmarks.turns.Finding.Standing;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class VerdictTest {

    static Finding finding(double ratio, Standing standing) {
        return new Finding("DIRECT", ratio, ratio, ratio, 400, 50, standing, standing == Standing.COUNTS ? "" : "why");
    }

    static List<Finding> ratios(double... ratios) {
        return Arrays.stream(ratios)
                .mapToObj(ratio -> finding(ratio, Standing.COUNTS))
                .toList();
    }

    private static Verdict of(double... ratios) {
        return Verdict.of(4.0, true, ratios(ratios));
    }

    @Test
    @DisplayName("given two JVMs within the bound, when the verdict is given, then it is not slower")
    void notSlower() {
        assertEquals(Verdict.NOT_SLOWER, of(4.4, 4.3));
        assertEquals(Verdict.OPEN, of(4.4));
    }

    @Test
    @DisplayName("given five JVMs in a row above the bound, when the verdict is given, then it is slower")
    void slower() {
        assertEquals(Verdict.SLOWER, of(5, 5, 5, 5, 5));
        assertEquals(Verdict.SUSPECTED, of(5, 5, 5, 5));
    }

    @Test
    @DisplayName(
            "given a case that varies from JVM to JVM, when nine in a row are above the bound, then it is not slower "
                    + "yet")
    void unsteady() {
        assertEquals(Verdict.SUSPECTED, Verdict.of(4.0, false, ratios(5, 5, 5, 5, 5, 5, 5, 5, 5)));
        assertEquals(Verdict.SLOWER, Verdict.of(4.0, false, ratios(5, 5, 5, 5, 5, 5, 5, 5, 5, 5)));
    }

    @Test
    @DisplayName("given one JVM that was disturbed, when the verdict is given, then that does not matter")
    void oneDisturbed() {
        assertEquals(Verdict.NOT_SLOWER, of(400, 4, 4, 4));
    }

    @Test
    @DisplayName("given JVMs that do not agree, when the verdict is given, then it stays open")
    void open() {
        assertEquals(Verdict.OPEN, of(5, 4, 5, 4, 5, 4, 5, 4));
    }

    @Test
    @DisplayName(
            "given only JVMs with an implausible floor, when the verdict is given, then it says so, however good the "
                    + "ratio")
    void implausible() {
        Finding lie = finding(1.0, Standing.FLOOR_IMPLAUSIBLE);
        assertEquals(Verdict.FLOOR_IMPLAUSIBLE, Verdict.of(4.0, true, List.of(lie, lie, lie)));
    }

    @Test
    @DisplayName(
            "given JVMs in which the machine was not able to do it, when the verdict is given, then they have no vote")
    void unable() {
        Finding unable = finding(9.0, Standing.MACHINE_UNABLE);
        assertEquals(Verdict.OPEN, Verdict.of(4.0, true, List.of(unable, unable, unable, unable, unable)));
    }
}
