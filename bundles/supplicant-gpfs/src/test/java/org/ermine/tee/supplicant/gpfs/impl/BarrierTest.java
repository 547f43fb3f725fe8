// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ermine.tee.supplicant.gpfs.disk.TestDisk;
import org.ermine.tee.supplicant.gpfs.storage.Unforced;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** DATA operations are durable when a later PERSIST operation has been answered. */
@Timeout(30)
class BarrierTest {

    private static final int ENOENT = 2;
    private static final int EINTR = 4;
    private static final int ENOSPC = 28;

    @TempDir
    Path roots;

    /** Sizes of the DATA files that were forced: each file in these tests has a size of its own. */
    private final List<Long> forced = new ArrayList<>();

    private final TestDisk dataDisk = new TestDisk();
    private TestDisk.Forcing disk = file -> forced.add(file.size());
    private FileHandler handler;

    @BeforeEach
    void open() throws IOException {
        dataDisk.forcing = file -> disk.force(file);
        Root data = TestRoots.root(roots.resolve("data"), false, null, dataDisk);
        handler = TestRoots.handler(data, TestRoots.root(roots.resolve("persist"), true));
    }

    @AfterEach
    void close() throws IOException {
        handler.deactivate();
    }

    static Stream<Message> persistentChanges() {
        return Stream.of(
                Message.write(9, "p", 0, new byte[1], 0), Message.remove(10, "p"), Message.rename(11, "p", "q"));
    }

    @ParameterizedTest
    @MethodSource("persistentChanges")
    void givenDataFilesWhenAPersistentFileIsChangedThenTheyAreForcedBefore(Message change) throws IOException {
        Path persistent = roots.resolve("persist/p");
        Files.write(persistent, new byte[5]);
        List<Boolean> wasUnchanged = new ArrayList<>();
        disk = file -> {
            forced.add(file.size());
            wasUnchanged.add(Files.exists(persistent) && Files.size(persistent) == 5);
        };
        write("d/e/f", 0, 10);
        write("g", 0, 20);
        assertEquals(List.of(), forced, "DATA leaves it to the operating system");

        assertEquals(0, change.sentTo(handler).error());

        assertEquals(List.of(10L, 20L), forced.stream().sorted().toList());
        assertFalse(wasUnchanged.contains(false), "the persistent file was changed before");
    }

    @Test
    void givenNothingNewThenAPersistentChangeForcesNothingAgain() {
        write("f", 0, 10);
        assertEquals(0, barrier());
        forced.clear();

        assertEquals(0, barrier());
        assertEquals(10, Message.read(4, "f", 0, 10).sentTo(handler).count());
        Message.read(8, "p", 0, 1).sentTo(handler);
        assertEquals(0, barrier());

        assertEquals(List.of(), forced);
    }

    @Test
    void givenAppendsThenTheFileIsForcedOnceAndTheJournalWithIt() {
        write("f", 0, 1000);
        write("f", 1000, 1000);
        write("f", 2000, 1000);

        assertEquals(0, barrier());

        assertEquals(List.of(272L, 3000L), forced.stream().sorted().toList());
    }

    @Test
    void givenAPersistentFileIsOnlyReadThenNothingIsForced() {
        write("f", 0, 10);
        Message.read(8, "p", 0, 1).sentTo(handler);
        Message.of(12).sentTo(handler);
        assertEquals(List.of(), forced);
    }

    @Test
    void givenAPersistentFileThatDoesNotExistThenItsRemovalIsABarrierNevertheless() {
        write("f", 0, 10);
        assertEquals(ENOENT, Message.remove(10, "none").sentTo(handler).error());
        assertEquals(List.of(10L), forced);
    }

    @Test
    void givenARenamedFileThenItIsForcedUnderItsNewName() {
        write("f", 0, 10);
        write("g", 0, 20);
        Message.rename(7, "f", "d/g2").sentTo(handler);
        Message.rename(7, "d/g2", "g").sentTo(handler);

        assertEquals(0, barrier());

        assertEquals(List.of(10L), forced);
    }

    @Test
    void givenARemovedFileThenThereIsNothingToForce() {
        write("d/f", 0, 10);
        Message.remove(6, "d/f").sentTo(handler);
        Message.remove(6, "d").sentTo(handler);

        assertEquals(0, barrier());

        assertEquals(List.of(), forced);
    }

    @Test
    void givenAFileThatSomebodyElseRemovedThenThePersistentChangeIsMade() throws IOException {
        write("d/f", 0, 10);
        write("g", 0, 20);
        Files.delete(roots.resolve("data/d/f"));
        Files.delete(roots.resolve("data/d"));

        assertEquals(0, barrier());

        assertEquals(List.of(20L), forced);
    }

