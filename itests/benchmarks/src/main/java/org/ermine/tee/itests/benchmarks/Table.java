// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** What was measured, as Markdown: for each group its benchmarks, and their ratios to the floors of the group. */
final class Table {

    private final List<Measurement> measurements;

    Table(List<Measurement> measurements) {
        this.measurements = measurements;
    }

    @Override
    public String toString() {
        Map<String, Map<String, List<Measurement>>> groups = new TreeMap<>();
        for (Measurement measurement : measurements) {
            groups.computeIfAbsent(measurement.group(), group -> new TreeMap<>())
                    .computeIfAbsent(measurement.id(), id -> select(id));
        }
        StringBuilder text = new StringBuilder();
        groups.forEach((group, benchmarks) -> append(text, group, benchmarks));
        return text.toString();
    }

    private List<Measurement> select(String id) {
        return measurements.stream()
                .filter(measurement -> measurement.id().equals(id))
                .toList();
    }

    private void append(StringBuilder text, String group, Map<String, List<Measurement>> benchmarks) {
        text.append("\n### ").append(group).append("\n\n");
        text.append("| benchmark | p50 | p99 | B/op | ratio to its floors (least to most of the JVMs) |\n");
        text.append("|---|---|---|---|---|\n");
        benchmarks.forEach((id, forks) -> {
            text.append("| ").append(id.substring(group.length() + 1));
            text.append(forks.get(0).floor() ? " (floor)" : "");
            text.append(" | ").append(time(median(forks, Measurement::p50)));
            text.append(" | ").append(time(median(forks, Measurement::p99)));
            text.append(" | ").append(bytes(median(forks, Measurement::bytes)));
            text.append(" | ").append(ratios(forks.get(0))).append(" |\n");
        });
    }

    private String ratios(Measurement subject) {
        TreeSet<String> floors = new TreeSet<>();
        for (Measurement other : measurements) {
            boolean comparable = other.parameters().equals(subject.parameters())
                    || other.parameters().isEmpty();
            if (!subject.floor() && other.floor() && other.group().equals(subject.group()) && comparable) {
                floors.add(other.id());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String floor : floors) {
            text.append(text.isEmpty() ? "" : "; ").append(ratio(subject.id(), floor, Measurement::p50));
            if (!Double.isNaN(subject.p99())) {
                text.append(", p99 ").append(ratio(subject.id(), floor, Measurement::p99));
            }
            text.append(" × ").append(name(floor));
        }
        return text.toString();
    }

    private String ratio(String subject, String floor, ToDoubleFunction<Measurement> figure) {
        Comparison comparison = Comparison.of(measurements, subject, floor, figure);
        return comparison == null
                ? "?"
                : String.format(
                        Locale.ROOT, "%.2f (%.2f to %.2f)", comparison.median(), comparison.least(), comparison.most());
    }

    private static String name(String id) {
        String name = id.substring(id.indexOf('.') + 1);
        return name.indexOf('(') < 0 ? name : name.substring(0, name.indexOf('('));
    }

    static double median(List<Measurement> forks, ToDoubleFunction<Measurement> figure) {
        return Comparison.median(
                forks.stream().mapToDouble(figure).sorted().boxed().toList());
    }

    private static String time(double nanos) {
        if (Double.isNaN(nanos)) {
            return "";
        }
        if (nanos < 1000) {
            return String.format(Locale.ROOT, "%.1f ns", nanos);
        }
        return nanos < 1e6
                ? String.format(Locale.ROOT, "%.2f us", nanos / 1e3)
                : String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
    }

    private static String bytes(double bytes) {
        return bytes < 0.5 ? "0" : String.format(Locale.ROOT, "%.0f", bytes);
    }
}
