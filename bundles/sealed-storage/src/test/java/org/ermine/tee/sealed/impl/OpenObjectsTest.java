// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.connection.DirectClient;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.ermine.tee.testing.InMemoryTee;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What the TA can have open at once is shared by all bundles: two of them seal and unseal through the whole stack. */
@Timeout(120)
class OpenObjectsTest {

    private static final int SHARE = 3;
    private static final int MOST = 16;
    /** More than the TA can have open. */
    private static final int MANY = 20;

    private static final long FOR_EVER = 3_600_000;
    private static final byte[] SECRET = {1, 2, 3};

    @TempDir
    Path folder;

    private final MemoryFileStorage files = new MemoryFileStorage();
    /** Its objects are told of no release: whoever needs their room has to have it given back otherwise. */
    private final LateReleases application = new LateReleases();

    private final InMemoryTee tee = InMemoryTee.builder()
            .with(
                    (ListenerHandler) files::handle,
                    Map.of(ListenerHandler.ID, 0x7000, ListenerHandler.BUFFER_SIZE, 504 * 1024))
            .with(application)
            .start();
    private final TestBundles bundles = TestBundles.on(tee.device(), SHARE, FOR_EVER);
    private final SealedStorageClient slow = bundles.client("org.example.slow 1.0.0 [7]");
    private final SealedStorageClient other = bundles.client("org.example.other 1.0.0 [8]");
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<SlowStream> streams = new ArrayList<>();
    private final List<Future<SealedEntry>> sealing = new ArrayList<>();

    @AfterEach
    void close() {
        streams.forEach(SlowStream::end);
        threads.shutdown();
        bundles.close();
        tee.close();
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle whose slow streams have used up its share of open objects, when it seals or unseals"
                    + " another, then it alone is refused, told whose share it is and which option, until one of them"
                    + " ends")
    void shareIsUsedUp() throws Exception {
        other.seal("there", new ByteArrayInputStream(SECRET), ProgressListener.NONE);
        sealSlowly(SHARE, SealedStorageProtocol.TRANSFER_SIZE);

        String refusal =
                "'there' has to wait: org.example.slow 1.0.0 [7] has used up its share of open objects: it has 3 of"
                        + " 3 (option maxOpenPerOwner of org.ermine.tee.sealedstorage)";
        assertBusy(refusal, () -> slow.unseal("there", folder.resolve("slow"), ProgressListener.NONE));
        assertBusy(refusal, () -> slow.seal("there", new ByteArrayInputStream(SECRET), ProgressListener.NONE));
        assertEquals(1, slow.list().size(), "what opens nothing goes on");
        for (int i = 0; i < MANY; i++) {
            other.seal("new " + i, new ByteArrayInputStream(SECRET), ProgressListener.NONE);
            assertArrayEquals(SECRET, unseal(other, "new " + i));
        }

        streams.get(0).end();
        assertEquals(SealedStorageProtocol.TRANSFER_SIZE, sealing.get(0).get().size());
        assertArrayEquals(SECRET, unseal(slow, "there"));
    }

    @Test
    @DisplayName(
            "ERM-23: given two bundles that have each used up their share, when one of them gets a larger one, then it"
                    + " goes on, and what both began is sealed in the end")
    void shareIsChanged() throws Exception {
        sealSlowly(SHARE, SealedStorageProtocol.TRANSFER_SIZE);
        bundles.configure(SHARE + 1, FOR_EVER);
        slow.seal("one more", new ByteArrayInputStream(SECRET), ProgressListener.NONE);
        bundles.configure(1, FOR_EVER);
        assertBusy(
                "it has 3 of 1", () -> slow.seal("one more", new ByteArrayInputStream(SECRET), ProgressListener.NONE));
        streams.forEach(SlowStream::end);
        for (Future<SealedEntry> each : sealing) {
            assertEquals(SealedStorageProtocol.TRANSFER_SIZE, each.get().size());
        }
        assertArrayEquals(SECRET, unseal(slow, "one more"));
    }

