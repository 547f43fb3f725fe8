// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.BlockHeader;
import org.ermine.tee.ta.sealedstorage.blocks.ObjectVersion;
import org.ermine.tee.ta.sealedstorage.generations.Generations;
import org.ermine.tee.ta.sealedstorage.remains.Remains;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is authentic of a store that is refused can be had, and nothing else. */
@Timeout(120)
class SalvageTest {

    private static final int ROOM = 700;
    private static final String UNCONFIRMED = " (not confirmed)";
    private static final TrustedClient KEEPER = new TrustedClient(7, SealedStorageProtocol.KEEPER);

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final Map<String, byte[]> objects = new TreeMap<>();
    /** The files that were in their place, some of which may be left. */
    private final Map<String, byte[]> replaced = new TreeMap<>();

    @BeforeEach
    void seal() throws TeeException {
        environment.client(KEEPER);
        TestClient client = TestClient.start(environment);
        for (int i = 0; i < 20; i++) {
            objects.put("object " + i, Contents.random(i, 10 * i));
            replaced.put("object " + i, Contents.random(i + 1, 5));
            client.seal("object " + i, replaced.get("object " + i));
            client.seal("object " + i, objects.get("object " + i));
        }
    }

    private Map<String, byte[]> salvaged() throws TeeException {
        TrustedObject set = TestClient.start(environment).salvage();
        try {
            return TestClient.contents(set, ROOM);
        } finally {
            set.released();
        }
    }

