// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.index.IndexLimits;
import org.ermine.tee.ta.sealedstorage.versions.IndexVersions;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often a TA that has been used asks for files and advances its counters, whatever the number of objects. */
@Timeout(60)
class RequestsTest {

    private static final String LOOK = "read of the index";
    private static final String WRITE_INDEX = "write of the index";
    private static final String WRITE_CHUNK = "write of a chunk";
    private static final String READ_CHUNK = "read of a chunk";
    private static final String REMOVE_CHUNK = "remove of a chunk";
    private static final String FORCE = "force";

    /** The most bytes of a small object. */
    private static final int SMALL = 4000;

    private static final Map<Integer, String> COMMANDS = Map.of(4, "read of ", 5, "write of ", 6, "remove of ");

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final List<String> requests = new ArrayList<>();
    private final FakeEnvironment environment = new FakeEnvironment("device", this::count);
    private final TestClient client = TestClient.start(environment, IndexLimits.USUAL);

    private void count(ByteBuffer message) throws TeeException {
        int command = message.getInt(0);
        byte[] name = new byte[StorageMessage.NAME_SIZE];
        message.get(StorageMessage.NAME_OFFSET, name);
        boolean isIndex = new String(name, StandardCharsets.US_ASCII).contains("index");
        requests.add(command > 7 ? FORCE : COMMANDS.get(command) + (isIndex ? "the index" : "a chunk"));
        storage.handle(message);
    }

    private interface Operation {
        void run() throws TeeException;
    }

