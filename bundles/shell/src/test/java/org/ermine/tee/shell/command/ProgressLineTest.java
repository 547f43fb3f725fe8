// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ProgressLineTest {

    private static final long TOTAL = 100L << 20;
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private long now;

    @Test
    void givenATerminalThenOneLineIsWrittenOverAndRemovedAtTheEnd() {
        try (ProgressLine progress = line(true)) {
            now = SECOND / 2;
            progress.update(50L << 20, TOTAL);
            now = SECOND;
            progress.update(TOTAL, TOTAL);
        }

        String half = "big file  50.0 MiB of 100.0 MiB  50 %  100.0 MiB/s";
        String all = "big file  100.0 MiB of 100.0 MiB  100 %  100.0 MiB/s";
        assertEquals("\r" + half + "\r" + all + "\r" + " ".repeat(all.length()) + "\r", printed());
    }

    @Test
    void givenUpdatesInQuickSuccessionThenFewOfThemAreShown() {
        ProgressLine progress = line(true);
        for (int i = 1; i <= 100; i++) {
            now = i * SECOND / 1000;
            progress.update(i, TOTAL);
        }

        assertEquals(1, printed().chars().filter(c -> c == '\r').count());
    }

    @Test
    void givenAPipeThenNothingIsShown() {
        try (ProgressLine progress = line(false)) {
            progress.update(TOTAL, TOTAL);
        }

        assertEquals("", printed());
    }

    @Test
    void givenASmallTransferThenNothingIsShown() {
        try (ProgressLine progress = line(true)) {
            progress.update(1, ProgressLine.SHORTEST - 1);
        }

        assertEquals("", printed());
    }

    private ProgressLine line(boolean terminal) {
        return new ProgressLine(new Console(out, terminal, Console.USUAL_WIDTH), "big file", () -> now);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
