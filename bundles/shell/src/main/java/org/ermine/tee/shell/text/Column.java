// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.text;

import java.util.Arrays;

/** A column of a {@link Table}: how wide it would be, and how narrow it can be. */
final class Column {

    /** Texts of so many characters are not broken so that another column has a place beside them. */
    private static final int UNBROKEN = 40;

    private final String title;
    private final boolean numbers;
    private int widest;

    Column(String title, boolean numbers) {
        this.title = title;
        this.numbers = numbers;
    }

    /** To be called for each cell. */
    void admit(String cell) {
        widest = Math.max(widest, width(cell));
    }

    String title() {
        return title;
    }

    /** Whether cells stand at the right. */
    boolean holdsNumbers() {
        return numbers;
    }

    /** No cell and no title is broken. */
    int natural() {
        return Math.max(widest, width(title));
    }

    /** As narrow as it can well be: numbers are never broken, but titles of several words and long texts are. */
    int narrowest() {
        int longestWord =
                Arrays.stream(title.split(" ")).mapToInt(Column::width).max().orElse(0);
        return Math.max(numbers ? widest : Math.min(widest, UNBROKEN), longestWord);
    }

    static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
