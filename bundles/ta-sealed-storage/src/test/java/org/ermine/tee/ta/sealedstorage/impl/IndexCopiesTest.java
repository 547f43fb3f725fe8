// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.index.IndexFiles;
import org.ermine.tee.ta.sealedstorage.versions.IndexVersions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each file of the index holds what it holds twice: what happens to one copy loses nothing, what happens to both is
 * told.
 */
@Timeout(120)
class IndexCopiesTest {

    private static final int SECTOR = 4096;

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final Map<String, byte[]> objects = new TreeMap<>();
    private Map<String, byte[]> original;
    private List<String> indexFiles;

    /** The root stands in one file, and other nodes in others. */
    @BeforeEach
    void sealObjects() throws TeeException {
        TestClient client = TestClient.start(environment);
        for (int i = 0; i < 20; i++) {
            objects.put("object " + i, Contents.random(i, i));
            client.seal("object " + i, objects.get("object " + i));
        }
        original = storage.snapshot();
        indexFiles = original.keySet().stream()
                .filter(name -> name.contains("index"))
                .toList();
        assertTrue(indexFiles.size() > 4, () -> indexFiles.toString());
    }

    private void assertHoldsAll(String what) throws TeeException {
        TestClient client = TestClient.start(environment);
        assertEquals(objects.keySet(), client.list().keySet(), what);
        for (Map.Entry<String, byte[]> each : objects.entrySet()) {
            assertArrayEquals(each.getValue(), client.unseal(each.getKey()), what);
        }
    }

    @Test
    void whenAnySectorOfAnyFileCannotBeReadThenNothingIsLostAndTheStoreGoesOn() throws TeeException {
        for (String file : indexFiles) {
            for (int offset = 0; offset < original.get(file).length; offset += SECTOR) {
                storage.restore(original);
                storage.spoil(file, offset, SECTOR);
                assertHoldsAll(file + " from " + offset);
            }
        }
        storage.spoil(currentRootFile(), 0, SECTOR);
        TestClient client = TestClient.start(environment);
        client.seal("object 5", objects.get("object 5"));
        client.remove("object 6");
        objects.remove("object 6");
        storage.spoil("", 0, 0);
        assertHoldsAll("after changes");
    }

    private String currentRootFile() {
        long committed = environment.counters().get(IndexVersions.COMMITTED);
        return "data/" + IndexFiles.file(IndexVersions.fileOf(committed)).name();
    }

    @Test
    void whenAnySectorOfAnyFileHoldsSomethingElseThenNothingIsLost() throws TeeException {
        for (String file : indexFiles) {
            for (int offset = 0; offset < original.get(file).length; offset += SECTOR) {
                for (byte filling : new byte[] {0, 0x5a}) {
                    storage.restore(original);
                    Arrays.fill(storage.files().get(file), offset, offset + SECTOR, filling);
                    assertHoldsAll(file + " from " + offset);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x80, 0xff})
    void whenAnyByteOfTheRootsFileIsChangedThenNothingIsLost(int change) throws TeeException {
        String file = currentRootFile();
        for (int position = 0; position < SECTOR; position++) {
            storage.restore(original);
            storage.files().get(file)[position] ^= (byte) change;
            assertEquals(objects.keySet(), TestClient.start(environment).list().keySet());
        }
    }

    @Test
    void whenAFileIsCutOffBehindItsFirstCopyThenNothingIsLost() throws TeeException {
        for (String file : indexFiles) {
            storage.restore(original);
            int length = original.get(file).length;
            storage.files().put(file, Arrays.copyOf(original.get(file), length / 2));
            assertHoldsAll(file);
        }
    }

    @Test
    void whenBothCopiesAreChangedItIsReportedAsTampered() {
        for (String file : filesInUse()) {
            storage.restore(original);
            byte[] content = storage.files().get(file);
            for (int copy = 0; copy < content.length; copy += content.length / 2) {
                for (int sector = 0; sector < content.length / 2; sector += 200) {
                    content[copy + sector] ^= 1;
                }
            }
            assertListFails(SealedStorageProtocol.ERROR_TAMPERED, file);
        }
    }

    @Test
    void whenAFileIsCutOffInItsFirstCopyItIsReportedAsTruncated() {
        for (String file : filesInUse()) {
            for (int size : new int[] {0, 50, 100}) {
                storage.restore(original);
                storage.files().put(file, Arrays.copyOf(original.get(file), size));
                assertListFails(SealedStorageProtocol.ERROR_TRUNCATED, file + " cut off at " + size);
            }
        }
    }

    @Test
    void whenAFileIsGoneItIsReportedAsMissing() {
        for (String file : filesInUse()) {
            storage.restore(original);
            storage.files().remove(file);
            // Without a root, the others say that there are parts of a store.
            int code = Failures.codeOf(() -> TestClient.start(environment).list());
            Set<Integer> expected = file.equals(currentRootFile())
                    ? Set.of(SealedStorageProtocol.ERROR_ROLLED_BACK, SealedStorageProtocol.ERROR_STORE_MISSING)
                    : Set.of(SealedStorageProtocol.ERROR_MISSING);
            assertTrue(expected.contains(code), file + ": " + code);
        }
    }

    @Test
    void whenAnyTwoFilesAreExchangedItIsReportedAsExchanged() {
        List<String> files = filesInUse();
        for (String first : files) {
            for (String second : files.subList(files.indexOf(first) + 1, files.size())) {
                storage.restore(original);
                storage.files().put(first, original.get(second));
                storage.files().put(second, original.get(first));
                assertListFails(SealedStorageProtocol.ERROR_EXCHANGED, first + " and " + second);
            }
        }
    }

    @Test
    void whenAFileIsPutBackToWhatItWasItIsReportedAsRolledBack() throws TeeException {
        TestClient client = TestClient.start(environment);
        for (int round = 0; round < 5; round++) {
            for (String name : objects.keySet()) {
                client.seal(name, objects.get(name));
            }
        }
        Map<String, byte[]> present = storage.snapshot();
        int refused = 0;
        for (String file : indexFiles) {
            storage.restore(present);
            storage.files().put(file, original.get(file));
            try {
                assertHoldsAll(file);
            } catch (TeeException e) {
                assertEquals(SealedStorageProtocol.ERROR_ROLLED_BACK, e.result().code(), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 3, "only " + refused + " were refused");
    }

    /** Those without which the index is not whole. */
    private List<String> filesInUse() {
        return indexFiles.stream()
                .filter(file -> {
                    storage.restore(original);
                    storage.files().remove(file);
                    try {
                        TestClient.start(environment).list();
                        return false;
                    } catch (TeeException e) {
                        return true;
                    }
                })
                .toList();
    }

    private void assertListFails(int expected, String what) {
        assertEquals(
                expected, Failures.codeOf(() -> TestClient.start(environment).list()), what);
    }
}