    @Test
    @DisplayName(
            "ERM-23: given nothing configured and two bundles that have used up their shares, when a third one seals"
                    + " and"
                    + " unseals, then there is room")
    void twoBundlesLeaveRoom() throws Exception {
        bundles.configure(TestBundles.defaultOpen(), FOR_EVER);
        sealSlowly(slow, TestBundles.defaultOpen(), SealedStorageProtocol.TRANSFER_SIZE);
        sealSlowly(other, TestBundles.defaultOpen(), SealedStorageProtocol.TRANSFER_SIZE);
        SealedStorageClient third = bundles.client("org.example.third 1.0.0 [9]");

        third.seal("third", new ByteArrayInputStream(SECRET), ProgressListener.NONE);

        assertArrayEquals(SECRET, unseal(third, "third"));
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle that was allowed all open objects and has them, when another one seals or unseals,"
                    + " then it is told who has most of them")
    void allAreTaken() throws Exception {
        other.seal("there", new ByteArrayInputStream(SECRET), ProgressListener.NONE);
        bundles.configure(MOST, FOR_EVER);
        sealSlowly(MOST, SealedStorageProtocol.TRANSFER_SIZE);

        String most = "; org.example.slow 1.0.0 [7] has 16 of it";
        assertBusy(most, () -> other.seal("more", new ByteArrayInputStream(SECRET), ProgressListener.NONE));
        assertBusy(most, () -> other.unseal("there", folder.resolve("other"), ProgressListener.NONE));
    }

    @Test
    @DisplayName(
            "ERM-23: given more streams than the TA can have open, none of which has a whole chunk yet, when anybody"
                    + " seals,"
                    + " then there is room, and what the streams have is sealed when they end")
    void noChunkNoRoom() throws Exception {
        sealSlowly(MANY, SealedStorageProtocol.TRANSFER_SIZE - 1);
        for (SealedStorageClient each : List.of(slow, other)) {
            each.seal("whole", new ByteArrayInputStream(SECRET), ProgressListener.NONE);
            assertArrayEquals(SECRET, unseal(each, "whole"));
        }
        for (int i = 0; i < MANY; i++) {
            streams.get(i).end();
            assertEquals(
                    SealedStorageProtocol.TRANSFER_SIZE - 1,
                    sealing.get(i).get().size());
        }
    }

    @Test
    @DisplayName(
            "ERM-23: given releases that do not come to the TA, when a bundle seals, fails to seal and unseals again"
                    + " and"
                    + " again, then its room was given back each time")
    void roomIsGivenBackAtOnce() throws Exception {
        for (int i = 0; i < MANY; i++) {
            slow.seal("x", new ByteArrayInputStream(SECRET), ProgressListener.NONE);
            assertThrows(
                    IllegalStateException.class,
                    () -> slow.seal("x", new ByteArrayInputStream(SECRET), (done, total) -> {
                        throw new IllegalStateException("enough");
                    }));
            assertArrayEquals(SECRET, unseal(slow, "x"));
        }
        tee.await("the releases have come", () -> application.waiting() >= 3 * MANY);
        application.passOn();
        assertArrayEquals(SECRET, unseal(other, "x"));
    }

    @Test
    @DisplayName(
            "ERM-23, ERM-16: given two bundles that go to the TA without this client and open until they are refused,"
                    + " when a bundle"
                    + " seals and unseals, then there is room, and what they closed is theirs to open again")
    void placesTakenWithoutTheClient() throws Exception {
        other.drawer("common").seal("there", SECRET);
        TeeDevice firstBundle = tee.device("org.example.first");
        try (DirectClient first = DirectClient.of(firstBundle);
                DirectClient again = DirectClient.of(firstBundle);
                DirectClient second = DirectClient.of(tee.device("org.example.second"))) {
            assertEquals(MOST, first.openUntilRefused("there"));
            assertEquals(MOST / 2, second.openUntilRefused("there"));
            for (SealedStorageClient each : List.of(slow, other)) {
                each.seal("more", new ByteArrayInputStream(SECRET), ProgressListener.NONE);
                assertArrayEquals(SECRET, each.drawer("common").read("there"));
            }
            assertEquals(0, again.openUntilRefused("there"), "another context of the bundle has no share of its own");
            second.closeOne();
            assertEquals(1, second.openUntilRefused("there"));
        }
    }

    /** Returns when all streams were read as far as they go for now. */
    private void sealSlowly(int count, int size) throws InterruptedException {
        sealSlowly(slow, count, size);
    }

    private void sealSlowly(SealedStorageClient client, int count, int size) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            SlowStream stream = new SlowStream(size);
            String name = "slow " + streams.size();
            streams.add(stream);
            sealing.add(threads.submit(() -> client.seal(name, stream, ProgressListener.NONE)));
        }
        for (SlowStream stream : streams) {
            stream.awaitReader();
        }
    }

    private byte[] unseal(SealedStorageClient client, String name) throws Exception {
        Path target = folder.resolve("target");
        client.unseal(name, target, ProgressListener.NONE);
        return Files.readAllBytes(target);
    }

    private static void assertBusy(String part, Executable operation) {
        SealedStorageException failure = assertThrows(SealedStorageException.class, operation);
        assertEquals(Reason.BUSY, failure.reason(), failure.getMessage());
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }
}
