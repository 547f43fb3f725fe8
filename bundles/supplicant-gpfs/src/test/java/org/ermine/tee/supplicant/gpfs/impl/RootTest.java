// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.ermine.tee.supplicant.gpfs.disk.Directory;
import org.ermine.tee.supplicant.gpfs.disk.Disk;
import org.ermine.tee.supplicant.gpfs.disk.FileErrno;
import org.ermine.tee.supplicant.gpfs.disk.MountPoint;
import org.ermine.tee.supplicant.gpfs.disk.TestDisk;
import org.ermine.tee.supplicant.gpfs.storage.Storage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A root that is another one than when it was opened. */
@Timeout(30)
class RootTest {

    private static final int EAGAIN = 11;
    private static final byte[] CONTENT = Message.bytes(1000, 1);

    @TempDir
    Path temp;

    private final TestDisk dataDisk = new TestDisk();
    private final TestDisk persistDisk = new TestDisk();
    private Path data;
    private Path persist;
    private FileHandler handler;

    @BeforeEach
    void open() {
        data = temp.resolve("data");
        persist = temp.resolve("persist");
        handler = TestRoots.handler(
                TestRoots.root(data, false, null, dataDisk), TestRoots.root(persist, true, null, persistDisk));
    }

    @AfterEach
    void close() throws IOException {
        handler.deactivate();
    }

    @ParameterizedTest
    @ValueSource(strings = {"f", "d/e/f"})
    void givenAnotherDirectoryInThePlaceOfTheRootWhenAFileIsWrittenThenItIsWhereThePathLeads(String name)
            throws IOException {
        assertEquals(0, write(9, "before").error());
        Path hidden = Files.move(persist, temp.resolve("hidden"));
        Files.createDirectory(persist);

        assertEquals(0, write(9, name).error());

        assertArrayEquals(CONTENT, Files.readAllBytes(persist.resolve(name)));
        assertEquals(List.of("before"), files(hidden), "and of the handler's own nothing is left there");
        assertEquals(2, Message.read(8, "before", 0, 1).sentTo(handler).error(), "as after a restart");
    }

    static Stream<Message> all() {
        return Stream.of(4, 8)
                .flatMap(read -> Stream.of(
                        Message.read(read, "f", 0, 1),
                        Message.write(read + 1, "f", 0, CONTENT, 0),
                        Message.write(read + 1, "d/f", 0, CONTENT, 1),
                        Message.remove(read + 2, "f"),
                        Message.rename(read + 3, "f", "g")));
    }

