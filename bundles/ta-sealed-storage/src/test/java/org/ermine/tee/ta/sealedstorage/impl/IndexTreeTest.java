// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.blocks.BlockCipher;
import org.ermine.tee.ta.sealedstorage.blocks.BlockFiles;
import org.ermine.tee.ta.sealedstorage.chunks.SegmentFiles;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerLimits;
import org.ermine.tee.ta.sealedstorage.files.GpFileStorage;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.index.IndexFiles;
import org.ermine.tee.ta.sealedstorage.index.IndexLimits;
import org.ermine.tee.ta.sealedstorage.store.Store;
import org.ermine.tee.ta.sealedstorage.tree.Index;
import org.ermine.tee.ta.sealedstorage.tree.IndexBranch;
import org.ermine.tee.ta.sealedstorage.tree.IndexLeaf;
import org.ermine.tee.ta.sealedstorage.tree.IndexNode;
import org.ermine.tee.ta.sealedstorage.tree.NodeSizes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The index is a tree: whatever becomes of objects, it holds what it should, in as many nodes and files as that takes.
 */
@Timeout(120)
class IndexTreeTest {

    private static final int DATA_WRITE = 5;
    private static final int PERSIST_REMOVE = 10;
    private static final int ENOENT = 2;
    private static final int NODE = 250;
    private static final IndexLimits USUAL_NODES = new IndexLimits(
            100_000, IndexLimits.USUAL.nodeSize(), IndexLimits.USUAL.fileSize(), IndexLimits.USUAL.usualCopySize());

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", this::count);
    private int written;
    /** With this, nothing has to be forced, which this storage does by copying all files. */
    private boolean powerStays;

    private int requests;

    private void count(ByteBuffer message) throws TeeException {
        requests++;
        int command = message.getInt(0);
        if (command == DATA_WRITE) {
            written += message.getInt(StorageMessage.COUNT_OFFSET);
        }
        if (command == PERSIST_REMOVE && powerStays) {
            message.putInt(StorageMessage.ANSWER_ERROR_OFFSET, ENOENT);
            return;
        }
        storage.handle(message);
    }

    private Set<String> indexFiles() {
        Set<String> files = new TreeSet<>(storage.files().keySet());
        files.removeIf(name -> !name.contains("index"));
        return files;
    }

    /** The index of a TA that starts now. */
    private Index stored(int nodeSize) throws TeeException {
        GpFileStorage files = new GpFileStorage(environment);
        BlockFiles blocks = new BlockFiles(files, new BlockCipher(environment));
        IndexLimits limits = new IndexLimits(1000, nodeSize, 64 * 1024, IndexFiles.UNIT);
        SegmentFiles segments = new SegmentFiles(files, blocks, 1 << 20);
        return new Store(environment, files, blocks, segments, limits, 32, Clock.systemUTC(), () -> DrawerLimits.USUAL)
                .index();
    }

    private static void assertWellFormed(IndexNode node, boolean isTop) {
        if (node instanceof IndexBranch branch) {
            assertTrue(branch.children().size() > (isTop ? 1 : 0));
            branch.children().values().forEach(child -> assertWellFormed(child, false));
            long kinds = branch.children().values().stream()
                    .map(Object::getClass)
                    .distinct()
                    .count();
            assertEquals(1, kinds, "all leaves are on one level");
        } else if (node instanceof IndexLeaf leaf) {
            assertTrue(isTop || !leaf.entries().isEmpty());
            assertTrue(leaf.entries().size() == 1 || leaf.encodedSize() <= NodeSizes.NODE_SIZE + NODE, leaf::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void givenObjectsThatComeAndGoByChanceThenEachStartFindsThoseThatAreThere(long seed) throws TeeException {
        Random random = new Random(seed);
        Map<String, byte[]> expected = new TreeMap<>();
        TestClient client = TestClient.start(environment);
        for (int round = 0; round < 600; round++) {
            String name = "n".repeat(random.nextInt(4) * 20) + random.nextInt(60);
            boolean growing = round / 200 % 2 == 0;
            if (expected.containsKey(name) && random.nextInt(3) < (growing ? 1 : 2)) {
                client.remove(name);
                expected.remove(name);
            } else {
                byte[] content = Contents.random(round, random.nextInt(40));
                client.seal(name, content);
                expected.put(name, content);
            }
            if (random.nextInt(10) == 0) {
                client = TestClient.start(environment);
                assertEquals(
                        List.copyOf(expected.keySet()),
                        List.copyOf(client.list().keySet()));
                assertWellFormed(stored(NODE).top(), true);
            }
        }
        for (Map.Entry<String, byte[]> each : expected.entrySet()) {
            assertArrayEquals(each.getValue(), client.unseal(each.getKey()), each.getKey());
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"in order", "backwards", "by chance"})
    void givenAStoreThatWasFilledWhenItIsEmptiedThenAFewFilesAreLeft(String order) throws TeeException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            names.add(String.format("object %04d", i));
        }
        if (order.equals("backwards")) {
            Collections.reverse(names);
        } else if (order.equals("by chance")) {
            Collections.shuffle(names, new Random(1));
        }
        TestClient client = TestClient.start(environment);
        for (String name : names) {
            client.seal(name, new byte[1]);
        }
        assertEquals(names.size(), client.list().size());
        assertTrue(indexFiles().size() > 80, () -> "only " + indexFiles().size() + " files for 300 objects");
        Collections.shuffle(names, new Random(2));
        int spares = 8;
        int most = indexFiles().size() + spares;
        for (String name : names) {
            client.remove(name);
            assertTrue(indexFiles().size() <= most, "removing takes room");
        }
        assertTrue(indexFiles().size() <= 5, () -> "left: " + indexFiles());
        assertEquals(IndexLeaf.EMPTY, stored(NODE).top());
        client.seal("x", new byte[2]);
        assertArrayEquals(new byte[2], TestClient.start(environment).unseal("x"));
    }

    @Test
    void givenNamesThatComeInOrderThenTheirNodesAreFull() throws TeeException {
        TestClient client = TestClient.start(environment);
        for (int i = 0; i < 300; i++) {
            client.seal(String.format("object %04d", i), new byte[1]);
        }
        // Three entries of 73 bytes fill a node; the last one may have fewer.
        assertEquals(100, leaves(stored(NODE).top()));
    }

    private static int leaves(IndexNode node) {
        return node instanceof IndexBranch branch
                ? branch.children().values().stream()
                        .mapToInt(IndexTreeTest::leaves)
                        .sum()
                : 1;
    }

    @ParameterizedTest
    @CsvSource({"10, 11000", "1000, 60000", "20000, 60000"})
    void givenAnyNumberOfObjectsThenOneChangeWritesAFewBlocks(int objects, int mostBytes) throws TeeException {
        powerStays = true;
        TestClient client = TestClient.start(environment, USUAL_NODES);
        for (int i = 0; i < objects; i++) {
            client.seal("an object with a name of forty bytes " + i, new byte[1]);
        }
        List<String> names = new ArrayList<>(client.list(64 * 1024).keySet());
        Collections.shuffle(names, new Random(1));
        for (String name : names.subList(0, 10)) {
            written = 0;
            requests = 0;
            client.remove(name);
            assertTrue(requests <= 5, requests + " requests for a removal");
            client.seal(name, new byte[1]);
            assertTrue(requests <= 10, requests + " requests for a removal and a new object");
            assertTrue(written <= 2 * mostBytes, written + " bytes for two changes");
        }
    }
}
