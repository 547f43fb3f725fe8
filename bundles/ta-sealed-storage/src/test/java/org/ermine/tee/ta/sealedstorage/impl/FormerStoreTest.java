// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.files.GpFileStorage;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.index.IndexFiles;
import org.ermine.tee.ta.sealedstorage.index.IndexLimits;
import org.ermine.tee.ta.sealedstorage.store.Reserve;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store of the former format with many objects is converted by its first change, at once and for good. */
@Timeout(120)
class FormerStoreTest {

    private static final int OBJECTS = 300;
    private static final int BLOCK = 4096;

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private FakeEnvironment environment;

    @BeforeEach
    void load() {
        environment = GoldenStore.load("format-1-overwritten/many.store", storage);
    }

    private static String name(int number) {
        return String.format("object %03d", number);
    }

    private static IndexLimits limits(int nodeSize) {
        return new IndexLimits(1000, nodeSize, 480 * 1024, 2 * IndexFiles.UNIT);
    }

    private static List<String> formerFiles(MemoryFileStorage storage) {
        return storage.files().keySet().stream()
                .filter(name -> name.startsWith("persist"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {250, 1000, 8192})
    void givenAFormerStoreWhenItIsChangedThenAllItsObjectsAreInANewOneAndTheFormerFilesGo(int nodeSize)
            throws TeeException {
        TestClient client = TestClient.start(environment, limits(nodeSize)).in("common");
        client.seal("new", new byte[7]);
        client.remove(name(0));
        assertEquals(List.of(), formerFiles(storage));
        client = TestClient.start(environment, limits(nodeSize)).in("common");
        assertEquals(OBJECTS, client.list().size());
        for (int i = 1; i < OBJECTS; i++) {
            assertArrayEquals(Contents.random(i, 1), client.unseal(name(i)));
        }
    }

    @Test
    void givenAFormerStoreWhenItIsReadOnlyThenItStaysWhatItIs() throws TeeException {
        Map<String, byte[]> files = storage.snapshot();
        TestClient client = TestClient.ofFormer(environment);
        for (String name : client.list().keySet()) {
            assertEquals(1, client.unseal(name).length);
        }
        assertEquals(files.keySet(), storage.files().keySet());
        files.forEach(
                (name, content) -> assertArrayEquals(content, storage.files().get(name), name));
    }

    @Test
    void givenAStoreThatWasConvertedWhenTheFormerFilesAreBackThenTheyAreNotTaken() throws TeeException {
        Map<String, byte[]> former = storage.snapshot();
        long version = environment.counters().get("index.committed");
        TestClient client = TestClient.ofFormer(environment);
        client.remove(name(0));
        client.remove(name(1));
        assertTrue(
                environment.counters().get("index.committed") > version, "whoever reads that format only is refused");
        former.forEach((name, content) -> storage.files().putIfAbsent(name, content));
        assertEquals(OBJECTS - 2, TestClient.ofFormer(environment).list().size());
        storage.restore(former);
        assertEquals(
                SealedStorageProtocol.ERROR_ROLLED_BACK,
                Failures.codeOf(() -> TestClient.ofFormer(environment).list()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givenAFormerStoreOnAFullDiskWhenObjectsAreRemovedThenEachRemovalSucceedsUntilItIsEmpty(boolean restarts)
            throws TeeException {
        IndexLimits limits = limits(1000);
        new Reserve(new GpFileStorage(environment), new StorageMessage(), limits.fileSize()).require();
        storage.capacity(1 << 30);
        storage.takeAllRoom();
        environment.secureStateFull(() -> storage.free() < BLOCK);
        TestClient client = TestClient.start(environment, limits).in("common");
        for (int i = 0; i < OBJECTS; i++) {
            client = restarts ? TestClient.start(environment, limits).in("common") : client;
            client.remove(name(i));
        }
        assertTrue(client.list().isEmpty());
        assertEquals(Set.of(), storage.segments());
    }
}
