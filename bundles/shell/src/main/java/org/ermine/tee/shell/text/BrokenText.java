// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Text in lines that are not too long: broken between words, within a long one behind a mark, and anywhere if need be.
 */
public final class BrokenText {

    private static final String MARKS = ".,:;/-_";

    private BrokenText() {}

    /**
     * @param width of a line, in characters; 1 or more
     * @return at least one line
     */
    public static List<String> lines(String text, int width) {
        List<String> lines = new ArrayList<>();
        int begin = 0;
        while (isWider(text, begin, width)) {
            int end = end(text, begin, text.offsetByCodePoints(begin, width));
            lines.add(text.substring(begin, end).stripTrailing());
            begin = nextWord(text, end);
        }
        lines.add(text.substring(begin));
        return lines;
    }

    /**
     * Whether the text from {@code begin} on is wider than a line. Looks no further than that takes, however long it
     * is.
     */
    private static boolean isWider(String text, int begin, int width) {
        int left = text.length() - begin;
        int enough = left / 2 > width ? 2 * width + 1 : left;
        return text.codePointCount(begin, begin + enough) > width;
    }

    private static int nextWord(String text, int from) {
        int next = from;
        while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
            next++;
        }
        return next;
    }

    /** Where the line from {@code begin} on ends, at most at {@code most}. */
    private static int end(String text, int begin, int most) {
        for (int space = most; space > begin; space--) {
            if (text.charAt(space) == ' ') {
                return space;
            }
        }
        for (int end = most; end > begin + 1; end--) {
            if (MARKS.indexOf(text.charAt(end - 1)) >= 0) {
                return end;
            }
        }
        return most;
    }
}
