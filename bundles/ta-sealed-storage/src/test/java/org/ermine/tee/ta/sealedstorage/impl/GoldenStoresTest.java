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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.files.StoredFile;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores that earlier versions of the TA wrote are read, and go on, for ever. */
@Timeout(120)
class GoldenStoresTest {

    /** Files of the index that hold all twice. */
    private static final String TREE = "data/" + StoredFile.PREFIX + "index-";

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final Map<String, byte[]> objects = GoldenStoreWriter.objects();

    /**
     * Where earlier versions left their stores. Of format 1, the first removed an index when the next one counted, the
     * second wrote the one after that over it; in format 2 the index is a tree; in format 3 there are drawers; in
     * format 4 all small files have one size.
     */
    private static final List<String> FOLDERS =
            List.of("format-1/", "format-1-overwritten/", "format-2/", "format-3/", "format-4/");

    static Stream<String> objects() {
        return FOLDERS.stream().map(folder -> folder + "objects.store");
    }

    static Stream<String> emptied() {
        return FOLDERS.stream().map(folder -> folder + "emptied.store");
    }

    static Stream<String> unfinished() {
        return FOLDERS.stream().map(folder -> folder + "unfinished.store");
    }

    static Stream<String> interrupted() {
        return FOLDERS.stream()
                .flatMap(folder -> Stream.of(files(folder).list())
                        .filter(name -> name.startsWith("interrupted"))
                        .map(name -> folder + name));
    }

