// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BrokenTextTest {

    @Test
    void linesEndBetweenWordsOrBehindMarksOrAnywhere() {
        assertEquals(
                List.of("one two", "three.four", "fivesixseven", "eight"),
                BrokenText.lines("one two  three.four fivesixseveneight", 12));
        assertEquals(List.of("a.", "bcdef", "ghijk", "lmno"), BrokenText.lines("a.bcdefghijklmno", 5));
        assertEquals(List.of("😀😀😀", "😀"), BrokenText.lines("😀😀😀😀", 3));
        assertEquals(List.of(""), BrokenText.lines("", 1));
        assertEquals(List.of("no end"), BrokenText.lines("no end", Integer.MAX_VALUE));
    }

    /** Looking through all the rest for each line would take many minutes. */
    @Test
    void aVeryLongTextIsGoneThroughOnce() {
        int lines = 500_000;
        String text = "x".repeat(40 * lines);
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertEquals(lines, BrokenText.lines(text, 40).size()));
    }
}
