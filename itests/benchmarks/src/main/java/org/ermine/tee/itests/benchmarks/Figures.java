// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ermine.tee.itests.benchmarks.cases.Case;
import org.ermine.tee.itests.benchmarks.turns.Figure;

/** The figures of the README, as a table in Markdown. */
final class Figures {

    private static final String BEGIN = "<!-- figures: begin -->\n";
    private static final String END = "<!-- figures: end -->\n";

    private final Recorded recorded;

    Figures(Recorded recorded) {
        this.recorded = recorded;
    }

    /** Replaces what the file has between the marks. */
    void writeInto(Path readme) throws IOException {
        String text = Files.readString(readme);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        if (begin < BEGIN.length() || end < begin) {
            throw new IOException(readme + " has no marks for the figures");
        }
        Files.writeString(readme, text.substring(0, begin) + this + text.substring(end));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("| case | target | measured | | on |\n|---|---|---|---|---|\n");
        for (Case one : Case.values()) {
            Recorded.Ratio ratio = recorded.ratios().get(one.name());
            if (ratio != null) {
                text.append(row(one, ratio));
            }
        }
        return text.toString();
    }

    private static String row(Case one, Recorded.Ratio ratio) {
        Figure figure = one.figure();
        String measured = ratio.jvms() == 0
                ? "not known: " + ratio.note()
                : figure.text(figure.of(ratio.ratio())) + spread(figure, ratio) + details(ratio);
        String met = ratio.jvms() > 0 && one.target().isMetBy(figure.of(ratio.ratio())) ? "met" : "missed";
        return "| " + one.title() + " | " + one.target().text(figure) + " | " + measured + " | "
                + (ratio.jvms() == 0 ? "" : met) + " | " + ratio.date() + " |\n";
    }

    private static String spread(Figure figure, Recorded.Ratio ratio) {
        double one = figure.of(ratio.least());
        double other = figure.of(ratio.most());
        return ratio.jvms() == 1
                ? ""
                : " (" + figure.number(Math.min(one, other)) + " to " + figure.number(Math.max(one, other)) + ")";
    }

    private static String details(Recorded.Ratio ratio) {
        return (ratio.nanos() > 0 ? ": " + nanos(ratio.nanos()) : "")
                + (ratio.note().isEmpty() ? "" : "; " + ratio.note());
    }

    private static String nanos(double nanos) {
        return nanos < 10_000 ? Math.round(nanos) + " ns" : Math.round(nanos / 1000) + " us";
    }
}
