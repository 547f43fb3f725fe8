// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.text;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Rows under a header, in columns as wide as their widest cell where there is room for that. What stands in a cell may
 * come from anywhere: control characters, which could command the terminal, and others that are not seen or turn the
 * line are shown as in Java's source, and of a text at most 1000 characters.
 */
public final class Table {

    /** In front of the title of a column of numbers, which are aligned at their right. */
    private static final char NUMBERS = '#';

    /** In characters. Longer texts are cut: what others say of themselves has no bound. */
    private static final int LONGEST_CELL = 1000;

    private static final String CUT = "...";

    private final int most;
    private final Column[] columns;
    private final List<String[]> rows = new ArrayList<>();
    private long leftOut;

    /**
     * @param most rows that are taken; others are counted
     * @param titles of the columns; with a leading {@code #}, which is not printed, where a column holds numbers; none
     *     if all of them are empty
     */
    public Table(int most, String... titles) {
        this.most = most;
        columns = new Column[titles.length];
        for (int i = 0; i < titles.length; i++) {
            boolean numbers = !titles[i].isEmpty() && titles[i].charAt(0) == NUMBERS;
            columns[i] = new Column(numbers ? titles[i].substring(1) : titles[i], numbers);
        }
    }

    /** Takes all rows. */
    public Table(String... titles) {
        this(Integer.MAX_VALUE, titles);
    }

    public Table row(Object... cells) {
        if (cells.length != columns.length) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + columns.length + " columns");
        }
        if (rows.size() == most) {
            leftOut++;
            return this;
        }
        String[] row = Arrays.stream(cells).map(Table::text).toArray(String[]::new);
        for (int i = 0; i < row.length; i++) {
            columns[i].admit(row[i]);
        }
        rows.add(row);
        return this;
    }

    /** Counts rows that nobody adds. */
    public void leaveOut(long count) {
        leftOut += count;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** How many rows it has not taken. */
    public long leftOut() {
        return leftOut;
    }

    /**
     * Prints no line that is wider than it may be: long texts are broken, and where columns do not fit beside each
     * other even then, the last ones go into further lines of each row.
     *
     * @param width of the lines, in characters
     */
    public void print(PrintStream out, int width) {
        Layout layout = Layout.of(List.of(columns), width);
        String[] titles = Arrays.stream(columns).map(Column::title).toArray(String[]::new);
        if (!String.join("", titles).isEmpty()) {
            layout.lines(titles).forEach(out::println);
        }
        rows.forEach(row -> layout.lines(row).forEach(out::println));
    }

    private static String text(Object cell) {
        String text = printable(cell);
        return Column.width(text) <= LONGEST_CELL
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_CELL)) + CUT;
    }

    /** The text with escapes for control characters and the like; an empty one for null. */
    public static String printable(Object cell) {
        if (cell == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        cell.toString().codePoints().forEach(codePoint -> append(text, codePoint));
        return text.toString();
    }

    private static void append(StringBuilder text, int codePoint) {
        if (isPrintable(codePoint)) {
            text.appendCodePoint(codePoint);
        } else {
            Character.toString(codePoint)
                    .chars()
                    .forEach(unit -> text.append(String.format(Locale.ROOT, "\\u%04x", unit)));
        }
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
}
