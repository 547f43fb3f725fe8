// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedOutputStream;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects are written by stream, and created where there is none. */
@Timeout(60)
class WriteStreamsTest {

    private static final int CHUNK = 507_904;
    private static final int SHARE = 2;
    private static final int MANY = 40;
    private static final int CLIENTS = 6;
    private static final long FOR_EVER = 3_600_000;
    /** So large that its file is not kept to be written over when it is replaced. */
    private static final byte[] BEFORE = random(70_000);

    @TempDir
    Path folder;

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeTee tee = new FakeTee(new FakeEnvironment("device", storage));
    private final TestBundles bundles = TestBundles.on(tee, SHARE, FOR_EVER);
    private final SealedStorageClient client = bundles.client("org.example.client");
    private final SealedStorageClient other = bundles.client("org.example.other");

    @AfterEach
    void nothingIsLeftOpen() {
        bundles.close();
        tee.assertNothingOpen();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7})
    void givenContentInPiecesOfAnySizeWhenItIsCommittedThenItIsTheObject(int size) throws Exception {
        byte[] content = random(size);
        client.seal("x", BEFORE);
        try (SealedOutputStream out = client.create("x")) {
            int done = 0;
            if (size > 0) {
                out.write(content[done++]);
            }
            for (int piece = 1; done < size; piece = piece * 7 % 700_001) {
                int count = Math.min(piece, size - done);
                out.write(content, done, count);
                done += count;
            }
            out.flush();
            assertArrayEquals(BEFORE, client.read("x"), "until it is committed");
            SealedEntry entry = out.commit();
            assertEquals(size, entry.size());
            assertEquals(List.of(entry), client.list());
            assertFails(Reason.CLOSED, "it was committed", () -> out.write(1));
            assertFails(Reason.CLOSED, "it was committed", out::commit);
        }
        assertArrayEquals(content, client.read("x"));
        assertEquals(1, segments());
    }

    @Test
    void givenAStreamThatWrapsItWhenItIsFinishedAndCommittedThenAllOfItIsThere() throws Exception {
        byte[] content = new byte[2 * CHUNK];
        try (SealedOutputStream out = client.create("x");
                GZIPOutputStream zipped = new GZIPOutputStream(out)) {
            zipped.write(content);
            zipped.finish();
            out.commit();
        }
        try (InputStream in = new GZIPInputStream(client.open("x"))) {
            assertArrayEquals(content, in.readAllBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 3 * CHUNK})
    void givenContentThatIsNotCommittedWhenTheStreamIsClosedThenNothingHasChangedOrIsLeft(int size) throws Exception {
        client.seal("x", BEFORE);
        assertThrows(IllegalStateException.class, () -> {
            try (SealedOutputStream out = client.create("x")) {
                out.write(random(size));
                throw new IllegalStateException("on the way");
            }
        });
        assertArrayEquals(BEFORE, client.read("x"));
        assertEquals(1, segments());
    }

    @Test
    @DisplayName(
            "ERM-23: given more streams than a bundle may have open, when none has a whole chunk, then there is room;"
                    + " and the"
                    + " one whose chunk is beyond the share fails alone")
    void noChunkNoRoom() throws Exception {
        List<SealedOutputStream> streams = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            streams.add(client.create("x" + i));
            streams.get(i).write(new byte[CHUNK - 1]);
        }
        for (int i = 0; i < SHARE; i++) {
            streams.get(i).write(new byte[2]);
        }
        assertFails(Reason.BUSY, "used up its share", () -> streams.get(SHARE).write(1));
        assertFails(Reason.CLOSED, "an operation on it failed", streams.get(SHARE)::commit);
        other.seal("y", BEFORE);
        streams.get(0).commit();
        for (int i = SHARE + 1; i < MANY; i++) {
            streams.get(i).commit();
        }
        streams.get(1).close();
        assertEquals(MANY - 2 + 1, client.list().size());
    }

    @Test
    void givenAnObjectThenANewOneOfItsNameIsRefusedBeforeAnythingIsRead() throws Exception {
        client.seal("x", BEFORE);
        InputStream untouched = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("the source is read");
            }
        };
        Path file = Files.write(folder.resolve("file"), random(9));
        for (Executable use : List.<Executable>of(
                () -> other.createNew("x"),
                () -> other.sealNew("x", untouched, ProgressListener.NONE),
                () -> other.sealNew("x", file, ProgressListener.NONE),
                () -> other.sealNew("x", untouched),
                () -> other.sealNew("x", file),
                () -> other.sealNew("x", random(9)))) {
            assertFails(Reason.ALREADY_EXISTS, "something is sealed as 'x' already", use);
        }
        assertArrayEquals(BEFORE, client.read("x"));
        client.remove("x");
        other.sealNew("x", file, ProgressListener.NONE);
        other.sealNew("y", file);
        assertArrayEquals(random(9), client.read("x"));
        assertEquals(9, other.get("y").orElseThrow().size());
    }

    @Test
    void givenTwoBundlesThatCreateTheSameWhenBothCommitThenTheFirstOneSucceeds() throws Exception {
        try (SealedOutputStream mine = client.createNew("x");
                SealedOutputStream others = other.createNew("x");
                SealedOutputStream replacing = other.create("x")) {
            mine.write(random(2 * CHUNK));
            others.write(BEFORE);
            others.commit();
            assertFails(Reason.ALREADY_EXISTS, "'x'", mine::commit);
            assertArrayEquals(BEFORE, client.read("x"));
            replacing.write(random(7));
            replacing.commit();
        }
        assertArrayEquals(random(7), client.read("x"));
        assertEquals(1, segments());
    }

    @Test
    void givenManyClientsThatSealTheSameWhereNothingIsThenOneOfThemSucceeds() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        CyclicBarrier together = new CyclicBarrier(CLIENTS);
        try {
            for (int round = 0; round < 20; round++) {
                String name = "x" + round;
                List<Future<Boolean>> all = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    SealedStorageClient each = bundles.client("org.example." + i);
                    all.add(threads.submit(() -> {
                        together.await();
                        return sealsNew(each, name);
                    }));
                }
                int sealed = 0;
                for (Future<Boolean> each : all) {
                    sealed += each.get() ? 1 : 0;
                }
                assertEquals(1, sealed, name);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean sealsNew(SealedStorageClient client, String name) throws SealedStorageException {
        try {
            client.sealNew(name, BEFORE);
            return true;
        } catch (SealedStorageException e) {
            assertEquals(Reason.ALREADY_EXISTS, e.reason(), e.getMessage());
            return false;
        }
    }

    @Test
    void givenADiskThatBecomesFullThenTheWriterIsToldAndItsPlaceIsFreeAtOnce() throws Exception {
        client.seal("x", BEFORE);
        for (int i = 0; i < 2 * SHARE; i++) {
            SealedOutputStream out = client.create("x");
            out.write(random(CHUNK));
            storage.failWrites(28);
            assertFails(Reason.STORAGE_FULL, "'x'", () -> {
                out.write(random(9 * CHUNK));
                out.commit();
            });
            storage.failWrites(0);
            assertFails(Reason.CLOSED, "an operation on it failed", out::commit);
            assertFails(Reason.CLOSED, "an operation on it failed", () -> out.write(1));
        }
        assertArrayEquals(BEFORE, client.read("x"));
        assertEquals(1, segments());
    }

    @Test
    void givenAThreadThatIsInterruptedThenNothingOfItsStreamIsSealed() throws Exception {
        client.seal("x", BEFORE);
        SealedOutputStream writing = client.create("x");
        SealedOutputStream committing = client.create("x");
        committing.write(random(5));
        Thread.currentThread().interrupt();
        assertFails(Reason.INTERRUPTED, "interrupted", () -> writing.write(random(CHUNK)));
        assertFails(Reason.INTERRUPTED, "interrupted", committing::commit);
        assertTrue(Thread.interrupted(), "the interrupt is kept");
        assertFails(Reason.CLOSED, "failed", writing::commit);
        assertArrayEquals(BEFORE, client.read("x"));
    }

    @Test
    void givenABundleThatStopsWhileItWritesThenNothingOfItIsLeft() throws Exception {
        client.seal("x", BEFORE);
        SealedOutputStream out = client.create("x");
        out.write(random(5 * CHUNK));
        client.deactivate();
        String text = "was closed when its bundle stopped, or gave sealed storage back";
        assertFails(Reason.CLOSED, text, out::commit);
        assertFails(Reason.CLOSED, text, () -> out.write(1));
        assertEquals(0, tee.passedWith(Arrays.copyOf(random(5 * CHUNK), 30)));
        assertArrayEquals(BEFORE, other.read("x"));
        other.seal("x", BEFORE);
        assertEquals(1, segments());
        assertFails(Reason.CLOSED, "has stopped, or given sealed storage back", () -> client.create("x"));
    }

    @Test
    void givenADeviceThatGoesThenWhatWasBegunThereFailsAndWhatWasNotGoesOn() throws Exception {
        SealedOutputStream begun = client.create("begun");
        SealedOutputStream small = client.create("small");
        begun.write(random(CHUNK));
        small.write(random(10));
        bundles.unsetDevice(tee);
        assertEquals(0, tee.openContexts());
        assertFails(Reason.NO_TEE, "the stream of 'begun' was closed when the TEE went away", begun::commit);
        bundles.setDevice(tee);
        small.commit();
        assertEquals(
                List.of("small"), client.list().stream().map(SealedEntry::name).toList());
    }

    @Test
    void givenWritersThatNobodyRefersToThenTheirPlacesAreGivenBackWhenTheyAreNeeded() throws Exception {
        for (int i = 0; i < SHARE; i++) {
            client.create("x").write(random(3 * CHUNK));
        }
        Reason reason = Reason.BUSY;
        while (reason == Reason.BUSY) {
            System.gc();
            reason = outcomeOfSealing();
        }
        assertEquals(null, reason);
        assertArrayEquals(BEFORE, client.read("x"));
    }

    private Reason outcomeOfSealing() {
        try {
            client.seal("x", BEFORE);
            return null;
        } catch (SealedStorageException e) {
            return e.reason();
        }
    }

    @Test
    void givenContentThatWasWrittenOrGivenUpThenNoBufferOfTheClientHoldsIt() throws Exception {
        byte[] content = random(CHUNK + 100);
        byte[] part = Arrays.copyOfRange(content, 10, 40);
        try (SealedOutputStream out = client.create("x")) {
            out.write(content);
            out.commit();
            assertEquals(0, tee.passedWith(part), "committed");
        }
        try (SealedOutputStream out = client.create("x")) {
            out.write(Arrays.copyOf(content, CHUNK));
            assertEquals(1, tee.passedWith(part));
        }
        assertEquals(0, tee.passedWith(part), "given up");
    }

    @Test
    void givenNullToWriteThenItIsNamedAndTheStreamGoesOn() throws Exception {
        try (SealedOutputStream out = client.create("x")) {
            for (Executable wrong : List.<Executable>of(() -> out.write(null), () -> out.write(null, 0, 1))) {
                assertEquals(
                        "data", assertThrows(NullPointerException.class, wrong).getMessage());
            }
            out.write(BEFORE);
            out.commit();
        }
        assertArrayEquals(BEFORE, client.read("x"));
    }

    @Test
    void givenASourceThatClaimsToHaveReadMoreOrLessThanNothingThenItIsNoObject() throws Exception {
        for (int claimed : new int[] {-1, CHUNK + 1}) {
            InputStream lying = new ByteArrayInputStream(BEFORE) {
                @Override
                public int readNBytes(byte[] data, int from, int count) {
                    return claimed;
                }
            };
            assertThrows(IndexOutOfBoundsException.class, () -> client.seal("x", lying));
        }
        assertEquals(List.of(), client.list());
    }

    private long segments() {
        return storage.files().keySet().stream()
                .filter(name -> name.endsWith(".00000000"))
                .count();
    }

    private static void assertFails(Reason reason, String part, Executable operation) {
        SealedStorageException failure = assertThrows(SealedStorageException.class, operation);
        assertEquals(reason, failure.reason(), failure.getMessage());
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }

    private static byte[] random(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }
}