    private void assertRequests(List<String> expected, int advances, Operation operation) throws TeeException {
        requests.clear();
        int before = environment.advances();
        operation.run();
        assertEquals(expected, requests);
        assertEquals(advances, environment.advances() - before);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 10_000})
    void givenAStoreThatIsInUseThenAnOperationOnASmallObjectTakesFourRequestsAtMost(int objects) throws TeeException {
        storage.endless();
        TestClient usual = TestClient.startUsual(environment);
        byte[] small = Contents.random(1, 20);
        for (int i = 0; i < objects; i++) {
            usual.seal("object " + i, small);
        }
        assertRequests(List.of(), 0, () -> usual.list());
        assertRequests(List.of(READ_CHUNK), 0, () -> assertArrayEquals(small, usual.unseal("object 7")));
        assertRequests(List.of(LOOK, WRITE_CHUNK, WRITE_INDEX, FORCE), 1, () -> usual.seal("new", small));
        for (int again = 0; again < 5; again++) {
            assertRequests(List.of(LOOK, WRITE_CHUNK, WRITE_INDEX, FORCE), 1, () -> usual.seal("new", small));
        }
        for (int size = SMALL; size > 0; size /= 2) {
            byte[] shorter = Contents.random(2, size);
            assertRequests(List.of(LOOK, WRITE_CHUNK, WRITE_INDEX, FORCE), 1, () -> usual.seal("new", shorter));
            assertRequests(List.of(READ_CHUNK), 0, () -> assertArrayEquals(shorter, usual.unseal("new")));
        }
        assertRequests(List.of(LOOK, WRITE_INDEX, FORCE, REMOVE_CHUNK), 1, () -> usual.remove("new"));
        assertRequests(List.of(), 0, () -> usual.list());
    }

    @Test
    void givenManyObjectsWhenEachIsReplacedByAShorterOneThenNoneTakesMoreThanFourRequests() throws TeeException {
        TestClient usual = TestClient.startUsual(environment);
        for (int size = 40; size >= 0; size -= 10) {
            for (int i = 0; i < 40; i++) {
                byte[] content = Contents.random(i, size);
                String name = "object " + i;
                boolean isThere = size < 40;
                requests.clear();
                usual.seal(name, content);
                if (isThere) {
                    assertEquals(List.of(LOOK, WRITE_CHUNK, WRITE_INDEX, FORCE), requests, name + ": " + size);
                }
                assertArrayEquals(content, usual.unseal(name), name);
            }
        }
    }

    @Test
    void givenALargerObjectWhenItIsReplacedThenItsFileIsRemovedUnlessItIsKeptForOneThatIsNoShorter()
            throws TeeException {
        TestClient usual = TestClient.startUsual(environment);
        List<String> four = List.of(LOOK, WRITE_CHUNK, WRITE_INDEX, FORCE);
        usual.seal("x", Contents.random(1, 2 * SMALL));
        assertRequests(four, 1, () -> usual.seal("x", Contents.random(2, 2 * SMALL)));
        assertRequests(four, 1, () -> usual.seal("x", Contents.random(3, 3 * SMALL)));
        assertRequests(four, 1, () -> usual.seal("x", Contents.random(4, SMALL)));
        usual.seal("x", Contents.random(5, 100 * SMALL));
        List<String> five = List.of(LOOK, WRITE_CHUNK, WRITE_INDEX, FORCE, REMOVE_CHUNK);
        assertRequests(five, 1, () -> usual.seal("x", Contents.random(6, SMALL)));
        assertArrayEquals(
                Contents.random(6, SMALL), TestClient.startUsual(environment).unseal("x"));
    }

    @Test
    void givenAsManyCommitsAsWereSetAsideThenOneMoreCounterIsAdvanced() throws TeeException {
        for (int i = 0; i < IndexVersions.AHEAD; i++) {
            client.seal("x", new byte[1]);
        }
        assertRequests(List.of(LOOK, WRITE_CHUNK, WRITE_INDEX, FORCE), 2, () -> client.seal("x", new byte[1]));
        assertRequests(List.of(LOOK, WRITE_CHUNK, WRITE_INDEX, FORCE), 1, () -> client.seal("x", new byte[1]));
        assertArrayEquals(new byte[1], TestClient.start(environment).unseal("x"));
    }

    @Test
    void givenAStoreThatIsExchangedWhenAnObjectIsRemovedThenNothingIsWrittenToIt() throws TeeException {
        client.seal("x", new byte[1]);
        Map<String, byte[]> old = storage.snapshot();
        client.seal("x", new byte[2]);
        client.seal("x", new byte[3]);
        storage.restore(old);
        int expected = SealedStorageProtocol.ERROR_ROLLED_BACK;
        assertEquals(expected, Failures.codeOf(() -> client.remove("x")));
        assertEquals(expected, Failures.codeOf(client::list));
        assertEquals(old.keySet(), storage.files().keySet());
        old.forEach(
                (name, content) -> assertArrayEquals(content, storage.files().get(name), name));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, TestClient.CHUNK_SIZE + 1, 10 * TestClient.CHUNK_SIZE})
    void givenTheStoreOfAnotherDeviceInThePlaceOfThisOneWhenAnObjectIsSealedThenNothingIsWrittenToIt(int size)
            throws TeeException {
        client.seal("x", new byte[1]);
        MemoryFileStorage foreign = new MemoryFileStorage();
        TestClient other = TestClient.start(new FakeEnvironment("other device", foreign));
        for (int i = 0; i < 20; i++) {
            other.seal("object " + i, new byte[i]);
        }
        storage.restore(foreign.snapshot());
        TrustedObject writer = client.create("y");
        assertEquals(SealedStorageProtocol.ERROR_FOREIGN_STORE, Failures.codeOf(() -> {
            TestClient.write(writer, new byte[size]);
            TestClient.commit(writer);
        }));
        writer.released();
        assertEquals(foreign.files().keySet(), storage.files().keySet());
        foreign.files()
                .forEach((name, content) ->
                        assertArrayEquals(content, storage.files().get(name), name));
    }

    @Test
    void givenAnotherInstanceThatCommittedThenWhatItDidIsFound() throws TeeException {
        client.seal("x", new byte[1]);
        TestClient.start(environment).seal("y", new byte[2]);
        assertEquals(2, client.list().size());
        client.seal("z", new byte[3]);
        assertEquals(3, TestClient.start(environment).list().size());
        assertArrayEquals(new byte[2], client.unseal("y"));
    }
}
