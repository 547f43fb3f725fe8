// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ermine.tee.embedded.files.ForeignProcess;
import org.ermine.tee.supplicant.gpfs.disk.Directory;
import org.ermine.tee.supplicant.gpfs.disk.Disk;
import org.ermine.tee.supplicant.gpfs.disk.FileErrno;
import org.ermine.tee.supplicant.gpfs.disk.FileName;
import org.ermine.tee.supplicant.gpfs.disk.RefusedException;
import org.ermine.tee.supplicant.gpfs.disk.TestDisk;
import org.ermine.tee.supplicant.gpfs.impl.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class StorageFailureTest {

    private static final byte[] OLD = Message.bytes(1000, 1);
    private static final byte[] NEW = Message.bytes(2000, 2);

    @TempDir
    Path root;

    private FileName name = name("d/f");

    @ParameterizedTest(name = "at offset {0}")
    @ValueSource(longs = {0, 500, 1000, 1500})
    void givenTheDiskIsFullWhenAFileIsWrittenThenTheOldContentStaysAndNothingElseIsLeft(long offset)
            throws IOException {
        writeOld();
        try (Storage storage = new Storage(root, true, TestDisk.full())) {
            IOException full =
                    assertThrows(IOException.class, () -> storage.write(name, offset, ByteBuffer.wrap(NEW), false));

            assertEquals(FileErrno.ENOSPC, FileErrno.of(full));
            assertArrayEquals(OLD, Files.readAllBytes(root.resolve("d/f")));
            assertEquals(List.of("append", "lock"), staged());
        }
        try (Storage storage = new Storage(root, true, Disk.real())) {
            storage.write(name, 0, ByteBuffer.wrap(NEW), false);
            assertArrayEquals(NEW, Files.readAllBytes(root.resolve("d/f")));
        }
    }

    @ParameterizedTest(name = "at offset {0}")
    @ValueSource(longs = {0, 500, 1000})
    void givenTheThreadIsInterruptedWhenAFileIsWrittenThenTheOldContentStays(long offset) throws IOException {
        writeOld();
        try (Storage storage = new Storage(root, false, interruptedHalfWay())) {
            IOException given =
                    assertThrows(IOException.class, () -> storage.write(name, offset, ByteBuffer.wrap(NEW), false));

            assertTrue(Thread.interrupted(), "the interrupt status is kept");
            assertEquals(FileErrno.EINTR, FileErrno.of(given));
            assertEquals(ClosedByInterruptException.class, given.getClass());
            assertArrayEquals(OLD, Files.readAllBytes(root.resolve("d/f")));
            assertEquals(List.of("append", "lock"), staged());
        }
    }

    @Test
    void givenACrashBeforeTheMoveWhenTheStorageOpensAgainThenTheOldFileIsThereAndTheRemainsAreGone()
            throws IOException {
        writeOld();
        Path remains = Files.createDirectories(root.resolve(".ermine/crashed"));
        Files.write(remains.resolve("lock"), new byte[0]);
        Files.write(remains.resolve("1"), NEW);
        Files.createDirectory(remains.resolve("2"));
        Files.createDirectory(root.resolve(".ermine/crashed-at-once"));

        new Storage(root, false, Disk.real()).close();

        assertArrayEquals(OLD, Files.readAllBytes(root.resolve("d/f")));
        try (Stream<Path> left = Files.list(root.resolve(".ermine"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void givenACrashDuringAnAppendWhenTheStorageOpensAgainThenTheFileIsCutBack() throws IOException {
        writeOld();
        Path remains = Files.createDirectories(root.resolve(".ermine/crashed"));
        Files.write(remains.resolve("lock"), new byte[0]);
        try (AppendJournal journal = new AppendJournal(
                FileChannel.open(remains.resolve("append"), StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                false)) {
            journal.begin(name, OLD.length);
        }
        Files.write(root.resolve("d/f"), new byte[] {1, 2, 3}, StandardOpenOption.APPEND);

        new Storage(root, false, Disk.real()).close();

        assertArrayEquals(OLD, Files.readAllBytes(root.resolve("d/f")));
    }

    @Test
    void givenADamagedOrFinishedJournalWhenTheStorageOpensAgainThenNoFileIsCut() throws IOException {
        writeOld();
        for (byte[] journal : List.of(new byte[0], new byte[272], Message.bytes(272, 5), Message.bytes(20, 5))) {
            Path remains = Files.createDirectories(root.resolve(".ermine/crashed"));
            Files.write(remains.resolve("lock"), new byte[0]);
            Files.write(remains.resolve("append"), journal);

            new Storage(root, false, Disk.real()).close();

            assertArrayEquals(OLD, Files.readAllBytes(root.resolve("d/f")));
        }
    }

    @Test
    void givenTwoInstancesOnOneRootWhenOneOpensWhileTheOtherWritesThenNeitherDisturbsTheOther() throws IOException {
        writeOld();
        Storage[] second = new Storage[1];
        TestDisk disk = new TestDisk();
        disk.writing = (file, data, position) -> {
            file.write(data.slice(0, 100), position);
            second[0] = new Storage(root, false, Disk.real());
            second[0].write(name("other"), 0, ByteBuffer.wrap(OLD), false);
            file.write(data, position);
        };
        try (Storage first = new Storage(root, false, disk)) {
            first.write(name, 0, ByteBuffer.wrap(NEW), false);
        }
        second[0].close();

        assertArrayEquals(NEW, Files.readAllBytes(root.resolve("d/f")));
        assertArrayEquals(OLD, Files.readAllBytes(root.resolve("other")));
    }

    /** To close a file ends the lock that the process has on it, whoever in the process has it. */
    @Test
    void givenAnotherInstanceOfThisProcessWhenOneOfAnotherProcessOpensThenItLeavesTheFirstAlone() throws Exception {
        try (Storage first = new Storage(root, false, Disk.real())) {
            first.write(name, 0, ByteBuffer.wrap(OLD), false);
            new Storage(root, false, Disk.real()).close();

            openElsewhere();

            assertEquals(List.of("append", "lock"), staged());
            first.write(name, 0, ByteBuffer.wrap(NEW), false);
        }
        assertArrayEquals(NEW, Files.readAllBytes(root.resolve("d/f")));
    }

    @Test
    void givenRemainsThatAreBeingClearedWhenOthersOpenThenTheyAreLeftToTheFirst() throws Exception {
        writeOld();
        Path remains = Files.createDirectories(root.resolve(".ermine/crashed"));
        Files.createFile(remains.resolve("lock"));
        try (AppendJournal journal = new AppendJournal(
                FileChannel.open(remains.resolve("append"), StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                false)) {
            journal.begin(name, OLD.length);
        }
        List<List<String>> during = new ArrayList<>();
        try (Directory opened = Directory.open(root, Disk.real())) {
            Staging.recover(opened, unfinished -> {
                new Storage(root, false, Disk.real()).close();
                openElsewhere();
                during.add(staged());
            });
        }
        assertEquals(List.of(List.of("append", "lock")), during);
        assertEquals(List.of(), staged());
    }

    private void openElsewhere() throws IOException {
        try {
            assertEquals(List.of("opened"), ForeignProcess.run(OtherInstance.class, root.toString()));
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this test", e);
        }
    }

    /** An instance of another process. */
    static final class OtherInstance {

        private OtherInstance() {}

        public static void main(String[] arguments) throws IOException {
            new Storage(Path.of(arguments[0]), false, Disk.real()).close();
            System.out.println("opened");
        }
    }

    @Test
    void givenALinkPlantedAsTheHandlersOwnDirectoryThenItIsNotFollowed(@TempDir Path outside) throws IOException {
        Path victim = Files.createDirectory(outside.resolve("victim"));
        Files.write(victim.resolve("lock"), new byte[0]);
        Files.createSymbolicLink(root.resolve(".ermine"), outside);

        try (Storage storage = new Storage(root, false, Disk.real())) {
            IOException refused =
                    assertThrows(IOException.class, () -> storage.write(name("f"), 0, ByteBuffer.wrap(OLD), false));
            assertEquals(FileErrno.ELOOP, FileErrno.of(refused));
        }

        assertTrue(Files.exists(victim.resolve("lock")), "nothing outside is taken for remains");
    }

    private void writeOld() throws IOException {
        try (Storage storage = new Storage(root, false, Disk.real())) {
            storage.write(name, 0, ByteBuffer.wrap(OLD), false);
        }
    }

    private static Disk interruptedHalfWay() {
        TestDisk disk = new TestDisk();
        disk.writing = (file, data, position) -> {
            file.write(data.slice(0, data.remaining() / 2), position);
            Thread.currentThread().interrupt();
            file.write(data, position);
        };
        return disk;
    }

    private List<String> staged() throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve(".ermine"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private static FileName name(String path) {
        try {
            return FileName.of(path);
        } catch (RefusedException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
