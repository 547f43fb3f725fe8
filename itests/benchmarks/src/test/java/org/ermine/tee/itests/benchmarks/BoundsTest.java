// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That the guard fails when it has to, shown with results that nobody measured. */
class BoundsTest {

    private final Bounds bounds = new Bounds(
            "2026-01-01", "a machine", Plan.FULL, List.of(new Bounds.Bound("Group.ermine", "Group.bare", 3.0, 0.5)));

    private static List<Measurement> ratios(double... ratios) {
        List<Measurement> measurements = new ArrayList<>();
        for (int fork = 0; fork < ratios.length; fork++) {
            measurements.add(new Measurement(fork, "Group", "bare", "", true, 100, Double.NaN, 0));
            measurements.add(new Measurement(fork, "Group", "ermine", "", false, 100 * ratios[fork], Double.NaN, 0));
        }
        return measurements;
    }

    @Test
    void aRatioWithinTheNoisePasses() {
        assertEquals(List.of(), bounds.judge(ratios(2.0, 3.4, 3.5)));
    }

    @Test
    void oneJvmThatWasDisturbedDoesNotMatter() {
        assertEquals(List.of(), bounds.judge(ratios(3.0, 90.0, 3.1)));
    }

    @Test
    void aRatioThatIsWorseByMoreThanTheNoiseFailsAndIsNamed() {
        List<String> worse = bounds.judge(ratios(3.4, 3.6, 4.0));
        assertEquals(1, worse.size());
        assertEquals(
                "Group.ermine is 3.60 (3.40 to 4.00) times Group.bare: it was 3.00 with a noise of 0.50 on 2026-01-01",
                worse.get(0));
    }

    @Test
    void whatWasNotMeasuredFails() {
        assertEquals(
                List.of("Group.ermine against Group.bare: was not measured"),
                bounds.judge(ratios(1.0).subList(0, 1)));
    }

    @Test
    void theRecordedBoundsNameBenchmarksThatExist() throws Exception {
        Bounds recorded = Bounds.read(Path.of("bounds.json"));
        assertTrue(recorded.bounds().size() >= 3, "bounds: " + recorded.bounds());
        for (Class<?> group : Benchmarks.groups(Selection.of(recorded.benchmarks()))) {
            for (String name : Selection.of(recorded.benchmarks()).byGroup().get(group.getSimpleName())) {
                assertTrue(
                        Fork.benchmarks(group).contains(name.replaceAll("\\(.*", "")),
                        group.getSimpleName() + " has no benchmark " + name);
            }
        }
    }
}
