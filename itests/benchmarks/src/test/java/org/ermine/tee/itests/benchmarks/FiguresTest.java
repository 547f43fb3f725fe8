// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.ermine.tee.itests.benchmarks.cases.Case;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {

    private static final Recorded RECORDED = new Recorded(
            "a machine",
            Map.of(
                    "DIRECT", new Recorded.Ratio("2026-01-01", 3, 3.5, 3.4, 3.6, 180, ""),
                    "GRPC", new Recorded.Ratio("2026-01-01", 3, 0.005, 0.004, 0.0625, 180, ""),
                    "ONE_OBJECT", new Recorded.Ratio("2026-01-01", 0, 0, 0, 0, 0, "one processor")));

    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "given recorded ratios, when they are told, then each is what its target is about, and whether that is met")
    void table() {
        String text = new Figures(RECORDED).toString();
        assertTrue(
                text.contains("| " + Case.DIRECT.title()
                        + " | at most 4x | 3.50x (3.40 to 3.60): 180 ns | met | 2026-01-01 |"),
                text);
        assertTrue(text.contains("| at least 250 times faster | 200 times faster (16.00 to 250)"), text);
        assertTrue(
                text.contains("| " + Case.ONE_OBJECT.title()
                        + " | at least 1.70 times the work | not known: one processor |  | 2026-01-01 |"),
                text);
    }

    @Test
    @DisplayName("given a file with marks, when the figures are written into it, then the rest stays")
    void writtenBetweenTheMarks() throws IOException {
        Path file = folder.resolve("README.md");
        Files.writeString(file, "before\n<!-- figures: begin -->\nold\n<!-- figures: end -->\nafter\n");
        new Figures(RECORDED).writeInto(file);
        assertEquals(
                "before\n<!-- figures: begin -->\n" + new Figures(RECORDED) + "<!-- figures: end -->\nafter\n",
                Files.readString(file));
    }

    @Test
    @DisplayName(
            "given a file without marks, when the figures are written into it, then that fails and it stays as it was")
    void noMarks() throws IOException {
        Path file = folder.resolve("README.md");
        Files.writeString(file, "text\n");
        assertThrows(IOException.class, () -> new Figures(RECORDED).writeInto(file));
        assertEquals("text\n", Files.readString(file));
    }

    @Test
    @DisplayName("given the README, when its table is compared with recorded.json, then it is what was recorded")
    void readme() throws IOException {
        Figures figures = new Figures(Recorded.read(Path.of("recorded.json")));
        String readme = Files.readString(Path.of("README.md"));
        assertTrue(
                readme.contains("<!-- figures: begin -->\n" + figures + "<!-- figures: end -->\n"), figures.toString());
    }
}
