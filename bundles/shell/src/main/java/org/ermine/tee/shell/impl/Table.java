// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.impl;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows under a header, in columns as wide as their widest cell. What stands in a cell may come from anywhere: control
 * characters, which could command the terminal, are shown as {@code ?}.
 */
final class Table {

    private static final String GAP = "  ";
    /** In front of the title of a column of numbers, which are aligned at their right. */
    private static final char NUMBERS = '#';

    private final String[] titles;
    private final boolean[] numbers;
    private final int[] widths;
    private final List<String[]> rows = new ArrayList<>();

    /** @param titles of the columns; with a leading {@code #}, which is not printed, where a column holds numbers */
    Table(String... titles) {
        this.titles = new String[titles.length];
        numbers = new boolean[titles.length];
        widths = new int[titles.length];
        for (int i = 0; i < titles.length; i++) {
            numbers[i] = titles[i].charAt(0) == NUMBERS;
            this.titles[i] = numbers[i] ? titles[i].substring(1) : titles[i];
            widths[i] = width(this.titles[i]);
        }
    }

    Table row(Object... cells) {
        if (cells.length != titles.length) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + titles.length + " columns");
        }
        String[] row = Arrays.stream(cells).map(Table::printable).toArray(String[]::new);
        for (int i = 0; i < row.length; i++) {
            widths[i] = Math.max(widths[i], width(row[i]));
        }
        rows.add(row);
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    void print(PrintStream out) {
        out.println(line(titles));
        rows.forEach(row -> out.println(line(row)));
    }

    /** The text without control characters; an empty one for null. */
    static String printable(Object cell) {
        if (cell == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        cell.toString().codePoints().map(c -> isPrintable(c) ? c : '?').forEach(text::appendCodePoint);
        return text.toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private String line(String[] cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String padding = " ".repeat(widths[i] - width(cells[i]));
            line.append(i == 0 ? "" : GAP).append(numbers[i] ? padding + cells[i] : cells[i] + padding);
        }
        return line.toString().stripTrailing();
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
