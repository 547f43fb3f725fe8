// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.blocks.BlockHeader;
import org.ermine.tee.ta.sealedstorage.drawers.DrawerLimits;
import org.ermine.tee.ta.sealedstorage.generations.Generations;
import org.ermine.tee.ta.sealedstorage.generations.SpareGenerations;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The files of small objects that were replaced are kept, and written over. */
@Timeout(60)
class SpareFilesTest {

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final TestClient client = TestClient.start(environment);

    @Test
    @DisplayName("given an object that is replaced by one of its size again and again then there are two files")
    void givenObjectsOfOneSizeThenThereAreTwoFiles() throws TeeException {
        for (int i = 0; i < 50; i++) {
            client.seal("x", Contents.random(i, 20));
            assertArrayEquals(Contents.random(i, 20), client.unseal("x"));
        }
        assertEquals(2, storage.segments().size());
        assertArrayEquals(Contents.random(49, 20), TestClient.start(environment).unseal("x"));
    }

    @Test
    @DisplayName("given objects of all sizes that are replaced at random then each is what was sealed last, also after "
            + "restarts")
    void givenObjectsOfAllSizesThenEachIsWhatWasSealedLast() throws TeeException {
        Random random = new Random(1);
        TreeMap<String, byte[]> expected = new TreeMap<>();
        TestClient present = client;
        for (int i = 0; i < 2000; i++) {
            String name = "object " + random.nextInt(20);
            byte[] content = Contents.random(i, random.nextInt(2 * TestClient.CHUNK_SIZE));
            present.seal(name, content);
            expected.put(name, content);
            if (random.nextInt(50) == 0) {
                present = TestClient.start(environment);
            }
            int most = 3 * expected.size() + SpareGenerations.MOST;
            assertTrue(storage.segments().size() <= most, () -> "" + storage.segments());
        }
        for (String name : expected.keySet()) {
            assertArrayEquals(expected.get(name), present.unseal(name), name);
        }
    }

    @Test
    @DisplayName(
            "given objects about the size of a small one when they are replaced then each is what was sealed last, "
                    + "and small ones have files of one size")
    void givenObjectsAboutTheSizeOfASmallOneThenEachIsWhatWasSealedLast() throws TeeException {
        Random random = new Random(1);
        TreeMap<String, byte[]> expected = new TreeMap<>();
        TestClient present = TestClient.startUsual(environment);
        for (int i = 0; i < 1000; i++) {
            String name = "object " + random.nextInt(20);
            byte[] content = Contents.random(i, 3900 + random.nextInt(200));
            present.seal(name, content);
            expected.put(name, content);
            assertArrayEquals(content, present.unseal(name), name);
            if (random.nextInt(50) == 0) {
                present = TestClient.startUsual(environment);
            }
        }
        for (String segment : storage.segments()) {
            assertTrue(storage.files().get(segment).length >= Block.LEAST_FILE, segment);
        }
        for (String name : expected.keySet()) {
            assertArrayEquals(expected.get(name), present.unseal(name), name);
        }
    }

    @Test
    @DisplayName(
            "given as many readers of what is replaced as there may be, when all have ended, then nothing is removed "
                    + "that small objects are written over")
    void givenManyReadersThenAllSmallFilesAreKept() throws TeeException {
        Set<TrustedObject> readers = new HashSet<>();
        client.seal("x", new byte[20]);
        for (int i = 0; i < Generations.MAX_OPEN / 2 - 1; i++) {
            readers.add(client.open("x"));
            client.seal("x", new byte[20 - i]);
        }
        int files = storage.segments().size();
        assertEquals(Generations.MAX_OPEN / 2, files);
        readers.forEach(TrustedObject::released);
        for (int i = 0; i < 50; i++) {
            client.seal("object " + i % 5, new byte[i % 20]);
        }
        assertEquals(files, storage.segments().size(), "each new object takes one of them, or replaces another");
    }

    @Test
    @DisplayName("given a small object of which a byte behind its content is changed then it is refused")
    void givenAChangedByteBehindTheContentThenItIsRefused() throws TeeException {
        client.seal("x", new byte[20]);
        String segment = storage.segments().iterator().next();
        for (int at : new int[] {BlockHeader.SIZE + 20, 2000, Block.LEAST_FILE - 1}) {
            byte[] content = storage.files().get(segment);
            content[at] ^= 1;
            assertEquals(SealedStorageProtocol.ERROR_TAMPERED, Failures.codeOf(() -> client.unseal("x")), "at " + at);
            content[at] ^= 1;
        }
        byte[] whole = storage.files().get(segment);
        storage.files().put(segment, Arrays.copyOf(whole, whole.length + 1));
        assertEquals(SealedStorageProtocol.ERROR_TAMPERED, Failures.codeOf(() -> client.unseal("x")));
        storage.files().put(segment, Arrays.copyOf(whole, whole.length - 1));
        assertEquals(SealedStorageProtocol.ERROR_TRUNCATED, Failures.codeOf(() -> client.unseal("x")));
        storage.files().put(segment, whole);
        assertArrayEquals(new byte[20], client.unseal("x"));
    }

