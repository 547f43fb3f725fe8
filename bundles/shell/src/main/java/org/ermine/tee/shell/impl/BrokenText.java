// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.impl;

import java.util.ArrayList;
import java.util.List;

/** Text in lines that are not too long: broken between words, within a long one behind a mark, and anywhere if need be. */
final class BrokenText {

    private static final String MARKS = ".,:;/-_";

    private BrokenText() {}

    /**
     * @param width of a line, in characters; 1 or more
     * @return at least one line
     */
    static List<String> lines(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (Column.width(rest) > width) {
            int end = end(rest, rest.offsetByCodePoints(0, width));
            lines.add(rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }

    /** Where the first line ends, at most at {@code most}. */
    private static int end(String text, int most) {
        int space = text.lastIndexOf(' ', most);
        if (space > 0) {
            return space;
        }
        for (int end = most; end > 1; end--) {
            if (MARKS.indexOf(text.charAt(end - 1)) >= 0) {
                return end;
            }
        }
        return most;
    }
}
