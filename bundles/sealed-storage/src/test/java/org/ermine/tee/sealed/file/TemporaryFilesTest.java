// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.file;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that one instance makes, while others look for what was left behind in the same folder. */
class TemporaryFilesTest {

    @TempDir
    Path folder;

    @Test
    void givenAFileThatAnotherInstanceIsAboutToDeleteWhenItsMakerLocksItThenItIsLeftToTheOther() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (FileChannel another = FileChannel.open(file, StandardOpenOption.WRITE);
                FileChannel maker = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertNotNull(another.tryLock());
            assertFalse(TemporaryFiles.lock(maker, file));
        }
    }

    @Test
    void givenAFileThatAnotherInstanceHasDeletedWhenItsMakerLocksItThenItIsNotItsOwn() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (FileChannel maker = FileChannel.open(file, StandardOpenOption.WRITE)) {
            Files.delete(file);
            assertFalse(TemporaryFiles.lock(maker, file));
        }
    }

    @Test
    void givenAFileThatNobodyElseUsesWhenItsMakerLocksItThenItIsItsOwn() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (FileChannel maker = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertTrue(TemporaryFiles.lock(maker, file));
        }
    }
}