    @ParameterizedTest
    @MethodSource("persistentChanges")
    void givenAFileCannotBeForcedThenThePersistentChangeFailsAndIsNotMade(Message change) throws IOException {
        Path persistent = roots.resolve("persist/p");
        Files.write(persistent, new byte[5]);
        write("f", 0, 10);
        disk = this::full;

        assertEquals(ENOSPC, change.sentTo(handler).error());

        assertArrayEquals(new byte[5], Files.readAllBytes(persistent));
        assertFalse(Files.exists(roots.resolve("persist/q")));
        Message.remove(6, "f").sentTo(handler);
    }

    @Test
    void givenAFileCouldNotBeForcedThenNoPersistentChangeSucceedsUntilItIsRemoved() {
        write("f", 0, 10);
        write("g", 0, 20);
        disk = file -> {
            if (file.size() == 10) {
                full(file);
            }
            forced.add(file.size());
        };
        assertEquals(ENOSPC, barrier());
        disk = file -> forced.add(file.size());

        assertEquals(ENOSPC, barrier(), "a second attempt would succeed though the content is lost");
        write("f", 10, 5);
        Message.rename(7, "f", "h").sentTo(handler);
        assertEquals(ENOSPC, barrier(), "still the same file");
        Message.remove(6, "h").sentTo(handler);

        assertEquals(0, barrier());
        assertTrue(forced.contains(20L), "the other file was forced");
    }

    @Test
    void givenAFileCouldNotBeForcedThenReplacingItHelps() {
        write("f", 0, 10);
        disk = this::full;
        assertEquals(ENOSPC, barrier());
        disk = file -> forced.add(file.size());

        write("f", 0, 30);

        assertEquals(0, barrier());
        assertEquals(List.of(30L), forced);
    }

    @Test
    void givenAnInterruptWhileForcingThenTheNextPersistentChangeForcesAgain() {
        write("f", 0, 10);
        disk = file -> {
            throw new ClosedByInterruptException();
        };
        assertEquals(EINTR, barrier());
        disk = file -> forced.add(file.size());

        assertEquals(0, barrier());

        assertEquals(List.of(10L), forced);
    }

    @Test
    void givenAFileIsWrittenWhileItIsForcedThenItIsForcedOnceMore() {
        write("f", 0, 10);
        disk = file -> {
            forced.add(file.size());
            if (forced.size() == 1) {
                write("f", 0, 20);
            }
        };
        assertEquals(0, barrier());
        assertEquals(0, barrier());
        assertEquals(List.of(10L, 20L), forced);
    }

    @Test
    void givenTheHandlerIsReplacedThenWhatWasLeftToBeForcedIsForced() throws IOException {
        write("f", 0, 10);
        write("d/g", 0, 20);

        handler.deactivate();

        assertEquals(List.of(10L, 20L), forced.stream().sorted().toList());
        open();
        assertEquals(0, barrier());
    }

    @Test
    void givenTheHandlerIsReplacedAndForcingFailsThenThatIsReportedAndAllIsClosed() throws IOException {
        write("f", 0, 10);
        disk = this::full;

        assertThrows(IOException.class, handler::deactivate);

        try (Stream<Path> own = Files.list(roots.resolve("data/.ermine"))) {
            assertEquals(List.of(), own.toList());
        }
        disk = file -> {};
        open();
    }

    @Test
    void givenMoreFilesThanAreRememberedThenTheyAreForcedAtOnce() {
        for (int i = 0; i < Unforced.MAX_PLACES; i++) {
            write("f" + i, 0, 10);
        }
        assertEquals(Unforced.MAX_PLACES, forced.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 500_000})
    void givenMoreContentThanMayBeLeftThenItIsForcedAtOnce(int written) throws IOException {
        long before = Unforced.MAX_BYTES - 1_000_000;
        write("f", (int) before, 1);
        write("g", 0, 500_000);
        assertEquals(List.of(), forced);
        write("g", 500_000, 500_000);
        assertEquals(
                List.of(272L, 1_000_000L, before + 1), forced.stream().sorted().toList());
        forced.clear();

        write("g", 1_000_000, written);

        assertEquals(List.of(), forced, "counting begins anew");
    }

    @Test
    void givenContentThatCannotBeForcedAtOnceThenTheDataCommandFails() {
        disk = this::full;
        int size = (int) Unforced.MAX_BYTES;
        assertEquals(
                ENOSPC,
                Message.write(5, "f", size, new byte[1], 0).sentTo(handler).error());
        Message.remove(6, "f").sentTo(handler);
    }

    private void write(String name, int offset, int count) {
        assertEquals(
                0,
                Message.write(5, name, offset, new byte[count], 0)
                        .sentTo(handler)
                        .error());
    }

    /** Carries out a PERSIST operation and returns its error. */
    private int barrier() {
        return Message.write(9, "barrier", 0, new byte[1], 0).sentTo(handler).error();
    }

    private void full(FileChannel file) throws IOException {
        dataDisk.usable = 0;
        throw TestDisk.failure();
    }
}
