// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.chunks.SegmentFiles;
import org.ermine.tee.ta.sealedstorage.index.IndexFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Somebody changes the files: every change is found, called what it is, and yields no plaintext of the chunk concerned.
 */
@Timeout(120)
class StoredFilesTest {

    private static final int SIZE = 3 * TestClient.CHUNK_SIZE - 5;
    /** Bytes of a chunk as it is stored. */
    private static final int CHUNK = Block.storedSize(TestClient.CHUNK_SIZE);

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final byte[] content = Contents.random(1, SIZE);

    @BeforeEach
    void sealAnObjectOfThreeChunksInTwoSegments() throws TeeException {
        TestClient.start(environment).seal("x", content);
        assertEquals(3, storage.files().size(), "two segments and an index");
    }

    @Test
    void whenAnyByteOfASegmentIsChangedItIsReportedAsTampered() {
        Map<String, byte[]> original = storage.snapshot();
        for (String file : segments(original.keySet())) {
            for (int position = 0; position < original.get(file).length; position++) {
                for (int change : new int[] {0x01, 0x80, 0xff}) {
                    storage.restore(original);
                    storage.files().get(file)[position] ^= (byte) change;
                    assertUnsealFails(SealedStorageProtocol.ERROR_TAMPERED, file + " byte " + position);
                }
            }
        }
    }

    @Test
    void whenASegmentIsCutOffAnywhereItIsReportedAsTruncated() {
        Map<String, byte[]> original = storage.snapshot();
        for (String file : segments(original.keySet())) {
            for (int size = 0; size < original.get(file).length; size++) {
                storage.restore(original);
                storage.files().put(file, Arrays.copyOf(original.get(file), size));
                assertUnsealFails(SealedStorageProtocol.ERROR_TRUNCATED, file + " cut off at " + size);
            }
        }
    }

    @Test
    void whenASegmentIsLongerItIsReportedAsTampered() {
        Map<String, byte[]> original = storage.snapshot();
        for (String file : segments(original.keySet())) {
            for (int size : new int[] {1, 16, TestClient.CHUNK_SIZE, 600_000}) {
                storage.restore(original);
                byte[] bytes = original.get(file);
                storage.files().put(file, Arrays.copyOf(bytes, bytes.length + size));
                assertUnsealFails(SealedStorageProtocol.ERROR_TAMPERED, file + " with " + size + " bytes more");
            }
        }
    }

    @Test
    void whenASegmentIsGoneItIsReportedAsMissingAndWhenTheIndexIsGoneTheStoreIs() {
        Map<String, byte[]> original = storage.snapshot();
        for (String file : original.keySet()) {
            storage.restore(original);
            storage.files().remove(file);
            assertUnsealFails(
                    isIndex(file) ? SealedStorageProtocol.ERROR_STORE_MISSING : SealedStorageProtocol.ERROR_MISSING,
                    file + " removed");
        }
    }

    @Test
    void whenAnyTwoFilesAreExchangedItIsReportedAsExchanged() throws TeeException {
        TestClient.start(environment).seal("y", Contents.random(2, SIZE));
        storage.files().remove("data/" + IndexFiles.file(0).name());
        Map<String, byte[]> original = storage.snapshot();
        List<String> files = new ArrayList<>(original.keySet());
        int exchanges = 0;
        for (String first : files) {
            for (String second : files.subList(files.indexOf(first) + 1, files.size())) {
                storage.restore(original);
                storage.files().put(first, original.get(second));
                storage.files().put(second, original.get(first));
                String object = isFirstObjects(first) || isFirstObjects(second) || isIndex(second) ? "x" : "y";
                assertUnsealFails(object, SealedStorageProtocol.ERROR_EXCHANGED, first + " and " + second);
                exchanges++;
            }
        }
        assertEquals(5 * 4 / 2, exchanges);
    }

    @Test
    void whenTheIndexStandsInAnotherFileItIsReportedAsExchanged() {
        String index = storage.files().keySet().stream()
                .filter(StoredFilesTest::isIndex)
                .findFirst()
                .orElseThrow();
        byte[] bytes = storage.files().remove(index);
        storage.files().put(index.substring(0, index.length() - 1) + (index.endsWith("0") ? 1 : 0), bytes);
        assertUnsealFails(SealedStorageProtocol.ERROR_EXCHANGED, "other file");
    }

