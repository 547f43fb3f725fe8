// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * What ratios were, on one kind of machine at one date, and how much worse they may become before somebody has to look.
 *
 * @param date when they were taken
 * @param machine on which kind of machine
 * @param plan how they were measured, and are to be measured again
 * @param bounds the ratios
 */
record Bounds(String date, String machine, Plan plan, List<Bound> bounds) {

    /**
     * A ratio.
     *
     * @param subject id of the benchmark
     * @param floor id of its floor, in the same group
     * @param ratio the median over the JVMs
     * @param noise by how much it differs from one run to another, as a ratio too
     */
    record Bound(String subject, String floor, double ratio, double noise) {}

    static Bounds read(Path file) throws IOException {
        return new ObjectMapper().readValue(file.toFile(), Bounds.class);
    }

    /** The benchmarks that are needed to judge. */
    List<String> benchmarks() {
        TreeSet<String> ids = new TreeSet<>();
        for (Bound bound : bounds) {
            ids.add(bound.subject());
            ids.add(bound.floor());
        }
        return List.copyOf(ids);
    }

    /** What became worse by more than the noise, or could not be judged: one line each. */
    List<String> judge(List<Measurement> measurements) {
        List<String> worse = new ArrayList<>();
        for (Bound bound : bounds) {
            Comparison comparison = Comparison.of(measurements, bound.subject(), bound.floor(), Measurement::p50);
            if (comparison == null) {
                worse.add(bound.subject() + " against " + bound.floor() + ": was not measured");
            } else if (comparison.median() > bound.ratio() + bound.noise()) {
                worse.add(String.format(
                        Locale.ROOT,
                        "%s is %.2f (%.2f to %.2f) times %s: it was %.2f with a noise of %.2f on %s",
                        bound.subject(),
                        comparison.median(),
                        comparison.least(),
                        comparison.most(),
                        bound.floor(),
                        bound.ratio(),
                        bound.noise(),
                        date));
            }
        }
        return worse;
    }
}
