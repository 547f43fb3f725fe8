// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ermine.tee.sealed.file.TemporaryFiles.TemporaryFile;
import org.ermine.tee.spi.support.DurableFiles.NameForcer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that one instance makes, while others look for what was left behind in the same folder. */
@Timeout(60)
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

    /** Closing a file ends all locks that the process has on it, whichever part of the process took them. */
    @Test
    void givenAFileOfOneInstanceWhenAnotherOfThisProcessClearsTheFolderThenOtherProcessesFindItLocked()
            throws Exception {
        TemporaryFile file = new TemporaryFiles().create(folder);
        TemporaryFiles other = new TemporaryFiles();
        TemporaryFile present = other.create(folder);
        try (FileChannel writing = file.channel();
                FileChannel presentOne = present.channel()) {
            assertTrue(writing.isOpen() && presentOne.isOpen());
            other.clearRemains(present.path());
            assertEquals("locked", LockingProcess.tryLock(file.path()));
        }
        assertEquals("free", LockingProcess.tryLock(file.path()));
    }

    @Test
    void givenAFolderThatCannotBeReadToItsEndWhenAFileIsUnsealedThereThenItIsComplete() throws Exception {
        TemporaryFiles files = new TemporaryFiles(failing(() -> {
            throw new DirectoryIteratorException(new IOException("no disk"));
        }));
        Target target = Target.of(folder.resolve("target"), NameForcer.REAL);
        try (UnsealedFile file = UnsealedFile.create(target, files)) {
            file.write(new byte[10], 10);
            file.complete();
        }
        assertEquals(10, Files.size(folder.resolve("target")));
        assertEquals(List.of("target"), names());
    }

    @Test
    void givenASearchThatBreaksOffWhenAFileIsUnsealedThenNothingOfItIsLeft() throws Exception {
        OutOfMemoryError thrown = new OutOfMemoryError("as in a test");
        Target target = Target.of(folder.resolve("target"), NameForcer.REAL);
        TemporaryFiles files = new TemporaryFiles(failing(() -> {
            throw thrown;
        }));
        assertSame(thrown, assertThrows(OutOfMemoryError.class, () -> UnsealedFile.create(target, files)));
        assertEquals(List.of(), names());
    }

    /** A search that finds a folder which fails as it is read. */
    private static TemporaryFiles.Search failing(Supplier<Path> failure) {
        return folder -> new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return Stream.generate(failure).iterator();
            }

            @Override
            public void close() {}
        };
    }

    private List<String> names() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** Another process that looks whether a file is locked. */
    static final class LockingProcess {

        private LockingProcess() {}

        static String tryLock(Path file) throws Exception {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            LockingProcess.class.getName(),
                            file.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertEquals(0, process.waitFor());
            return answer;
        }

        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
                System.out.print(channel.tryLock() == null ? "locked" : "free");
            }
        }
    }
}
