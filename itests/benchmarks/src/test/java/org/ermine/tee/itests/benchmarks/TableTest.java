// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    private final List<Measurement> measurements = List.of(
            of(0, "ermine", false, 200, 900),
            of(0, "bare", true, 100, 300),
            of(1, "bare", true, 50, 100),
            of(1, "ermine", false, 150, 400),
            of(2, "ermine", false, 120, 1200),
            of(2, "bare", true, 100, 400));

    private static Measurement of(int fork, String name, boolean floor, double p50, double p99) {
        return new Measurement(fork, "Group", name, "size=1", floor, p50, p99, 24);
    }

    @Test
    void ratiosAreThoseOfOneJvmAndTheirMedianIsWhatCounts() {
        Comparison comparison =
                Comparison.of(measurements, "Group.ermine(size=1)", "Group.bare(size=1)", Measurement::p50);
        assertEquals(List.of(1.2, 2.0, 3.0), comparison.ratios());
        assertEquals(2.0, comparison.median());
    }

    @Test
    void whatDidNotRunInOneJvmIsNotCompared() {
        assertNull(Comparison.of(measurements, "Group.ermine(size=1)", "Group.other", Measurement::p50));
    }

    @Test
    void theTableHasARowForEachBenchmarkAndItsRatios() {
        String table = new Table(measurements).toString();
        assertTrue(
                table.contains(
                        "| ermine(size=1) | 150.0 ns | 900.0 ns | 24 | 2.00 (1.20 to 3.00), p99 3.00 (3.00 to 4.00)"
                                + " × bare |\n"),
                table);
        assertTrue(table.contains("| bare(size=1) (floor) | 100.0 ns | 300.0 ns | 24 |  |\n"), table);
    }
}