    @Test
    void whenChunksAreExchangedWithinOrAcrossSegmentsAndObjectsItIsReportedAsExchanged() throws TeeException {
        storage.files().clear();
        environment.counters().clear();
        TestClient client = TestClient.start(environment);
        client.seal("x", Contents.random(1, 5 * TestClient.CHUNK_SIZE));
        client.seal("y", Contents.random(2, 5 * TestClient.CHUNK_SIZE));
        Map<String, byte[]> original = storage.snapshot();
        List<ChunkPlace> places = new ArrayList<>();
        for (String file : segments(original.keySet())) {
            for (int offset = 0; offset < original.get(file).length; offset += CHUNK) {
                places.add(new ChunkPlace(file, offset));
            }
        }
        assertEquals(10, places.size());
        for (ChunkPlace first : places) {
            for (ChunkPlace second : places.subList(places.indexOf(first) + 1, places.size())) {
                storage.restore(original);
                first.put(storage.files(), second.get(original));
                second.put(storage.files(), first.get(original));
                for (ChunkPlace changed : List.of(first, second)) {
                    assertUnsealFails(
                            isFirstObjects(changed.file()) ? "x" : "y",
                            SealedStorageProtocol.ERROR_EXCHANGED,
                            first + " and " + second);
                }
            }
        }
    }

    /** Where a chunk of full size stands. */
    private record ChunkPlace(String file, int offset) {

        byte[] get(Map<String, byte[]> files) {
            return Arrays.copyOfRange(files.get(file), offset, offset + CHUNK);
        }

        void put(Map<String, byte[]> files, byte[] chunk) {
            System.arraycopy(chunk, 0, files.get(file), offset, CHUNK);
        }
    }

    @Test
    void whenAChunkIsCutOutOfASegmentOrStandsThereTwiceItIsReportedAsExchanged() {
        String segment = segments(storage.files().keySet()).get(0);
        byte[] bytes = storage.files().get(segment);
        storage.files().put(segment, Arrays.copyOfRange(bytes, CHUNK, bytes.length));
        assertUnsealFails(SealedStorageProtocol.ERROR_EXCHANGED, "cut out");
        byte[] twice = Arrays.copyOf(bytes, 3 * CHUNK);
        System.arraycopy(bytes, 0, twice, CHUNK, 2 * CHUNK);
        storage.files().put(segment, twice);
        assertUnsealFails(SealedStorageProtocol.ERROR_EXCHANGED, "twice");
    }

    @Test
    void whenALongChunkStandsInThePlaceOfAShortOneOrViceVersaItIsReportedAsExchanged() {
        List<String> segments = segments(storage.files().keySet());
        byte[] longOne = new ChunkPlace(segments.get(0), 0).get(storage.files());
        byte[] shortOne = storage.files().get(segments.get(1));
        storage.files().put(segments.get(1), longOne);
        assertUnsealFails(SealedStorageProtocol.ERROR_EXCHANGED, "long");
        System.arraycopy(shortOne, 0, storage.files().get(segments.get(0)), 0, shortOne.length);
        assertUnsealFails(SealedStorageProtocol.ERROR_EXCHANGED, "short");
    }

    @Test
    void whenWhatAnOlderVersionHadStandsInThePlaceOfThePresentItIsReportedAsRolledBack() throws TeeException {
        Map<String, byte[]> old = storage.snapshot();
        TestClient.start(environment).seal("x", Contents.random(3, SIZE));
        Map<String, byte[]> present = storage.snapshot();
        List<String> oldSegments = segments(old.keySet());
        List<String> presentSegments = segments(present.keySet());
        for (int i = 0; i < 2; i++) {
            storage.restore(present);
            storage.files().put(presentSegments.get(i), old.get(oldSegments.get(i)));
            assertUnsealFails(SealedStorageProtocol.ERROR_ROLLED_BACK, "segment " + i);
        }
        for (int offset : new int[] {0, CHUNK}) {
            storage.restore(present);
            new ChunkPlace(presentSegments.get(0), offset)
                    .put(storage.files(), new ChunkPlace(oldSegments.get(0), offset).get(old));
            assertUnsealFails(SealedStorageProtocol.ERROR_ROLLED_BACK, "chunk at " + offset);
        }
    }

    @Test
    void whenAnySubsetOfTheFilesIsRestoredFromAnOlderStateTheOldContentNeverComesBack() throws TeeException {
        Map<String, byte[]> old = storage.snapshot();
        byte[] latest = Contents.random(4, SIZE);
        TestClient.start(environment).seal("y", Contents.random(2, 1));
        Map<String, byte[]> middle = storage.snapshot();
        TestClient.start(environment).seal("x", latest);
        Map<String, byte[]> present = storage.snapshot();
        int refused = restoreSubsets(old, present, latest) + restoreSubsets(middle, present, latest);
        assertTrue(refused > 100, "only " + refused + " restored states were refused");
    }

    private int restoreSubsets(Map<String, byte[]> old, Map<String, byte[]> present, byte[] latest)
            throws TeeException {
        Set<String> names = new TreeSet<>(old.keySet());
        names.addAll(present.keySet());
        List<String> files = new ArrayList<>(names);
        int refused = 0;
        for (int subset = 1; subset < 1 << files.size(); subset++) {
            storage.restore(present);
            for (int i = 0; i < files.size(); i++) {
                if ((subset & 1 << i) != 0) {
                    restore(files.get(i), old);
                }
            }
            refused += latestOrRefused(latest) ? 0 : 1;
        }
        return refused;
    }

