// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ermine.tee.supplicant.gpfs.disk.TestDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the file system says is a text in some language; what the TEE is told is a number. */
@Timeout(30)
class DiagnosisTest {

    private static final byte[] CONTENT = Message.bytes(100_000, 1);

    @TempDir
    Path temp;

    private final TestDisk disk = new TestDisk();
    private FileHandler handler;

    @BeforeEach
    void open() {
        handler = TestRoots.handler(
                TestRoots.root(temp.resolve("data"), false), TestRoots.root(temp.resolve("p"), true, null, disk));
    }

    @AfterEach
    void close() throws IOException {
        handler.deactivate();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 99_999})
    @DisplayName("ERM-28: given a disk with too little room when a write fails then it is ENOSPC in every language")
    void noRoom(long usable) throws IOException {
        disk.usable = usable;

        assertEquals(28, failedWrite());
    }

    @Test
    @DisplayName("ERM-28: given a disk mounted for reading when a write fails then it is EROFS in every language")
    void readOnly() throws IOException {
        disk.readOnly = true;

        assertEquals(30, failedWrite());
    }

    @Test
    @DisplayName(
            "ERM-28: given room that a quota forbids to use when a write fails then it is EDQUOT in every language")
    void quota() throws IOException {
        disk.writing = (file, data, position) -> {
            throw TestDisk.failure();
        };

        assertEquals(122, write());
        assertNothingLeft();
    }

    @Test
    @DisplayName("ERM-28: given a disk in order when a write fails then it is EIO, whatever the text of the failure")
    void textsSayNothing() throws IOException {
        for (String text : List.of("No space left on device", "Read-only file system", "Disk quota exceeded")) {
            failure = new FileSystemException("f", null, text);
            assertEquals(5, failedWrite());
        }
    }

    @Test
    @DisplayName(
            "ERM-28: given a file that could not be forced then each later barrier fails with the first one's error")
    void remembered() throws IOException {
        TestDisk full = new TestDisk();
        FileHandler other = TestRoots.handler(
                TestRoots.root(temp.resolve("d2"), false, null, full), TestRoots.root(temp.resolve("p2"), true));
        Message.write(5, "f", 0, CONTENT, 0).sentTo(other);
        full.forcing = file -> {
            full.usable = 0;
            throw TestDisk.failure();
        };
        assertEquals(28, Message.remove(10, "none").sentTo(other).error());
        full.usable = Long.MAX_VALUE;

        assertEquals(28, Message.remove(10, "none").sentTo(other).error());

        Message.remove(6, "f").sentTo(other);
        full.forcing = file -> {};
        other.deactivate();
    }

    @Test
    @DisplayName("ERM-28: given a backup whose name is too long then it is ENAMETOOLONG in every language")
    void nameTooLong() throws IOException {
        String name = "n".repeat(255);
        assertEquals(0, Message.write(9, name, 0, CONTENT, 1).sentTo(handler).error());

        assertEquals(36, Message.write(9, name, 0, CONTENT, 1).sentTo(handler).error());
    }

    private IOException failure = TestDisk.failure();

    /** The error of a write that fails once. */
    private int failedWrite() throws IOException {
        TestDisk.Writing before = disk.writing;
        disk.writing = (file, data, position) -> {
            disk.writing = before;
            throw failure;
        };
        int error = write();
        assertNothingLeft();
        return error;
    }

    private int write() {
        return Message.write(9, "f", 0, CONTENT, 0).sentTo(handler).error();
    }

    private void assertNothingLeft() throws IOException {
        assertFalse(Files.exists(temp.resolve("p/f")));
        try (Stream<Path> files = Files.walk(temp.resolve("p"))) {
            assertEquals(
                    List.of("append", "lock"),
                    files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString())
                            .sorted()
                            .toList());
        }
    }
}
