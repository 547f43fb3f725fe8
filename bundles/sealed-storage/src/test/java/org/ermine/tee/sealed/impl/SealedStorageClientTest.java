// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against the TA, with no transport between them. */
@Timeout(60)
class SealedStorageClientTest {

    private static final int SIZE = 1_200_000;
    private static final int CHUNK = 507_904;

    @TempDir
    Path folder;

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final HangingStorage hanging = new HangingStorage(storage);
    private final FakeTee tee = new FakeTee(new FakeEnvironment("device", hanging));
    private final TestBundles bundles = TestBundles.on(tee);
    private final SealedStorageClient client = bundles.client("org.example.client");
    private Path source;
    private Path target;

    @BeforeEach
    void makeASource() throws IOException {
        source = Files.write(folder.resolve("source file.bin"), random(SIZE));
        target = folder.resolve("target.bin");
    }

    @AfterEach
    void nothingIsLeftOpenOrBehind() throws IOException {
        bundles.close();
        tee.assertNothingOpen();
        assertEquals(
                List.of(),
                Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("ermine-sealed-storage"))
                        .toList(),
                "threads left behind");
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.toString().contains(".unsealing")).toList());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 507_904, 507_905, SIZE})
    void whatWasSealedIsUnsealed(int size) throws Exception {
        byte[] content = random(size);
        Files.write(source, content);
        List<Long> sealing = new ArrayList<>();
        SealedEntry entry = client.seal("my file", source, (done, total) -> {
            assertEquals(size, total);
            sealing.add(done);
        });
        assertEquals(new SealedEntry("my file", size, entry.created()), entry);
        assertEquals(List.of(entry), client.list());
        List<Long> unsealing = new ArrayList<>();
        client.unseal("my file", target, (done, total) -> unsealing.add(done));
        assertArrayEquals(content, Files.readAllBytes(target));
        assertEquals(sealing, unsealing);
        assertTrue(size == 0 || sealing.get(sealing.size() - 1) == size);
    }

    @Test
    void aStreamIsSealedToItsEndAndReplacesWhatWasThere() throws Exception {
        client.seal("x", source, ProgressListener.NONE);
        client.seal("x", new ByteArrayInputStream(random(10)), (done, total) -> assertEquals(-1, total));
        client.unseal("x", target, ProgressListener.NONE);
        assertArrayEquals(random(10), Files.readAllBytes(target));
    }

    @Test
    void manyObjectsAreListedByName() throws Exception {
        for (int i = 0; i < 400; i++) {
            client.seal("n".repeat(200) + i, InputStream.nullInputStream(), ProgressListener.NONE);
        }
        List<String> names = client.list().stream().map(SealedEntry::name).toList();
        assertEquals(400, names.size());
        assertEquals(names.stream().sorted().toList(), names);
    }

    @Test
    void anUnsealedFileReplacesTheTargetAndOnlyItsOwnerCanReadIt() throws Exception {
        client.seal("x", source, ProgressListener.NONE);
        Files.writeString(target, "what was there");
        client.unseal("x", target, ProgressListener.NONE);
        assertArrayEquals(random(SIZE), Files.readAllBytes(target));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));
    }

    @Test
    void removingSaysWhetherThereWasOne() throws Exception {
        client.seal("x", source, ProgressListener.NONE);
        assertTrue(client.remove("x"));
        assertFalse(client.remove("x"));
        assertFails(
                Reason.NOT_FOUND, "nothing is sealed as 'x'", () -> client.unseal("x", target, ProgressListener.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "/etc/passwd", "../../x", "żółw 🐢"})
    void aNameMayBeAnyText(String name) throws Exception {
        client.seal(name, source, ProgressListener.NONE);
        client.unseal(name, target, ProgressListener.NONE);
        assertArrayEquals(random(SIZE), Files.readAllBytes(target));
        assertEquals(name, client.list().get(0).name());
        assertTrue(client.remove(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\u0000", "\ud800"})
    void aNameThatIsNoneIsRefusedByEveryOperation(String name) {
        assertFails(Reason.INVALID_NAME, "name", () -> client.seal(name, source, ProgressListener.NONE));
        assertFails(Reason.INVALID_NAME, "name", () -> client.unseal(name, target, ProgressListener.NONE));
        assertFails(Reason.INVALID_NAME, "name", () -> client.remove(name));
    }

    @Test
    void aNameOfMoreThan255BytesIsRefused() {
        assertFails(Reason.INVALID_NAME, "256 bytes", () -> client.remove("ü".repeat(128)));
    }

    @Test
    void aSourceThatCannotBeReadIsNamed() throws Exception {
        Path missing = folder.resolve("missing");
        assertFails(Reason.SOURCE_UNREADABLE, "missing", () -> client.seal("x", missing, ProgressListener.NONE));
        assertFails(Reason.SOURCE_UNREADABLE, "is a folder", () -> client.seal("x", folder, ProgressListener.NONE));
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is broken");
            }
        };
        assertFails(
                Reason.SOURCE_UNREADABLE, "the disk is broken", () -> client.seal("x", broken, ProgressListener.NONE));
        assertEquals(List.of(), client.list());
    }

    @Test
    @Timeout(30)
    void aPipeIsRefusedAndNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "the system has no mkfifo");
        assertFails(Reason.SOURCE_UNREADABLE, "a pipe", () -> client.seal("x", pipe, ProgressListener.NONE));
        assertEquals(List.of(), client.list());
    }

    @Test
    void aTargetThatCannotBeWrittenIsNamed() throws Exception {
        client.seal("x", source, ProgressListener.NONE);
        Path nowhere = folder.resolve("missing/target");
        assertFails(Reason.TARGET_UNWRITABLE, "missing", () -> client.unseal("x", nowhere, ProgressListener.NONE));
        assertFails(Reason.TARGET_UNWRITABLE, "is a folder", () -> client.unseal("x", folder, ProgressListener.NONE));
    }

    @Test
    void aChangedChunkIsNamedAndNoPlaintextIsLeft() throws Exception {
        client.seal("x", source, ProgressListener.NONE);
        Map<String, byte[]> original = storage.snapshot();
        List<String> segments = original.keySet().stream()
                .filter(file -> !file.contains("index"))
                .toList();
        assertEquals(1, segments.size());
        Files.writeString(target, "what was there");
        for (int i = 0; i < 3; i++) {
            storage.restore(original);
            storage.files().get(segments.get(0))[i * 507_904 + 1000] ^= 1;
            assertFails(
                    Reason.TAMPERED,
                    "the stored copy of 'x' was changed: chunk " + (i + 1) + " is not what was sealed",
                    () -> client.unseal("x", target, ProgressListener.NONE));
            assertEquals("what was there", Files.readString(target));
        }
    }

    @Test
    void aStoreThatWasPutBackIsReported() throws Exception {
        client.seal("x", source, ProgressListener.NONE);
        Map<String, byte[]> old = storage.snapshot();
        client.remove("x");
        storage.restore(old);
        assertFails(Reason.ROLLED_BACK, "older version", () -> client.seal("x", source, ProgressListener.NONE));
        assertEquals(old.keySet(), storage.files().keySet(), "nothing is written to it");
        assertFails(Reason.ROLLED_BACK, "older version", () -> client.unseal("x", target, ProgressListener.NONE));
        assertFails(Reason.ROLLED_BACK, "older version", client::list);
        assertFalse(Files.exists(target));
    }

    @ParameterizedTest
    @CsvSource({"28, STORAGE_FULL", "30, READ_ONLY", "13, STORAGE_DENIED", "5, STORAGE_FAILED"})
    void aStoreThatCannotBeWrittenIsReportedAndTheOldObjectStays(int errno, Reason reason) throws Exception {
        client.seal("x", source, ProgressListener.NONE);
        storage.failWrites(errno);
        assertFails(
                reason, "'x'", () -> client.seal("x", new ByteArrayInputStream(new byte[9]), ProgressListener.NONE));
        assertFails(reason, "'x'", () -> client.remove("x"));
        client.unseal("x", target, ProgressListener.NONE);
        assertArrayEquals(random(SIZE), Files.readAllBytes(target));
    }

    @Test
    void withoutAHandlerEveryOperationSaysSo() throws Exception {
        storage.deployed(false);
        assertFails(Reason.NO_HANDLER, "handler", () -> client.seal("x", source, ProgressListener.NONE));
        assertFails(Reason.NO_HANDLER, "handler", client::list);
        storage.deployed(true);
        client.seal("x", source, ProgressListener.NONE);
    }

    @Test
    void withoutADeviceEveryOperationSaysSoAndWorksOnceThereIsOne() throws Exception {
        bundles.unsetDevice(tee);
        assertFails(Reason.NO_TEE, "no QTEE", () -> client.seal("x", source, ProgressListener.NONE));
        assertFails(Reason.NO_TEE, "no QTEE", client::list);
        bundles.setDevice(tee);
        assertEquals(List.of(), client.list());
    }

    @Test
    void withoutASupplicantItIsNotTheTeeThatIsMissing() throws Exception {
        tee.served(false);
        assertFails(Reason.NO_HANDLER, "supplicant", () -> client.seal("x", source, ProgressListener.NONE));
        assertFails(Reason.NO_HANDLER, "supplicant", client::list);
        tee.served(true);
        client.seal("x", source, ProgressListener.NONE);
    }

    @Test
    void whenADeviceIsReplacedTheOldOneGoingChangesNothing() throws Exception {
        FakeTee better = new FakeTee(new FakeEnvironment("better", new MemoryFileStorage()));
        bundles.setDevice(better);
        bundles.unsetDevice(tee);
        client.seal("x", source, ProgressListener.NONE);
        assertEquals(0, storage.files().size());
    }

    @Test
    void whenTheDeviceGoesAtAnyMomentTheOperationFailsAndWorksOnceItIsBack() throws Exception {
        client.seal("x", source, ProgressListener.NONE);
        for (int invocations = 0; invocations < 8; invocations++) {
            tee.goAfter(invocations);
            assertFails(Reason.NO_TEE, "TEE", () -> client.unseal("x", target, ProgressListener.NONE));
            assertFails(Reason.NO_TEE, "TEE", () -> client.seal("x", source, ProgressListener.NONE));
            tee.comeBack();
        }
        client.unseal("x", target, ProgressListener.NONE);
        assertArrayEquals(random(SIZE), Files.readAllBytes(target));
    }

    @Test
    void withoutTheTrustedApplicationEveryOperationNamesIt() {
        tee.undeployApplication();
        assertFails(Reason.NO_APPLICATION, "ermine.sealedstorage", client::list);
        assertFails(
                Reason.NO_APPLICATION, "ermine.sealedstorage", () -> client.seal("x", source, ProgressListener.NONE));
    }

    @Test
    void anInterruptedOperationEndsAndTheThreadStaysInterrupted() throws Exception {
        client.seal("x", source, ProgressListener.NONE);
        ProgressListener interrupting = (done, total) -> Thread.currentThread().interrupt();
        assertFails(Reason.INTERRUPTED, "interrupted", () -> client.seal("x", source, interrupting));
        assertTrue(Thread.interrupted());
        assertFails(Reason.INTERRUPTED, "interrupted", () -> client.unseal("x", target, interrupting));
        assertTrue(Thread.interrupted());
        assertFalse(Files.exists(target));
        client.unseal("x", target, ProgressListener.NONE);
        assertArrayEquals(random(SIZE), Files.readAllBytes(target));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aStoreThatBecomesFullOnTheWayIsReportedAndTheOldObjectStays(int chunks) throws Exception {
        client.seal("x", source, ProgressListener.NONE);
        int files = storage.files().size();
        InputStream filling = new ByteArrayInputStream(random(4 * CHUNK + 1)) {
            @Override
            public int readNBytes(byte[] data, int offset, int length) {
                if (pos == chunks * CHUNK) {
                    storage.failWrites(28);
                }
                return super.readNBytes(data, offset, length);
            }
        };
        assertFails(Reason.STORAGE_FULL, "'x'", () -> client.seal("x", filling, ProgressListener.NONE));
        storage.failWrites(0);
        client.unseal("x", target, ProgressListener.NONE);
        assertArrayEquals(random(SIZE), Files.readAllBytes(target));
        assertEquals(files, storage.files().size(), "what was written is removed at once");
    }

    @Test
    void aLongObjectIsSealedAndUnsealedByTwoThreadsAtOnce() throws Exception {
        byte[] content = random(20 * CHUNK + 1);
        Files.write(source, content);
        for (int round = 0; round < 5; round++) {
            client.seal("x", source, ProgressListener.NONE);
            client.unseal("x", target, ProgressListener.NONE);
            assertArrayEquals(content, Files.readAllBytes(target), "round " + round);
        }
        assertTrue(storage.appendsOnly(), "chunks were stored out of their order");
    }

    @Test
    void howeverSlowlyTheTargetIsWrittenOnlyAFewChunksAreReadAhead() throws Exception {
        Files.write(source, random(12 * CHUNK));
        client.seal("x", source, ProgressListener.NONE);
        int before = hanging.requests();
        client.unseal("x", target, (done, total) -> {
            int forTheIndex = 2;
            int ahead = hanging.requests() - before - forTheIndex - (int) (done / CHUNK);
            assertTrue(ahead <= 3, ahead + " chunks are read ahead");
        });
    }

    @Test
    void anOperationIsInterruptedWhileItsStorageHangs() throws Exception {
        client.seal("x", source, ProgressListener.NONE);
        Files.write(source, random(8 * CHUNK));
        assertInterruptedWhileHanging(() -> client.seal("x", source, ProgressListener.NONE));
        assertInterruptedWhileHanging(() -> client.unseal("x", target, ProgressListener.NONE));
        assertFalse(Files.exists(target));
        client.unseal("x", target, ProgressListener.NONE);
        assertArrayEquals(random(SIZE), Files.readAllBytes(target));
    }

    /** The storage answers two requests before it hangs. */
    private void assertInterruptedWhileHanging(Executable operation) throws InterruptedException {
        hanging.hangAfter(2);
        Thread caller = new Thread(() -> {
            assertFails(Reason.INTERRUPTED, "interrupted", operation);
            assertTrue(Thread.interrupted(), "the interrupt is kept");
        });
        AtomicReference<Throwable> failure = new AtomicReference<>();
        caller.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
        caller.start();
        hanging.awaitHanging();
        caller.interrupt();
        caller.join();
        hanging.goOn();
        assertNull(failure.get());
    }

    @Test
    void aListenerThatFailsEndsTheOperationAndTheOldObjectStays() throws Exception {
        client.seal("x", source, ProgressListener.NONE);
        int files = storage.files().size();
        ProgressListener failing = (done, total) -> {
            throw new IllegalStateException("enough");
        };
        assertThrows(IllegalStateException.class, () -> client.seal("x", source, failing));
        assertThrows(IllegalStateException.class, () -> client.unseal("x", target, failing));
        assertFalse(Files.exists(target));
        assertEquals(files, storage.files().size(), "what was written is removed at once");
    }

    private static void assertFails(Reason reason, String part, Executable operation) {
        SealedStorageException failure = assertThrows(SealedStorageException.class, operation);
        assertEquals(reason, failure.reason(), failure.getMessage());
        assertNotNull(failure.getMessage());
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }

    private static byte[] random(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }
}