    private void restore(String file, Map<String, byte[]> from) {
        if (from.containsKey(file)) {
            storage.files().put(file, from.get(file).clone());
        } else {
            storage.files().remove(file);
        }
    }

    /** Whether the present content comes; if not, it is because something is missing or old. */
    private boolean latestOrRefused(byte[] latest) {
        try {
            assertArrayEquals(latest, TestClient.start(environment).unseal("x"));
            return true;
        } catch (TeeException e) {
            Set<Integer> expected = Set.of(
                    SealedStorageProtocol.ERROR_MISSING,
                    SealedStorageProtocol.ERROR_STORE_MISSING,
                    SealedStorageProtocol.ERROR_ROLLED_BACK);
            assertTrue(expected.contains(e.result().code()), () -> "reported as " + e.getMessage());
            return false;
        }
    }

    @Test
    void whenTheWholeStoreIsRestoredFromAnOlderStateItIsReportedAsRolledBack() throws TeeException {
        Map<String, byte[]> old = storage.snapshot();
        Map<String, Long> counters = Map.copyOf(environment.counters());
        for (int version = 2; version < 5; version++) {
            TestClient.start(environment).seal("x", Contents.random(version, SIZE));
            storage.restore(old);
            assertUnsealFails(SealedStorageProtocol.ERROR_ROLLED_BACK, "after version " + version);
            storage.restore(old);
            environment.counters().putAll(counters);
        }
    }

    @Test
    void whenAnOlderStateIsRestoredNothingIsWrittenToIt() throws TeeException {
        Map<String, byte[]> old = storage.snapshot();
        TestClient.start(environment).remove("x");
        storage.restore(old);
        assertEquals(
                SealedStorageProtocol.ERROR_ROLLED_BACK,
                Failures.codeOf(() -> TestClient.start(environment).seal("z", content)));
        assertEquals(old.keySet(), storage.files().keySet());
    }

    @Test
    void whenTheStoreIsAnotherDevicesItIsReportedAsForeignAndLeftAlone() {
        Map<String, byte[]> original = storage.snapshot();
        TestClient other = TestClient.start(new FakeEnvironment("other device", storage));
        assertEquals(SealedStorageProtocol.ERROR_FOREIGN_STORE, Failures.codeOf(() -> other.unseal("x")));
        assertEquals(SealedStorageProtocol.ERROR_FOREIGN_STORE, Failures.codeOf(() -> other.seal("x", content)));
        assertEquals(SealedStorageProtocol.ERROR_FOREIGN_STORE, Failures.codeOf(other::list));
        assertEquals(original.keySet(), storage.files().keySet());
    }

    @Test
    void whenASegmentIsAnotherDevicesItIsReportedAsForeign() throws TeeException {
        MemoryFileStorage otherStorage = new MemoryFileStorage();
        TestClient.start(new FakeEnvironment("other device", otherStorage)).seal("x", content);
        for (String file : segments(storage.files().keySet())) {
            Map<String, byte[]> original = storage.snapshot();
            storage.files().put(file, otherStorage.files().get(file));
            assertUnsealFails(SealedStorageProtocol.ERROR_FOREIGN_STORE, file);
            storage.restore(original);
        }
    }

    @Test
    void whenTheSecureStateWasResetTheStoreIsReportedAsNewer() {
        environment.counters().clear();
        assertUnsealFails(SealedStorageProtocol.ERROR_NEWER_STORE, "reset");
    }

    @Test
    void whenTheSecureStateWasPutBackTheStoreIsReportedAsNewer() throws TeeException {
        Map<String, Long> counters = Map.copyOf(environment.counters());
        for (int version = 2; version < 5; version++) {
            TestClient.start(environment).seal("x", Contents.random(version, SIZE));
        }
        environment.counters().putAll(counters);
        assertUnsealFails(SealedStorageProtocol.ERROR_NEWER_STORE, "put back");
    }

    @Test
    void neitherNamesNorContentStandInTheFiles() throws TeeException {
        byte[] text = "all work and no play makes Jack a dull boy".getBytes(StandardCharsets.UTF_8);
        TestClient.start(environment).seal("the shining", text);
        storage.files().forEach((name, bytes) -> {
            String latin1 = new String(bytes, StandardCharsets.ISO_8859_1);
            assertTrue(!name.contains("shining") && !latin1.contains("shining") && !latin1.contains("Jack"), name);
        });
    }

    private void assertUnsealFails(int expected, String what) {
        assertUnsealFails("x", expected, what);
    }

    private void assertUnsealFails(String object, int expected, String what) {
        TestClient client = TestClient.start(environment);
        assertEquals(expected, Failures.codeOf(() -> client.unseal(object)), what);
    }

    private static boolean isIndex(String file) {
        return file.contains("index");
    }

    private static boolean isFirstObjects(String file) {
        return file.startsWith("data/" + SegmentFiles.segmentFile(0, 0).name().substring(0, 30));
    }

    private static List<String> segments(Set<String> files) {
        return files.stream().filter(file -> !isIndex(file)).toList();
    }
}