    private static File files(String folder) {
        try {
            return Path.of(GoldenStoresTest.class
                            .getResource("golden/" + folder)
                            .toURI())
                    .toFile();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("objects")
    void givenAStoreOfAnEarlierVersionThenEachObjectIsReadAndTheStoreGoesOn(String store) throws TeeException {
        FakeEnvironment environment = GoldenStore.load(store, storage);
        assertHolds(objects, environment);
        assertGoesOn(objects, environment);
    }

    @Test
    void givenAStoreOfFormat2WhenOneObjectIsSealedThenTheNodesOfAllOthersStayAsTheyAre() throws TeeException {
        FakeEnvironment environment = GoldenStore.load("format-2/objects.store", storage);
        TestClient.ofFormer(environment).seal("one byte", new byte[] {8});
        objects.put("one byte", new byte[] {8});
        assertEquals(Set.of((byte) '2', (byte) '4'), formatsOfTheIndex());
        assertHolds(objects, environment);
        assertGoesOn(objects, environment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"format-3/drawers.store", "format-4/drawers.store"})
    void givenAStoreWithDrawersThenEachClientReadsWhatItSealedAndWhatItSaidOfIt(String store) throws TeeException {
        FakeEnvironment environment = GoldenStore.load(store, storage);
        TestClient client = TestClient.start(environment);
        for (TrustedClient each : GoldenStoreWriter.CLIENTS) {
            environment.client(each);
            byte[] name = TestClient.utf8("client " + each.packageName());
            assertArrayEquals(Contents.random((int) each.uid(), 70), client.unseal("key"));
            assertArrayEquals(name, client.description("attributes"));
            TrustedObject reader = client.open("attributes");
            assertEquals(
                    SealedStorageProtocol.ERROR_ASSOCIATED_DATA, Failures.codeOf(() -> TestClient.read(reader, 0, 40)));
            reader.invoke(SealedStorageProtocol.READER_BIND, new DirectArguments().in(name));
            assertArrayEquals(name, TestClient.readAll(reader));
            assertEquals(Map.of("key", 70L, "attributes", (long) name.length), client.list());
        }
        assertArrayEquals(new byte[] {9}, client.in("common").unseal("key"));
    }

    @Test
    void givenAStoreOfFormat3WhenSmallObjectsAreReplacedByShorterOnesThenTheirFilesAreOfThePresentFormat()
            throws TeeException {
        FakeEnvironment environment = GoldenStore.load("format-3/objects.store", storage);
        TestClient client = TestClient.ofFormer(environment);
        for (String name : objects.keySet()) {
            objects.put(name, Contents.random(name.length(), objects.get(name).length / 2));
            client.seal(name, objects.get(name));
        }
        assertHolds(objects, environment);
        assertGoesOn(objects, environment);
        for (String segment : storage.segments()) {
            byte[] content = storage.files().get(segment);
            assertEquals('4', content[3], segment);
        }
    }

    private Set<Byte> formatsOfTheIndex() {
        Set<Byte> formats = new TreeSet<>();
        storage.files().forEach((name, content) -> {
            if (name.startsWith(TREE)) {
                formats.add(content[3]);
            }
        });
        return formats;
    }

    @ParameterizedTest
    @MethodSource("emptied")
    void givenAStoreThatWasEmptiedThenItIsEmptyAndGoesOn(String store) throws TeeException {
        FakeEnvironment environment = GoldenStore.load(store, storage);
        assertHolds(Map.of(), environment);
        assertGoesOn(Map.of(), environment);
    }

    @ParameterizedTest
    @MethodSource("unfinished")
    void givenAStoreWithAnObjectThatWasNeverFinishedThenWhatIsLeftOfItIsClearedAway(String store) throws TeeException {
        FakeEnvironment environment = GoldenStore.load(store, storage);
        objects.put("beside", Contents.random(10, 5));
        assertHolds(objects, environment);
        assertGoesOn(objects, environment);
        for (String name : objects.keySet()) {
            TestClient.ofFormer(environment).remove(name);
        }
        TestClient.ofFormer(environment).remove("new");
        assertEquals(
                0, storage.segments().size(), () -> "left: " + storage.files().keySet());
    }

    @ParameterizedTest
    @MethodSource("interrupted")
    void givenAStoreWhoseDeviceLostPowerThenTheOldOrTheNewObjectIsThereAndTheStoreGoesOn(String store)
            throws TeeException {
        FakeEnvironment environment = GoldenStore.load(store, storage);
        byte[] found = TestClient.ofFormer(environment).unseal("replaced");
        boolean isNew = Arrays.equals(GoldenStoreWriter.REPLACEMENT, found);
        assertTrue(isNew || Arrays.equals(objects.get("replaced"), found));
        objects.put("replaced", found);
        assertHolds(objects, environment);
        assertGoesOn(objects, environment);
    }

    @Test
    void givenInterruptedStoresThenBothOutcomesAreAmongThem() throws TeeException {
        Set<Boolean> outcomes = new TreeSet<>();
        for (String store : interrupted().toList()) {
            FakeEnvironment environment = GoldenStore.load(store, storage);
            byte[] found = TestClient.ofFormer(environment).unseal("replaced");
            outcomes.add(Arrays.equals(GoldenStoreWriter.REPLACEMENT, found));
        }
        assertEquals(Set.of(false, true), outcomes);
    }

    @ParameterizedTest
    @MethodSource("objects")
    void givenAStoreOfAnEarlierVersionThatIsChangedOrPutBackThenItIsRefused(String store) throws TeeException {
        FakeEnvironment environment = GoldenStore.load(store, storage);
        Map<String, byte[]> original = storage.snapshot();
        Set<String> unused = unused(environment);
        for (String file : original.keySet()) {
            storage.restore(original);
            byte[] content = storage.files().get(file);
            content[content.length / 2] ^= 1;
            if (unused.contains(file) || file.startsWith(TREE)) {
                assertHolds(objects, environment);
            } else {
                assertEquals(
                        SealedStorageProtocol.ERROR_TAMPERED,
                        Failures.codeOf(() -> assertHolds(objects, environment)),
                        file);
            }
        }
        storage.restore(original);
        TestClient.ofFormer(environment).seal("new", new byte[1]);
        storage.restore(original);
        assertEquals(
                SealedStorageProtocol.ERROR_ROLLED_BACK,
                Failures.codeOf(() -> TestClient.ofFormer(environment).list()));
    }

    /** An index that does not count any more, and what was kept to be written over: without them nothing is missed. */
    private Set<String> unused(FakeEnvironment environment) {
        Map<String, byte[]> original = storage.snapshot();
        Set<String> unused = new TreeSet<>();
        for (String file : original.keySet()) {
            storage.restore(original);
            storage.files().remove(file);
            if (works(environment)) {
                unused.add(file);
            }
        }
        return unused;
    }

    private boolean works(FakeEnvironment environment) {
        try {
            assertHolds(objects, environment);
            return true;
        } catch (TeeException e) {
            return false;
        }
    }

    private static void assertHolds(Map<String, byte[]> objects, FakeEnvironment environment) throws TeeException {
        TestClient client = TestClient.ofFormer(environment);
        assertEquals(objects.keySet(), client.list().keySet());
        for (Map.Entry<String, byte[]> each : objects.entrySet()) {
            assertArrayEquals(each.getValue(), client.unseal(each.getKey()), each.getKey());
        }
    }

    /** Objects are sealed, replaced and removed, and the next start finds that. */
    private static void assertGoesOn(Map<String, byte[]> objects, FakeEnvironment environment) throws TeeException {
        TestClient client = TestClient.ofFormer(environment);
        client.seal("gone", new byte[100]);
        client.seal("new", Contents.random(20, 100));
        for (String name : objects.keySet()) {
            client.seal(name, objects.get(name));
        }
        client.remove("gone");
        TestClient restarted = TestClient.ofFormer(environment);
        assertEquals(objects.size() + 1, restarted.list().size());
        assertArrayEquals(Contents.random(20, 100), restarted.unseal("new"));
        for (Map.Entry<String, byte[]> each : objects.entrySet()) {
            assertArrayEquals(each.getValue(), restarted.unseal(each.getKey()), each.getKey());
        }
    }
}
