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
    void given_a_terminal_then_one_line_is_written_over_and_removed_at_the_end() {
        try (ProgressLine progress = line(true)) {
            now = SECOND / 2;
            progress.update(50L << 20, TOTAL);
            now = SECOND;
            progress.update(TOTAL, TOTAL);
        }

        String half = "big file  50.0 MiB of 100.0 MiB  50 %  104.9 MB/s";
        String all = "big file  100.0 MiB of 100.0 MiB  100 %  104.9 MB/s";
        assertEquals("\r" + half + "\r" + all + "\r" + " ".repeat(all.length()) + "\r", printed());
    }

    @Test
    void given_updates_in_quick_succession_then_few_of_them_are_shown() {
        ProgressLine progress = line(true);
        for (int i = 1; i <= 100; i++) {
            now = i * SECOND / 1000;
            progress.update(i, TOTAL);
        }

        assertEquals(1, printed().chars().filter(c -> c == '\r').count());
    }

    @Test
    void given_a_pipe_then_nothing_is_shown() {
        try (ProgressLine progress = line(false)) {
            progress.update(TOTAL, TOTAL);
        }

        assertEquals("", printed());
    }

    @Test
    void given_a_small_transfer_then_nothing_is_shown() {
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