    @Test
    @DisplayName("given a reader of what is replaced then its file is written over only when the reader has ended")
    void givenAReaderThenItReadsWhatItOpened() throws TeeException {
        byte[] first = Contents.random(1, 20);
        client.seal("x", first);
        TrustedObject reader = client.open("x");
        for (int i = 0; i < 20; i++) {
            client.seal("x", Contents.random(2, 20 + i % 3));
        }
        assertArrayEquals(first, TestClient.readAll(reader));
        reader.released();
        client.seal("x", first);
        assertArrayEquals(first, client.unseal("x"));
    }

    @Test
    @DisplayName("given a set of objects that is open then none of its files is written over")
    void givenASetThenItStaysWhatItWas() throws TeeException {
        environment.client(new TrustedClient(7, SealedStorageProtocol.KEEPER));
        TreeMap<String, byte[]> kept = new TreeMap<>();
        for (int i = 0; i < 5; i++) {
            kept.put("object " + i, Contents.random(i, 20));
            client.seal("object " + i, new byte[20]);
            client.seal("object " + i, kept.get("object " + i));
        }
        TrustedObject set = client.snapshot();
        for (int i = 0; i < 50; i++) {
            client.seal("object " + i % 5, Contents.random(i, 20 + i % 2));
        }
        TestClient.contents(set, 5000).forEach((name, content) -> assertArrayEquals(kept.get(name), content, name));
        set.released();
    }

    @Test
    @DisplayName("given an object that is removed then its file is gone, and none that was kept is read as its content")
    void givenARemovedObjectThenItsFileIsGone() throws TeeException {
        client.seal("x", new byte[20]);
        client.seal("x", new byte[21]);
        Set<String> before = storage.segments();
        client.remove("x");
        assertEquals(1, storage.segments().size(), "of what was replaced");
        assertTrue(before.containsAll(storage.segments()));
        TestClient restarted = TestClient.start(environment);
        restarted.seal("y", new byte[1]);
        assertEquals(1, storage.segments().size(), "what was kept is removed at the start");
    }

    @Test
    @DisplayName(
            "given a writer that is given up after it took a kept file then nothing is left of that one and of others, "
                    + "and others go on")
    void givenAWriterThatIsGivenUpThenNothingIsLeft() throws TeeException {
        client.seal("x", new byte[20]);
        client.seal("x", Contents.random(1, 20));
        client.seal("y", new byte[10]);
        client.seal("y", new byte[10]);
        assertEquals(3, storage.segments().size(), "one is kept");
        TrustedObject writer = client.create("x");
        TestClient.write(writer, new byte[15]);
        storage.failWrites(28);
        assertEquals(SealedStorageProtocol.ERROR_STORAGE_FULL, Failures.codeOf(() -> TestClient.commit(writer)));
        writer.released();
        storage.failWrites(0);
        assertArrayEquals(Contents.random(1, 20), client.unseal("x"));
        client.seal("z", new byte[1]);
        assertEquals(3, storage.segments().size(), () -> "" + storage.segments());
    }

    @Test
    @DisplayName("given commits that a drawer has no room for when the same writer commits less then no kept file is "
            + "forgotten")
    void givenCommitsThatAreRefusedThenNoKeptFileIsForgotten() throws TeeException {
        TestClient limited = TestClient.start(environment, () -> new DrawerLimits(DrawerLimits.USUAL.rules(), 10, 100));
        for (int i = 0; i < 4; i++) {
            limited.seal("object " + i, new byte[20]);
        }
        for (int i = 0; i < 4; i++) {
            limited.seal("object " + i, new byte[20 - i]);
        }
        TrustedObject writer = limited.create("object 0");
        TestClient.write(writer, Contents.random(1, 20));
        for (int size : new int[] {200, 300, 0}) {
            writer.invoke(SealedStorageProtocol.WRITER_DESCRIBE, new DirectArguments().in(new byte[size]));
            if (size > 0) {
                assertEquals(SealedStorageProtocol.ERROR_DRAWER_FULL, Failures.codeOf(() -> TestClient.commit(writer)));
            }
        }
        TestClient.commit(writer);
        assertArrayEquals(Contents.random(1, 20), limited.unseal("object 0"));
        TestClient restarted = TestClient.start(environment);
        for (int i = 0; i < 4; i++) {
            restarted.remove("object " + i);
        }
        assertEquals(Set.of(), storage.segments(), "nothing is left of what was kept");
    }

    @Test
    @DisplayName("given a full disk when small objects are replaced and removed then the room of kept files is used")
    void givenAFullDiskThenTheRoomOfKeptFilesIsUsed() throws TeeException {
        for (int i = 0; i < 20; i++) {
            client.seal("object " + i, new byte[20]);
            client.seal("object " + i, new byte[10]);
        }
        storage.takeAllRoom();
        for (int i = 0; i < 20; i++) {
            client.remove("object " + i);
            storage.takeAllRoom();
        }
        assertTrue(client.list().isEmpty());
    }
}
