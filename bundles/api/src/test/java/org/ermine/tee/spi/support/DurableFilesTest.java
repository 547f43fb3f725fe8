// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {

    @TempDir
    Path folder;

    @Test
    void givenACompleteFileThenItTakesThePlaceAndItsNameIsForcedAfterwards() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        Path complete = Files.writeString(folder.resolve("complete"), "new");
        List<String> seen = new ArrayList<>();
        DurableFiles.replace(file, complete, forced -> seen.add(forced + ": " + Files.readString(file)));
        assertEquals(List.of(folder + ": new"), seen);
        assertFalse(Files.exists(complete));
    }

    @Test
    void givenNoFileInThePlaceThenThereIsOneAfterwards() throws IOException {
        Path complete = Files.writeString(folder.resolve("complete"), "new");
        DurableFiles.replace(folder.resolve("file"), complete, DurableFiles.NameForcer.REAL);
        assertEquals("new", Files.readString(folder.resolve("file")));
    }

    @Test
    void givenAMoveThatFailsThenAllIsAsBeforeAndNothingIsForced() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        List<Path> forced = new ArrayList<>();
        assertThrows(
                NoSuchFileException.class, () -> DurableFiles.replace(file, folder.resolve("missing"), forced::add));
        assertEquals("old", Files.readString(file));
        assertEquals(List.of(), forced);
    }
}
