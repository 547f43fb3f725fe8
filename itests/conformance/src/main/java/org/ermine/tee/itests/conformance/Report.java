// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.ermine.tee.itests.conformance.Conformance.Proof;

/** Writes what was found as Markdown. */
final class Report {

    private final Conformance conformance;
    private final List<String> lines = new ArrayList<>();

    private Report(Conformance conformance) {
        this.conformance = conformance;
    }

    /** One line for the log of the build. */
    static String summary(Conformance conformance) {
        int all = 0;
        int notApplicable = 0;
        for (Statement statement : conformance.statements()) {
            all++;
            notApplicable += statement.isApplicable() ? 0 : 1;
        }
        List<Statement> open = conformance.open();
        return String.format(
                "conformance: %d statements: %d proven, %d not applicable, %d open%s",
                all, all - notApplicable - open.size(), notApplicable, open.size(), list(open));
    }

    private static String list(List<Statement> open) {
        return open.isEmpty() ? "" : open.stream().map(Statement::id).collect(Collectors.joining(", ", " (", ")"));
    }

    static List<String> lines(Conformance conformance) {
        Report report = new Report(conformance);
        report.write();
        return report.lines;
    }

    private void write() {
        lines.add("# Conformance");
        lines.add("");
        lines.add(summary(conformance));
        section("Wrong claims", conformance.errors());
        section("Open", conformance.open().stream().map(Report::describe).toList());
        lines.add("");
        lines.add("## All statements");
        lines.add("");
        lines.add("| statement | result | tests |");
        lines.add("|---|---|---|");
        conformance.statements().forEach(this::row);
    }

    private void section(String title, List<String> items) {
        if (!items.isEmpty()) {
            lines.add("");
            lines.add("## " + title);
            lines.add("");
            items.forEach(item -> lines.add("- " + item));
        }
    }

    private static String describe(Statement statement) {
        return statement.id() + ": " + statement.text();
    }

    private void row(Statement statement) {
        String result = statement.isApplicable() ? "proven" : "not applicable";
        if (conformance.open().contains(statement)) {
            result = "open";
        }
        String tests =
                conformance.proofs(statement).stream().map(Report::describe).collect(Collectors.joining("<br>"));
        lines.add("| " + cell("**" + statement.id() + "** " + statement.text()) + " | " + result + " | "
                + cell(statement.isApplicable() ? tests : statement.notApplicable()) + " |");
    }

    private static String describe(Proof proof) {
        String title = proof.claim().title();
        return proof.outcome() + ": " + proof.claim().method() + ": "
                + title.substring(title.indexOf(':') + 1).strip();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