    private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found) {
        assertEquals(expected.keySet(), new TreeMap<>(found).keySet());
        expected.forEach((name, content) -> assertArrayEquals(content, found.get(name), name));
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "ROLLED_BACK"})
    @DisplayName(
            "given a store all of which is authentic, whether or not it counts, when it is salvaged then all is there")
    void givenAnAuthenticStoreThenAllIsSalvaged(Trouble trouble) throws TeeException {
        trouble.happenTo(environment, storage);
        Map<String, byte[]> before = storage.snapshot();
        assertSame(objects, salvaged());
        assertEquals(before.keySet(), storage.files().keySet(), "nothing is changed");
    }

    @Test
    @DisplayName(
            "given a store that is newer than the secure state when it is salvaged then nothing of it is confirmed")
    void givenANewerStoreThenAllIsThereAndNotConfirmed() throws TeeException {
        Trouble.NEWER_STORE.happenTo(environment, storage);
        assertSame(unconfirmed(objects), salvaged());
    }

    private static Map<String, byte[]> unconfirmed(Map<String, byte[]> objects) {
        Map<String, byte[]> marked = new TreeMap<>();
        objects.forEach((name, content) -> marked.put(
                name.substring(0, Math.min(name.length(), 255 - UNCONFIRMED.length())) + UNCONFIRMED, content));
        return marked;
    }

    @ParameterizedTest
    @EnumSource(names = {"FOREIGN", "ANOTHER_DISK", "TRUNCATED", "NEWER_VERSION"})
    @DisplayName("given a store without any authentic part of an index when it is salvaged then there is nothing")
    void givenNothingAuthenticThenNothingIsSalvaged(Trouble trouble) throws TeeException {
        trouble.happenTo(environment, storage);
        assertSame(Map.of(), salvaged());
    }

    @Test
    @DisplayName("given one node of an index damaged in both copies when the store is salvaged then all else is there")
    void givenADamagedNodeThenAllElseIsSalvaged() throws TeeException {
        int files = 0;
        Map<String, byte[]> whole = storage.snapshot();
        for (String file : whole.keySet()) {
            if (file.contains("index")) {
                storage.restore(whole);
                byte[] content = storage.files().get(file);
                for (int at = 0; at < content.length; at += 50) {
                    content[at] ^= 1;
                }
                Map<String, byte[]> found = salvaged();
                assertTrue(found.size() >= objects.size() - 6, file + ": " + found.keySet());
                found.forEach((name, data) -> assertTrue(
                        Arrays.equals(objects.get(name), data) || Arrays.equals(replaced.get(name), data), name));
                files++;
            }
        }
        assertTrue(files > 3, "an index of several files");
    }

    @Test
    @DisplayName("given a damaged object when the store is salvaged then it is refused, and the others are there")
    void givenADamagedObjectThenItIsNotGivenOut() throws TeeException {
        String ofManyChunks = Collections.min(
                storage.segments(),
                Comparator.comparing(segment -> storage.files().get(segment).length));
        storage.files().get(ofManyChunks)[BlockHeader.SIZE] ^= 1;
        assertEquals(objects.size() - 1, salvaged().size());
    }

    @Test
    @DisplayName(
            "given an object that was renamed onto one of a later generation when both are left then the renamed one is"
                    + " there")
    void givenARenamedObjectThenItIsThereAndNotWhatItReplaced() throws TeeException {
        Remains remains = new Remains();
        remains.add(new Remains.RemainingObject("common\0old", entry(3), 10, true));
        remains.add(new Remains.RemainingObject("common\0new", entry(5), 10, true));
        remains.add(new Remains.RemainingObject("common\0new", entry(3), 20, true));
        assertEquals(
                Map.of("common\0new", entry(3)),
                remains.leftObjects(generation -> true).entries());
    }

    private static IndexEntry entry(long generation) {
        return IndexEntry.plain(ObjectVersion.ofIndex(generation, new UUID(1, 2)), 1, 32, 0);
    }

    @Test
    @DisplayName("given an object that was removed when the store is salvaged then it is not there")
    void givenARemovedObjectThenItIsNotThere() throws TeeException {
        TestClient client = TestClient.start(environment);
        client.remove("object 3");
        objects.remove("object 3");
        storage.files().replaceAll((name, content) -> name.contains("index-000000") ? new byte[0] : content);
        assertTrue(!salvaged().containsKey("object 3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "format-1/objects.store",
                "format-1-overwritten/objects.store",
                "format-2/objects.store",
                "format-3/objects.store"
            })
    @DisplayName("given a store of an earlier format that is newer than the secure state then all of it is salvaged")
    void givenAnEarlierFormatThenItIsSalvaged(String store) throws TeeException {
        environment = GoldenStore.load(store, storage);
        environment.client(KEEPER);
        environment.counters().clear();
        assertSame(unconfirmed(GoldenStoreWriter.objects()), salvaged());
    }

    @Test
    @DisplayName("given objects of a snapshot when they are replaced and removed then they are read as they were")
    void givenASnapshotThenItStaysWhatItWas() throws TeeException {
        TestClient client = TestClient.start(environment);
        TrustedObject snapshot = client.snapshot();
        for (String name : objects.keySet()) {
            client.seal(name, new byte[1]);
            client.remove(name);
        }
        client.seal("new", new byte[1]);
        assertSame(objects, TestClient.contents(snapshot, ROOM));
        assertSame(objects, TestClient.contents(snapshot, 5000));
        TrustedObject later = client.snapshot();
        assertSame(Map.of("new", new byte[1]), TestClient.contents(later, ROOM));

        snapshot.released();
        assertEquals(SealedStorageProtocol.ERROR_CLOSED, Failures.codeOf(() -> TestClient.contents(snapshot, ROOM)));
        later.invoke(SealedStorageProtocol.SET_CLOSE, new DirectArguments());
        later.released();
        client.remove("new");
        TestClient restarted = TestClient.start(environment);
        restarted.seal("x", new byte[1]);
        restarted.remove("x");
        assertEquals(Set.of(), storage.segments(), "what was kept for it is removed");
    }

    @Test
    @DisplayName("given a snapshot that is open when objects are given up again and again then others can be sealed")
    void givenASnapshotThenWritersThatAreGivenUpLeaveRoom() throws TeeException {
        TestClient client = TestClient.start(environment);
        TrustedObject snapshot = client.snapshot();
        for (int i = 0; i < 3 * Generations.AHEAD; i++) {
            TrustedObject writer = client.create("given up");
            TestClient.write(writer, Contents.random(i, 100));
            TestClient.abort(writer);
            writer.released();
        }
        client.seal("new", new byte[1]);
        snapshot.released();
    }

    @Test
    @DisplayName("given sets that are not closed when more are opened then they are refused, within the client's share")
    void givenManySetsThenTheyAreOutOfTheClientsShare() throws TeeException {
        TestClient client = TestClient.start(environment);
        int opened = 0;
        int refusal = 0;
        while (refusal == 0 && opened < 100) {
            try {
                client.snapshot();
                opened++;
            } catch (TeeException e) {
                refusal = e.result().code();
            }
        }
        assertEquals(SealedStorageProtocol.ERROR_TOO_MANY_OPEN, refusal);
        assertEquals(Generations.MAX_OPEN / 2, opened);
    }

    @Test
    @DisplayName("given any other client when it asks for a set of all objects then it is refused")
    void givenAnyOtherClientThenItGetsNoSet() {
        environment.client(new TrustedClient(8, "com.example"));
        TestClient client = TestClient.start(environment);
        assertEquals(SealedStorageProtocol.ERROR_NOT_PERMITTED, Failures.codeOf(client::snapshot));
        assertEquals(SealedStorageProtocol.ERROR_NOT_PERMITTED, Failures.codeOf(client::salvage));
    }

    @Test
    @DisplayName("given a store that is refused when the application is asked why then it names file and versions")
    void givenAFailureThenTheApplicationTellsMore() throws TeeException {
        assertEquals("", TestClient.start(environment).explanation(SealedStorageProtocol.ERROR_ROLLED_BACK));
        Trouble.ROLLED_BACK.happenTo(environment, storage);
        TestClient client = TestClient.start(environment);
        Failures.codeOf(client::list);
        String told = client.explanation(SealedStorageProtocol.ERROR_ROLLED_BACK);
        assertTrue(told.matches("the store is of version \\d+, the present one is \\d+"), told);
        storage.failWrites(5);
        TestClient other = TestClient.start(environment);
        other.reset();
        Failures.codeOf(() -> other.seal("x", new byte[1]));
        String storageFailed = other.explanation(SealedStorageProtocol.ERROR_STORAGE_FAILED);
        assertTrue(storageFailed.matches("writing ermine.sealed-\\S+: error 5"), storageFailed);
        assertEquals("", other.explanation(SealedStorageProtocol.ERROR_NOT_FOUND));
    }
}
