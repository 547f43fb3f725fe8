// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Where the cells of a row stand: one band of columns beside each other, or several below each other. Immutable. */
final class Layout {

    private static final String GAP = "  ";
    /** In front of all bands but the first. */
    private static final String INDENT = "    ";

    private final List<Column> columns;
    private final List<Band> bands;

    /**
     * Columns beside each other.
     *
     * @param first index of the first one
     * @param widths of all of them
     */
    private record Band(int first, int[] widths, String indent) {}

    private Layout(List<Column> columns, List<Band> bands) {
        this.columns = columns;
        this.bands = bands;
    }

    /** A layout in which no line is wider; but for a column of numbers that alone would be. */
    static Layout of(List<Column> columns, int width) {
        List<Band> bands = new ArrayList<>();
        int next = 0;
        while (next < columns.size()) {
            String indent = bands.isEmpty() ? "" : INDENT;
            int room = width - indent.length();
            int end = end(columns, next, room);
            bands.add(new Band(next, widths(columns.subList(next, end), room), indent));
            next = end;
        }
        return new Layout(columns, bands);
    }

    /** Behind the last column that has a place beside the first one. */
    private static int end(List<Column> columns, int first, int room) {
        int end = first + 1;
        int taken = columns.get(first).narrowest();
        while (end < columns.size() && columns.get(end).narrowest() <= room - taken - GAP.length()) {
            taken += GAP.length() + columns.get(end).narrowest();
            end++;
        }
        return end;
    }

    /**
     * As wide as they would be, or else numbers as narrow as they can be, and then the widest texts narrowed until all
     * fit.
     */
    private static int[] widths(List<Column> columns, int room) {
        int[] widths = columns.stream().mapToInt(Column::natural).toArray();
        int texts = room - GAP.length() * (widths.length - 1);
        if (Arrays.stream(widths).sum() > texts) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = columns.get(i).holdsNumbers() ? columns.get(i).narrowest() : widths[i];
            }
        }
        for (int over = Arrays.stream(widths).sum() - texts; over > 0; over--) {
            int widest = widestText(columns, widths);
            if (widest < 0 || widths[widest] == 1) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    private static int widestText(List<Column> columns, int[] widths) {
        return IntStream.range(0, widths.length)
                .filter(i -> !columns.get(i).holdsNumbers())
                .reduce((a, b) -> widths[b] > widths[a] ? b : a)
                .orElse(-1);
    }

    /** The lines of a row, without white space at their ends. */
    List<String> lines(String[] row) {
        List<String> lines = new ArrayList<>();
        for (Band band : bands) {
            addLines(band, row, lines);
        }
        return lines;
    }

    private void addLines(Band band, String[] row, List<String> lines) {
        List<List<String>> cells = new ArrayList<>();
        for (int i = 0; i < band.widths.length; i++) {
            cells.add(BrokenText.lines(row[band.first + i], band.widths[i]));
        }
        int height = cells.stream().mapToInt(List::size).max().orElse(0);
        for (int line = 0; line < height; line++) {
            lines.add(line(band, cells, line));
        }
    }

    private String line(Band band, List<List<String>> cells, int number) {
        StringBuilder line = new StringBuilder(band.indent);
        for (int i = 0; i < band.widths.length; i++) {
            List<String> cell = cells.get(i);
            String text = number < cell.size() ? cell.get(number) : "";
            String padding = " ".repeat(Math.max(0, band.widths[i] - Column.width(text)));
            boolean right = columns.get(band.first + i).holdsNumbers();
            line.append(i == 0 ? "" : GAP).append(right ? padding + text : text + padding);
        }
        return line.toString().stripTrailing();
    }
}