    @ParameterizedTest
    @MethodSource("all")
    void givenNothingInThePlaceOfTheRootsThenEachCommandFailsAndNothingIsMadeUntilTheyAreBack(Message command)
            throws IOException {
        write(5, "f");
        write(9, "f");
        Files.move(data, temp.resolve("data-away"));
        Files.move(persist, temp.resolve("persist-away"));

        assertEquals(EAGAIN, command.sentTo(handler).error());
        assertEquals(2, Message.of(12).sentTo(handler).error(), "VERSION is answered: its version stands there");

        assertFalse(Files.exists(data));
        assertFalse(Files.exists(persist));
        Files.move(temp.resolve("data-away"), data);
        Files.move(temp.resolve("persist-away"), persist);
        assertEquals(1000, Message.read(4, "f", 0, 1000).sentTo(handler).count());
        assertEquals(1000, Message.read(8, "f", 0, 1000).sentTo(handler).count());
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 9})
    void givenTheRootIsReplacedWhileAFileIsWrittenThenItIsNotAcknowledged(int command) throws IOException {
        write(command, "f");
        Path root = command == 5 ? data : persist;
        TestDisk disk = command == 5 ? dataDisk : persistDisk;
        disk.writing = (file, content, position) -> {
            file.write(content, position);
            if (!Files.exists(temp.resolve("hidden"))) {
                Files.move(root, temp.resolve("hidden"));
                Files.createDirectory(root);
            }
        };

        assertEquals(EAGAIN, write(command, "g").error());
        assertEquals(0, write(command, "g").error(), "the next one is");

        assertArrayEquals(CONTENT, Files.readAllBytes(root.resolve("g")));
    }

    @Test
    void givenADirectoryIsReplacedWhenADirectoryIsMadeInItThenNothingIsMadeElsewhere() throws IOException {
        try (Directory opened = Directory.open(persist, Disk.real())) {
            Files.move(persist, temp.resolve("hidden"));
            Files.createDirectory(persist);
            Files.createDirectory(temp.resolve("hidden/same"));

            for (String name : List.of("same", "other")) {
                IOException refused = assertThrows(IOException.class, () -> opened.createDirectory(persist, name));
                assertEquals(EAGAIN, FileErrno.of(refused));
            }
        }
        assertEquals(List.of(), files(persist));
    }

    @Test
    void givenTheRootIsReplacedWhenTheHandlerGoesThenWhatIsThereNowIsNotTouched() throws IOException {
        write(9, "f");
        Path hidden = Files.move(persist, temp.resolve("hidden"));
        Path own = only(hidden.resolve(".ermine"));
        Path likewise = Files.createDirectories(persist.resolve(".ermine").resolve(own.getFileName()));

        handler.deactivate();

        assertTrue(Files.exists(likewise));
        assertFalse(Files.exists(own));
    }

    @Test
    void givenDataThatIsNotForcedWhenTheRootIsReplacedThenItIsForcedBeforeItIsGivenUp() throws IOException {
        write(5, "f");
        Files.move(data, temp.resolve("hidden"));
        Files.createDirectory(data);
        dataDisk.forcing = file -> forced += file.size();

        Message.read(4, "g", 0, 1).sentTo(handler);

        assertEquals(1000, forced);
    }

    private long forced;

    @Test
    void givenARootThatCannotBeMadeYetThenItIsLookedForWithEachRequest() throws IOException {
        Path place = Files.createFile(temp.resolve("place"));
        FileHandler early = TestRoots.handler(TestRoots.root(data, false), TestRoots.root(place.resolve("root"), true));
        int before = write(early, 9).error();
        Files.delete(place);

        assertEquals(0, write(early, 9).error());

        assertTrue(before > 0, "error " + before);
        early.deactivate();
    }

    @Test
    void givenAMountPointIsRequiredWhenNothingIsMountedThereThenEachCommandIsRefusedAndNothingIsMade()
            throws Exception {
        FileHandler strict = TestRoots.handler(TestRoots.root(data, false), required(temp));

        assertEquals(EAGAIN, write(strict, 9).error());
        assertEquals(EAGAIN, Message.read(8, "f", 0, 1).sentTo(strict).error());

        assertFalse(Files.exists(temp.resolve("strict")));
        strict.deactivate();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc", "/proc/self/../.", "/"})
    void givenAMountPointIsRequiredWhenSomethingIsMountedThereThenFilesAreKept(Path mounted) throws Exception {
        FileHandler strict = TestRoots.handler(TestRoots.root(data, false), required(mounted));

        assertEquals(0, write(strict, 9).error());

        strict.deactivate();
    }

    @Test
    void givenAMountPointIsRequiredThatIsNotAboveTheRootWhenItGoesThenCommandsAreRefusedUntilItIsBack()
            throws Exception {
        Path mount = Files.createDirectory(temp.resolve("mount"));
        String line = "36 35 98:0 / " + mount.toRealPath() + " rw,noatime - ext4 /dev/x rw\n";
        Path table = Files.writeString(temp.resolve("table"), line);
        FileHandler strict = TestRoots.handler(
                TestRoots.root(data, false),
                TestRoots.root(temp.resolve("strict"), true, new MountPoint(mount, table), Disk.real()));
        assertEquals(0, write(strict, 9).error());

        // What lies below a mount point shows when nothing is mounted on it.
        Path away = Files.move(mount, temp.resolve("away"));
        Files.createDirectory(mount);
        Files.writeString(table, "");
        assertEquals(EAGAIN, write(strict, 9).error());

        Files.delete(mount);
        Files.move(away, mount);
        Files.writeString(table, line);
        assertEquals(0, write(strict, 9).error());
        strict.deactivate();
    }

    private Root required(Path mounted) {
        return TestRoots.root(temp.resolve("strict"), true, new MountPoint(mounted), Disk.real());
    }

    @Test
    void givenANewRootWhenAnAppendIsAnsweredThenTheNamesThatLeadToItsJournalAreOnTheDisk() throws IOException {
        Path root = temp.resolve("new/root");
        TestDisk disk = new TestDisk();
        FileHandler fresh = TestRoots.handler(TestRoots.root(data, false), TestRoots.root(root, true, null, disk));
        write(fresh, 9);
        Message.write(9, "f", 1000, CONTENT, 0).sentTo(fresh);

        Path own = only(root.resolve(".ermine"));
        for (Path directory : List.of(temp, temp.resolve("new"), root, root.resolve(".ermine"), own)) {
            assertTrue(disk.synced.contains(key(directory)), "the names in " + directory);
        }
        fresh.deactivate();
    }

    @Test
    void givenRemainsOfACrashWhenTheyAreClearedThenTheyCannotComeBack() throws IOException {
        Path remains = Files.createDirectories(temp.resolve("crashed/.ermine/remains"));
        Files.createFile(remains.resolve("lock"));
        Object key = key(remains);
        TestDisk disk = new TestDisk();

        new Storage(temp.resolve("crashed"), false, disk).close();

        assertEquals(List.of(key, key(remains.getParent())), disk.synced);
    }

    private Message write(int command, String name) {
        return Message.write(command, name, 0, CONTENT, 0).sentTo(handler);
    }

    private static Message write(FileHandler handler, int command) {
        return Message.write(command, "f", 0, CONTENT, 0).sentTo(handler);
    }

    private static Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    private static Path only(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.toList();
            assertEquals(1, all.size());
            return all.get(0);
        }
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .toList();
        }
    }
}
