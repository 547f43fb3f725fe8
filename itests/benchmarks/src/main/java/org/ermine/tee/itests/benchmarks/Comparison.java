// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.ermine.tee.itests.benchmarks.turns.Finding;

/**
 * A benchmark against one floor: the ratio in each JVM in which both ran.
 *
 * @param ratios ascending, at least one
 */
record Comparison(List<Double> ratios) {

    Comparison {
        ratios = ratios.stream().sorted().toList();
    }

    /** Ratios of {@code figure}; null if no JVM has both. */
    static Comparison of(
            List<Measurement> measurements, String subject, String floor, ToDoubleFunction<Measurement> figure) {
        List<Double> ratios = new ArrayList<>();
        for (Measurement one : measurements) {
            for (Measurement other : measurements) {
                if (one.id().equals(subject) && other.id().equals(floor) && one.fork() == other.fork()) {
                    ratios.add(figure.applyAsDouble(one) / figure.applyAsDouble(other));
                }
            }
        }
        return ratios.isEmpty() ? null : new Comparison(ratios);
    }

    /** What JVMs found of one case; null if nothing of it counts. */
    static Comparison of(List<Finding> findings) {
        List<Double> ratios =
                findings.stream().filter(Finding::counts).map(Finding::ratio).toList();
        return ratios.isEmpty() ? null : new Comparison(ratios);
    }

    double median() {
        return median(ratios);
    }

    double least() {
        return ratios.get(0);
    }

    double most() {
        return ratios.get(ratios.size() - 1);
    }

    /** @param ascending at least one */
    static double median(List<Double> ascending) {
        int middle = ascending.size() / 2;
        return ascending.size() % 2 == 1
                ? ascending.get(middle)
                : (ascending.get(middle - 1) + ascending.get(middle)) / 2;
    }
}
