// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.generations.Generations;
import org.ermine.tee.ta.sealedstorage.index.IndexFiles;
import org.ermine.tee.ta.sealedstorage.index.IndexLimits;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A store at one of its limits: nothing more goes into it, and everything comes out of it, until it is empty. */
@Timeout(120)
class FullStoreTest {

    private static final int FEW_OBJECTS = 40;
    private static final IndexLimits LARGE_NODES = new IndexLimits(2000, 8192, 128 * 1024, 7 * IndexFiles.UNIT);
    /**
     * Beside reading: to write and to force it, to remove the segment of the object: 3.
     * After a restart, to see that the one removed before is gone: 1. Files of the index that are not needed any more:
     * 2.
     */
    private static final int MOST_REQUESTS = 6;

    private static final int DATA_READ = 4;

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final AtomicInteger requests = new AtomicInteger();
    private final FakeEnvironment environment = new FakeEnvironment("device", this::count);

    private void count(ByteBuffer message) throws TeeException {
        if (message.getInt(0) != DATA_READ) {
            requests.incrementAndGet();
        }
        storage.handle(message);
    }

    private TestClient start() {
        return TestClient.start(environment, FEW_OBJECTS);
    }

    /**
     * Seals objects until there is no room for one more.
     *
     * @return their names
     */
    private List<String> fill(TestClient client, int nameSize) throws TeeException {
        List<String> names = new ArrayList<>();
        while (true) {
            String number = Integer.toString(names.size());
            String name = nameSize < 3
                    ? Character.toString(0x100 + names.size())
                    : number + "n".repeat(nameSize - number.length());
            try {
                client.seal(name, new byte[1]);
            } catch (TeeException e) {
                assertEquals(
                        SealedStorageProtocol.ERROR_TOO_MANY_OBJECTS, e.result().code());
                return names;
            }
            names.add(name);
        }
    }

    @ParameterizedTest(name = "names of {0} bytes, restarts {1}")
    @CsvSource({"2, false", "2, true", "40, false", "40, true", "255, false", "255, true"})
    void givenAnIndexThatIsFullWhenObjectsAreRemovedThenEachRemovalSucceedsUntilTheStoreIsEmpty(
            int nameSize, boolean restarts) throws TeeException {
        TestClient client = start();
        List<String> names = fill(client, nameSize);
        assertTrue(names.size() > 10, "only " + names.size() + " objects");
        for (String name : names) {
            client = restarts ? start() : client;
            requests.set(0);
            client.remove(name);
            assertTrue(requests.get() <= MOST_REQUESTS, requests + " requests for one removal");
        }
        assertTrue(client.list().isEmpty());
        client.seal("x", new byte[3]);
        assertArrayEquals(new byte[3], start().unseal("x"));
        assertEquals(
                1, storage.segments().size(), () -> "left: " + storage.files().keySet());
    }

    @Test
    void givenAnIndexThatIsFullWhenNothingCanBeRemovedFromTheDiskThenObjectsCanBeRemovedFromTheIndex()
            throws TeeException {
        List<String> names = fill(start(), 40);
        storage.failDataRemovals(5);
        for (String name : names) {
            start().remove(name);
        }
        assertTrue(start().list().isEmpty());
        storage.failDataRemovals(0);
        start().seal("x", new byte[3]);
        assertEquals(
                1, storage.segments().size(), () -> "left: " + storage.files().keySet());
    }

    @Test
    void givenAFullIndexWhenAWriterIsCreatedThenItIsRefusedBeforeAnythingIsWritten() throws TeeException {
        TestClient client = start();
        fill(client, 40);
        int files = storage.segments().size();
        assertEquals(
                SealedStorageProtocol.ERROR_TOO_MANY_OBJECTS, Failures.codeOf(() -> client.create("o".repeat(40))));
        assertEquals(files, storage.segments().size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givenAsManyWritersAsThereMayBeWhenAnObjectIsRemovedThenItGoes(boolean abandoned) throws TeeException {
        TestClient client = start();
        List<String> names = fill(client, 40);
        client.remove(names.get(0));
        List<TrustedObject> writers = new ArrayList<>();
        for (int i = 0; i < Generations.MAX_OPEN; i++) {
            environment.client(new TrustedClient(i, FakeEnvironment.CLIENT.packageName()));
            TrustedObject writer = client.create(names.get(1));
            TestClient.write(writer, new byte[3 * TestClient.CHUNK_SIZE]);
            writers.add(writer);
        }
        assertThrows(TeeException.class, () -> client.create("y"));
        storage.failDataRemovals(abandoned ? 5 : 0);
        if (abandoned) {
            writers.forEach(TrustedObject::released);
        }
        for (String name : names.subList(1, names.size())) {
            client.remove(name);
        }
        assertTrue(client.list().isEmpty());
        storage.failDataRemovals(0);
        writers.forEach(TrustedObject::released);
        client.seal("x", new byte[3]);
        assertEquals(
                1, storage.segments().size(), () -> "left: " + storage.files().keySet());
    }

    @Test
    void givenAFullIndexOfTheLargestSizeWhenTheStoreIsOpenedAnewThenObjectsCanBeRemoved() throws TeeException {
        TestClient client = TestClient.start(environment, LARGE_NODES);
        List<String> names = fill(client, 250);
        assertEquals(LARGE_NODES.objects(), names.size());
        for (String name : names.subList(0, 20)) {
            TestClient.start(environment, LARGE_NODES).remove(name);
        }
        assertEquals(
                names.size() - 20,
                TestClient.start(environment, LARGE_NODES).list(64 * 1024).size());
    }
}
