// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a crash cut off is salvaged beside what was confirmed, and is told from it. */
@Timeout(60)
class CutOffSalvageTest {

    private static final int ROOM = 700;
    private static final byte[] LATER = Contents.random(100, 50);

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final Map<String, byte[]> expected = new TreeMap<>();

    @BeforeEach
    void seal() throws TeeException {
        environment.client(new TrustedClient(7, SealedStorageProtocol.KEEPER));
        TestClient client = TestClient.start(environment);
        for (int i = 0; i < 20; i++) {
            expected.put("object " + i, Contents.random(i, 10 * i));
            client.seal("object " + i, expected.get("object " + i));
        }
    }

    @FunctionalInterface
    private interface Change {
        void make(TestClient client) throws TeeException;
    }

    /** Power goes when all is written of a change, and before it counts. */
    private void cutOff(Change change) throws TeeException {
        Map<String, byte[]> files = storage.snapshot();
        Map<String, Long> counters = new HashMap<>(environment.counters());
        environment.losePowerAt(Integer.MAX_VALUE, false);
        change.make(TestClient.start(environment));
        int commit = environment.lastAdvance();
        storage.restore(files);
        environment.counters().clear();
        environment.counters().putAll(counters);

        environment.losePowerAt(commit, false);
        assertThrows(FakeEnvironment.PowerLoss.class, () -> change.make(TestClient.start(environment)));
        environment.restorePower();
    }

    private void assertSalvaged() throws TeeException {
        TrustedObject set = TestClient.start(environment).salvage();
        Map<String, byte[]> found = TestClient.contents(set, ROOM);
        set.released();
        assertEquals(expected.keySet(), new TreeMap<>(found).keySet());
        expected.forEach((name, content) -> assertArrayEquals(content, found.get(name), name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"object 0", "object 9", "new"})
    @DisplayName(
            "given an object whose sealing a crash cut off when the store is salvaged then it is there under a name"
                    + " that says so, and beside it what it was to replace")
    void givenASealThatWasCutOffThenBothAreThere(String name) throws TeeException {
        cutOff(client -> client.seal(name, LATER));
        expected.put(name + " (not confirmed)", LATER);
        assertSalvaged();
    }

    @Test
    @DisplayName("given a removal that a crash cut off when the store is salvaged then the object is there")
    void givenARemovalThatWasCutOffThenTheObjectIsThere() throws TeeException {
        cutOff(client -> client.remove("object 5"));
        assertSalvaged();
    }

    @Test
    @DisplayName(
            "given a renaming that a crash cut off when the store is salvaged then the object has its old name, and "
                    + "a new one that is not confirmed")
    void givenARenamingThatWasCutOffThenBothNamesAreThere() throws TeeException {
        cutOff(client -> client.in("").rename("object 5", "", "other"));
        expected.put("other (not confirmed)", expected.get("object 5"));
        assertSalvaged();
    }

    @Test
    @DisplayName("given a seal that a crash cut off when another one is confirmed after it then that one is confirmed, "
            + "and nothing is left of the first")
    void givenALaterCommitThenNothingIsLeft() throws TeeException {
        cutOff(client -> client.seal("object 5", LATER));
        byte[] latest = Contents.random(101, 50);
        TestClient.start(environment).seal("object 5", latest);
        expected.put("object 5", latest);
        assertSalvaged();
    }

    @Test
    @DisplayName("given a leaf of the index that was split last when the store is salvaged then all of it is confirmed")
    void givenASplitLeafThenAllIsConfirmed() throws TeeException {
        for (int i = 20; i < 60; i++) {
            expected.put("object " + i, Contents.random(i, 10));
            TestClient.start(environment).seal("object " + i, expected.get("object " + i));
            assertSalvaged();
        }
    }
}
