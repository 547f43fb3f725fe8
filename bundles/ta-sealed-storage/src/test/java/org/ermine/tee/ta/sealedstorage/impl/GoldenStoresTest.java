// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores that earlier versions of the TA wrote are read, and go on, for ever. */
@Timeout(120)
class GoldenStoresTest {

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final Map<String, byte[]> objects = GoldenStoreWriter.objects();

    static Stream<String> interrupted() throws URISyntaxException {
        File folder = Path.of(
                        GoldenStoresTest.class.getResource("golden/format-1").toURI())
                .toFile();
        return Stream.of(folder.list())
                .filter(name -> name.startsWith("interrupted"))
                .map(name -> "format-1/" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = "format-1/objects.store")
    void givenAStoreOfAnEarlierVersionThenEachObjectIsReadAndTheStoreGoesOn(String store) throws TeeException {
        FakeEnvironment environment = GoldenStore.load(store, storage);
        assertHolds(objects, environment);
        assertGoesOn(objects, environment);
    }

    @ParameterizedTest
    @ValueSource(strings = "format-1/emptied.store")
    void givenAStoreThatWasEmptiedThenItIsEmptyAndGoesOn(String store) throws TeeException {
        FakeEnvironment environment = GoldenStore.load(store, storage);
        assertHolds(Map.of(), environment);
        assertGoesOn(Map.of(), environment);
    }

    @ParameterizedTest
    @ValueSource(strings = "format-1/unfinished.store")
    void givenAStoreWithAnObjectThatWasNeverFinishedThenWhatIsLeftOfItIsClearedAway(String store) throws TeeException {
        FakeEnvironment environment = GoldenStore.load(store, storage);
        objects.put("beside", Contents.random(10, 5));
        assertHolds(objects, environment);
        assertGoesOn(objects, environment);
        for (String name : objects.keySet()) {
            TestClient.start(environment).remove(name);
        }
        TestClient.start(environment).remove("new");
        assertEquals(
                0, storage.segments().size(), () -> "left: " + storage.files().keySet());
    }

    @ParameterizedTest
    @MethodSource("interrupted")
    void givenAStoreWhoseDeviceLostPowerThenTheOldOrTheNewObjectIsThereAndTheStoreGoesOn(String store)
            throws TeeException {
        FakeEnvironment environment = GoldenStore.load(store, storage);
        byte[] found = TestClient.start(environment).unseal("replaced");
        boolean isNew = Arrays.equals(GoldenStoreWriter.REPLACEMENT, found);
        assertTrue(isNew || Arrays.equals(objects.get("replaced"), found));
        objects.put("replaced", found);
        assertHolds(objects, environment);
        assertGoesOn(objects, environment);
    }

    @Test
    void givenInterruptedStoresThenBothOutcomesAreAmongThem() throws Exception {
        Set<Boolean> outcomes = new TreeSet<>();
        for (String store : interrupted().toList()) {
            FakeEnvironment environment = GoldenStore.load(store, storage);
            byte[] found = TestClient.start(environment).unseal("replaced");
            outcomes.add(Arrays.equals(GoldenStoreWriter.REPLACEMENT, found));
        }
        assertEquals(Set.of(false, true), outcomes);
    }

    @ParameterizedTest
    @ValueSource(strings = "format-1/objects.store")
    void givenAStoreOfAnEarlierVersionThatIsChangedOrPutBackThenItIsRefused(String store) throws TeeException {
        FakeEnvironment environment = GoldenStore.load(store, storage);
        Map<String, byte[]> original = storage.snapshot();
        for (String file : original.keySet()) {
            storage.restore(original);
            byte[] content = storage.files().get(file);
            content[content.length / 2] ^= 1;
            assertEquals(
                    SealedStorageProtocol.ERROR_TAMPERED,
                    Failures.codeOf(() -> assertHolds(objects, environment)),
                    file);
        }
        storage.restore(original);
        TestClient.start(environment).seal("new", new byte[1]);
        storage.restore(original);
        assertEquals(
                SealedStorageProtocol.ERROR_ROLLED_BACK,
                Failures.codeOf(() -> TestClient.start(environment).list()));
    }

    private static void assertHolds(Map<String, byte[]> objects, FakeEnvironment environment) throws TeeException {
        TestClient client = TestClient.start(environment);
        assertEquals(objects.keySet(), client.list().keySet());
        for (Map.Entry<String, byte[]> each : objects.entrySet()) {
            assertArrayEquals(each.getValue(), client.unseal(each.getKey()), each.getKey());
        }
    }

    /** Objects are sealed, replaced and removed, and the next start finds that. */
    private static void assertGoesOn(Map<String, byte[]> objects, FakeEnvironment environment) throws TeeException {
        TestClient client = TestClient.start(environment);
        client.seal("gone", new byte[100]);
        client.seal("new", Contents.random(20, 100));
        for (String name : objects.keySet()) {
            client.seal(name, objects.get(name));
        }
        client.remove("gone");
        TestClient restarted = TestClient.start(environment);
        assertEquals(objects.size() + 1, restarted.list().size());
        assertArrayEquals(Contents.random(20, 100), restarted.unseal("new"));
        for (Map.Entry<String, byte[]> each : objects.entrySet()) {
            assertArrayEquals(each.getValue(), restarted.unseal(each.getKey()), each.getKey());
        }
    }
}
