// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ermine.tee.itests.benchmarks.cases.Case;
import org.ermine.tee.itests.benchmarks.turns.Finding;

/** What the guard found, in Markdown, and what follows from it. */
final class GuardReport {

    private final Recorded recorded;
    private final Map<Case, List<Finding>> findings;

    /** @param findings of each case, in the order of the JVMs */
    GuardReport(Recorded recorded, Map<Case, List<Finding>> findings) {
        this.recorded = recorded;
        this.findings = findings;
    }

    /** Why the guard fails: one line each; empty if it does not. A case that is open is none, but all of them are. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        findings.forEach((one, found) -> {
            switch (verdict(one)) {
                case SLOWER -> faults.add("SLOWER: " + line(one, found));
                case FLOOR_IMPLAUSIBLE -> faults.add("ALL RUNS DISCARDED: " + one.title() + ": " + notes(found));
                default -> {}
            }
        });
        if (findings.keySet().stream().noneMatch(this::isKnown)) {
            faults.add("NOTHING IS KNOWN: this machine allows no answer to any case");
        }
        return faults;
    }

    private boolean isKnown(Case one) {
        return verdict(one) != Verdict.OPEN && verdict(one) != Verdict.SUSPECTED;
    }

    /** Which slow-downs a rehearsal did not find: one line each. */
    List<String> unnoticed() {
        List<String> lines = new ArrayList<>();
        findings.forEach((one, found) -> {
            if (verdict(one) != Verdict.SLOWER
                    && recorded.ratios().get(one.name()).ratio() > 0) {
                lines.add("NOT FOUND: " + line(one, found));
            }
        });
        return lines;
    }

    private Verdict verdict(Case one) {
        return Verdict.of(recorded.ratios().get(one.name()).ratio(), one.isSteady(), findings.get(one));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("| case | recorded | bound | in the order of the JVMs | verdict |\n");
        text.append("|---|---|---|---|---|\n");
        findings.forEach((one, found) -> {
            double ratio = recorded.ratios().get(one.name()).ratio();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.3f | %.3f | %s | %s |%n",
                    one.title(),
                    ratio,
                    ratio * Verdict.BOUND,
                    ratios(found),
                    verdict(one).toString().toLowerCase(Locale.ROOT).replace('_', ' ')));
        });
        return text.toString();
    }

    private String line(Case one, List<Finding> found) {
        Recorded.Ratio before = recorded.ratios().get(one.name());
        return String.format(
                Locale.ROOT,
                "%s: %s; it was %.3f (%.3f to %.3f) on %s",
                one.title(),
                ratios(found),
                before.ratio(),
                before.least(),
                before.most(),
                before.date());
    }

    private static String ratios(List<Finding> found) {
        String counted = found.stream()
                .filter(Finding::counts)
                .map(finding -> String.format(Locale.ROOT, "%.3f", finding.ratio()))
                .collect(Collectors.joining(", "));
        String discarded =
                notes(found.stream().filter(finding -> !finding.counts()).toList());
        return counted + (discarded.isEmpty() ? "" : " (discarded: " + discarded + ")");
    }

    private static String notes(List<Finding> found) {
        return String.join("; ", new TreeSet<>(found.stream().map(Finding::note).toList()));
    }
}
