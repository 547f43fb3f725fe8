// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.ermine.tee.TeeObject;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.ermine.tee.testing.InMemoryTee;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two bundles seal through the whole stack; the release of what one gave up comes when the other has taken its place.
 */
@Timeout(120)
class LateReleaseTest {

    private static final int SIZE = 1_200_000;
    private static final byte[] BEFORE = filled(1);
    private static final byte[] AFTER = filled(2);

    @TempDir
    Path folder;

    private final MemoryFileStorage files = new MemoryFileStorage();
    private final LateReleases application = new LateReleases();
    private InMemoryTee tee;
    private TestBundles failingBundles;
    private TestBundles innocentBundles;
    private SealedStorageClient failing;
    private SealedStorageClient innocent;
    /** Keeps the application loaded. */
    private TeeObject loaded;

    @BeforeEach
    void startTwoClients() throws Exception {
        ListenerHandler handler = files::handle;
        tee = InMemoryTee.builder()
                .with(handler, Map.of(ListenerHandler.ID, 0x7000, ListenerHandler.BUFFER_SIZE, 504 * 1024))
                .with(application)
                .start();
        loaded = tee.openApplication(SealedStorageProtocol.TA_NAME);
        failingBundles = TestBundles.on(tee.device("org.example.failing"));
        innocentBundles = TestBundles.on(tee.device("org.example.innocent"));
        failing = failingBundles.client("org.example.failing");
        innocent = innocentBundles.client("org.example.innocent");
        innocent.seal("replaced", new ByteArrayInputStream(BEFORE), ProgressListener.NONE);
    }

    @AfterEach
    void close() {
        failingBundles.close();
        innocentBundles.close();
        loaded.close();
        tee.close();
    }

    private static byte[] filled(int value) {
        byte[] content = new byte[SIZE];
        Arrays.fill(content, (byte) value);
        return content;
    }

    @ParameterizedTest
    @ValueSource(strings = {"new", "replaced"})
    @DisplayName(
            "ERM-26: given a bundle whose source fails while it seals, when the release of what it gave up comes while"
                    + " another bundle seals, then what the other one sealed is there")
    void releaseAfterAFailedSource(String name) throws Exception {
        int waiting = application.waiting();
        SealedStorageException failure = assertThrows(
                SealedStorageException.class, () -> failing.seal("x", failingStream(), ProgressListener.NONE));
        assertEquals(Reason.SOURCE_UNREADABLE, failure.reason());
        awaitReleases(waiting + 1);
        innocent.seal(name, passingReleasesOn(), ProgressListener.NONE);
        assertArrayEquals(AFTER, unseal(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"new", "replaced"})
    @DisplayName("ERM-26: given a bundle that seals onto a full disk, when the release of what it gave up comes while"
            + " another"
            + " bundle seals, then what the other one sealed is there")
    void releaseAfterAFullDisk(String name) throws Exception {
        int waiting = application.waiting();
        files.failWrites(28);
        SealedStorageException failure = assertThrows(
                SealedStorageException.class,
                () -> failing.seal("replaced", new ByteArrayInputStream(AFTER), ProgressListener.NONE));
        assertEquals(Reason.STORAGE_FULL, failure.reason());
        files.failWrites(0);
        awaitReleases(waiting + 1);
        innocent.seal(name, passingReleasesOn(), ProgressListener.NONE);
        assertArrayEquals(AFTER, unseal(name));
    }

    @Test
    @DisplayName(
            "ERM-26: given a bundle that gave up what it sealed, when its release comes after another bundle sealed,"
                    + " then old and new objects are there")
    void releaseAfterTheCommit() throws Exception {
        int waiting = application.waiting();
        assertThrows(SealedStorageException.class, () -> failing.seal("x", failingStream(), ProgressListener.NONE));
        awaitReleases(waiting + 1);
        innocent.seal("new", new ByteArrayInputStream(AFTER), ProgressListener.NONE);
        application.passOn();
        innocent.seal("another", new ByteArrayInputStream(BEFORE), ProgressListener.NONE);
        assertArrayEquals(AFTER, unseal("new"));
        assertArrayEquals(BEFORE, unseal("replaced"));
    }

    private void awaitReleases(int count) {
        tee.await("the release has come to the application", () -> application.waiting() >= count);
    }

    /** Fails after the first chunk. */
    private static InputStream failingStream() {
        return new SequenceInputStream(new ByteArrayInputStream(AFTER), onRead(() -> {
            throw new IOException("the source is gone");
        }));
    }

    /** Passes on what releases there are when its content was read, and before it is committed. */
    private InputStream passingReleasesOn() {
        return new SequenceInputStream(new ByteArrayInputStream(AFTER), onRead(application::passOn));
    }

    /** What happens when a stream is read. */
    @FunctionalInterface
    private interface Read {
        void run() throws IOException;
    }

    private static InputStream onRead(Read action) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                action.run();
                return -1;
            }
        };
    }

    private byte[] unseal(String name) throws Exception {
        Path target = folder.resolve("target");
        innocent.unseal(name, target, ProgressListener.NONE);
        return Files.readAllBytes(target);
    }
}
