// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.index.IndexFiles;
import org.ermine.tee.ta.sealedstorage.index.IndexLimits;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The disk that holds both the store and the secure state is full: nothing is lost, and space can be freed. */
@Timeout(120)
class FullDiskTest {

    private static final int BLOCK = 4096;
    private static final IndexLimits INDEX = new IndexLimits(1000, 250, 16 * 1024, IndexFiles.UNIT);

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final byte[] content = Contents.random(1, 3 * TestClient.CHUNK_SIZE);

    @BeforeEach
    void shareADisk() {
        storage.capacity(60 * BLOCK);
        environment.secureStateFull(() -> storage.free() < BLOCK);
    }

    private TestClient start() {
        return TestClient.start(environment, INDEX);
    }

    /**
     * Seals objects until the disk is full, to the last byte.
     *
     * @return their names
     */
    private List<String> fill(TestClient client) {
        List<String> names = new ArrayList<>();
        int code = 0;
        while (code == 0) {
            String name = "object " + names.size();
            try {
                client.seal(name, content);
                names.add(name);
            } catch (TeeException e) {
                code = e.result().code();
            }
        }
        assertEquals(SealedStorageProtocol.ERROR_STORAGE_FULL, code);
        storage.takeAllRoom();
        return names;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givenAFullDiskWhenObjectsAreRemovedThenEachRemovalSucceedsUntilTheStoreIsEmpty(boolean restarts)
            throws TeeException {
        TestClient client = start();
        List<String> names = fill(client);
        assertTrue(names.size() > 5, "only " + names.size() + " objects");
        for (String name : names) {
            client = restarts ? start() : client;
            client.remove(name);
            storage.takeAllRoom();
        }
        assertTrue(client.list().isEmpty());
    }

    @Test
    void givenAFullDiskWhenSomeObjectsAreRemovedThenAnotherOneCanBeSealed() throws TeeException {
        List<String> names = fill(start());
        for (String name : names.subList(0, 4)) {
            start().remove(name);
        }
        start().seal("new", content);
        assertArrayEquals(content, start().unseal("new"));
        assertEquals(names.size() - 3, start().list().size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givenAFullDiskWhenSealingFailsThenAllObjectsCanBeListedAndRead(boolean restarts) throws TeeException {
        TestClient client = start();
        List<String> names = fill(client);
        for (String name : List.of("new", names.get(0))) {
            assertEquals(SealedStorageProtocol.ERROR_STORAGE_FULL, Failures.codeOf(() -> start().seal(name, content)));
        }
        client = restarts ? start() : client;
        assertEquals(names.size(), client.list().size());
        for (String name : names) {
            assertArrayEquals(content, client.unseal(name));
        }
    }

    @Test
    void givenADiskThatBecomesFullWhileAnObjectIsReplacedWhenItIsCommittedThenTheOldOneIsLeftAndReadable()
            throws TeeException {
        TestClient client = start();
        client.seal("x", content);
        TrustedObject writer = client.create("x");
        TestClient.write(writer, new byte[10]);
        storage.takeAllRoom();
        assertEquals(SealedStorageProtocol.ERROR_STORAGE_FULL, Failures.codeOf(() -> TestClient.commit(writer)));
        TestClient.abort(writer);
        writer.released();
        assertArrayEquals(content, client.unseal("x"));
        assertArrayEquals(content, start().unseal("x"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givenAFullDiskWhenPowerGoesAtAnyStepOfARemovalThenTheObjectIsThereOrGoneAndCanBeRemoved(boolean takesPlace)
            throws TeeException {
        int step = 0;
        boolean completed = false;
        while (!completed) {
            step++;
            List<String> names = fill(start());
            completed = removeUntilPowerLoss(names.get(0), step, takesPlace);
            TestClient restarted = start();
            for (String name : restarted.list().keySet()) {
                assertArrayEquals(content, restarted.unseal(name), "step " + step);
                restarted.remove(name);
            }
            storage.capacity(60 * BLOCK);
        }
        assertTrue(step > 8, "only " + step + " steps");
    }

    private boolean removeUntilPowerLoss(String name, int step, boolean takesPlace) throws TeeException {
        TestClient client = start();
        environment.losePowerAt(step, takesPlace);
        try {
            client.remove(name);
            return true;
        } catch (FakeEnvironment.PowerLoss e) {
            return false;
        } finally {
            environment.restorePower();
        }
    }
}
