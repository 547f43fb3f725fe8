// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever became of a store, it can be given up and begun anew, in one step. */
@Timeout(300)
class ResetTest {

    private static final int OBJECTS = 8;
    private static final byte[] NEW = Contents.random(99, 3 * TestClient.CHUNK_SIZE);
    private static final TrustedClient KEEPER = new TrustedClient(7, SealedStorageProtocol.KEEPER);

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private FakeEnvironment environment = new FakeEnvironment("device", storage);

    @BeforeEach
    void seal() throws TeeException {
        environment.client(KEEPER);
        TestClient client = TestClient.start(environment);
        for (int i = 0; i < OBJECTS; i++) {
            client.seal("object " + i, Contents.random(i, 10 * i));
        }
    }

    private static String name(int i) {
        return "object " + i;
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("given a store in any trouble when it is reset then it is empty, goes on, and nothing of it is left")
    void givenAnyTroubleThenTheStoreBeginsAnew(Trouble trouble) throws TeeException {
        trouble.happenTo(environment, storage);
        assertEquals(trouble.error(), verdict(TestClient.start(environment)));
        TestClient client = TestClient.start(environment);
        client.reset();

        assertEquals(Map.of(), client.list());
        assertEquals(Set.of(), storage.files().keySet(), "nothing is left");
        assertEquals(Map.of(), TestClient.start(environment).list(), "nor found after a restart");
        assertGoesOn(client);
        assertGoesOn(TestClient.start(environment));
    }

    @ParameterizedTest
    @EnumSource(names = "ANOTHER_DISK", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("given a store that was given up when its files are put back then nothing of them counts")
    void givenAStoreThatWasGivenUpThenItsFilesDoNotCountAgain(Trouble trouble) throws TeeException {
        trouble.happenTo(environment, storage);
        Map<String, byte[]> before = storage.snapshot();
        TestClient.start(environment).reset();
        storage.restore(before);
        assertEquals(Map.of(), TestClient.start(environment).list());

        TestClient client = TestClient.start(environment);
        client.seal("new", NEW);
        assertEquals(Set.of("new"), client.list().keySet());
        storage.restore(before);
        int verdict = verdict(TestClient.start(environment));
        assertTrue(verdict != 0 && verdict != SealedStorageProtocol.ERROR_NEWER_STORE, "it is refused: " + verdict);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "format-1/objects.store",
                "format-1-overwritten/objects.store",
                "format-1/unfinished.store",
                "format-2/objects.store"
            })
    @DisplayName("given a store of any format, whole or damaged, when it is reset then it begins anew")
    void givenAStoreOfAnyFormatThenItBeginsAnew(String store) throws TeeException {
        for (Trouble trouble : new Trouble[] {Trouble.NONE, Trouble.TAMPERED, Trouble.NEWER_STORE}) {
            environment = GoldenStore.load(store, storage);
            environment.client(KEEPER);
            trouble.happenTo(environment, storage);
            TestClient.start(environment).reset();
            assertEquals(Set.of(), storage.files().keySet(), store + " " + trouble);
            assertGoesOn(TestClient.start(environment));
        }
    }

    @Test
    @DisplayName("given a client that does not keep the store when it asks for a reset then it is refused by name")
    void givenAnyOtherClientThenNothingIsGivenUp() throws TeeException {
        for (String other : new String[] {"", "com.example", "org.ermine.tee.sealedstorage2"}) {
            environment.client(new TrustedClient(7, other));
            TeeException refused = assertThrows(
                    TeeException.class, () -> TestClient.start(environment).reset());
            assertEquals(
                    SealedStorageProtocol.ERROR_NOT_PERMITTED, refused.result().code());
            assertTrue(refused.getMessage().startsWith(other + " may not"), refused.getMessage());
        }
        FakeEnvironment nobody = new FakeEnvironment("device", storage);
        nobody.counters().putAll(environment.counters());
        nobody.nobody();
        assertEquals(
                SealedStorageProtocol.ERROR_NOT_PERMITTED,
                Failures.codeOf(() -> TestClient.start(nobody).reset()));
        nobody.client(KEEPER);
        assertEquals(OBJECTS, TestClient.start(nobody).list().size());
    }

    @Test
    @DisplayName(
            "given an open reader and an open writer when the store is reset then the one reads on, the other commits")
    void givenOpenObjectsThenTheyEndAsTheyWould() throws TeeException {
        TestClient client = TestClient.start(environment);
        TrustedObject reader = client.open(name(7));
        TrustedObject writer = client.create("late");
        TestClient.write(writer, NEW);
        client.reset();

        assertArrayEquals(Contents.random(7, 70), TestClient.readAll(reader));
        TestClient.commit(writer);
        reader.released();
        assertEquals(Set.of("late"), client.list().keySet());
        assertGoesOn(client);
        assertArrayEquals(NEW, TestClient.start(environment).unseal("late"));
        assertEquals(2, storage.segments().size(), "of that object: " + storage.files());
    }

    @Test
    @DisplayName("given a full disk when the store is reset then that needs no room")
    void givenAFullDiskThenItBeginsAnew() throws TeeException {
        storage.takeAllRoom();
        TestClient client = TestClient.start(environment);
        client.reset();
        assertEquals(Set.of(), storage.files().keySet());
        assertGoesOn(client);
    }

    @Test
    @DisplayName(
            "given files or counters that cannot be changed or reached when a reset fails then nothing has changed")
    void givenAStorageThatFailsThenAFailureHasChangedNothing() throws TeeException {
        Map<String, byte[]> before = storage.snapshot();
        Map<String, Long> counters = Map.copyOf(environment.counters());
        TestClient client = TestClient.start(environment);
        storage.deployed(false);
        assertEquals(SealedStorageProtocol.ERROR_STORAGE_UNAVAILABLE, Failures.codeOf(client::reset));
        storage.deployed(true);
        environment.secureStateFull(() -> true);
        assertEquals(SealedStorageProtocol.ERROR_STORAGE_FULL, Failures.codeOf(client::reset));
        environment.secureStateFull(() -> false);

        assertEquals(counters, environment.counters());
        assertEquals(before.keySet(), storage.files().keySet());
        assertEquals(OBJECTS, client.list().size());
    }

    @Test
    @DisplayName(
            "given files that cannot be removed when the store is reset then it is empty, and they go when they can")
    void givenFilesThatCannotBeRemovedThenTheyGoLater() throws TeeException {
        storage.failRemovals(5);
        TestClient client = TestClient.start(environment);
        client.reset();
        assertEquals(Map.of(), client.list());
        client.seal("new", NEW);
        client = TestClient.start(environment);
        assertEquals(Set.of("new"), client.list().keySet());
        storage.failRemovals(0);
        assertGoesOn(client);
        assertArrayEquals(NEW, client.unseal("new"));
        assertEquals(2, storage.segments().size(), "of that object");
    }

    @Test
    @DisplayName("given a sector of the index that cannot be read when the store is reset then it begins anew")
    void givenAnIndexThatCannotBeReadThenTheStoreBeginsAnew() throws TeeException {
        for (String file : storage.snapshot().keySet()) {
            storage.spoil(file, 0, 1 << 20);
            TestClient client = TestClient.start(environment);
            client.reset();
            // A disk that cannot read a sector can when it was written.
            storage.spoil("", 0, 0);
            assertGoesOn(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"format-1/objects.store", "format-1-overwritten/objects.store"})
    @DisplayName("given a former index that cannot be read when the store is reset then it begins anew")
    void givenAFormerIndexThatCannotBeReadThenTheStoreBeginsAnew(String store) throws TeeException {
        environment = GoldenStore.load(store, storage);
        environment.client(KEEPER);
        Map<String, byte[]> before = storage.snapshot();
        Map<String, Long> counters = Map.copyOf(environment.counters());
        for (String file : before.keySet()) {
            restore(before, counters);
            storage.spoil(file, 0, 1 << 20);
            TestClient client = TestClient.start(environment);
            client.reset();
            assertEquals(Map.of(), client.list(), file);
            storage.spoil("", 0, 0);
            assertGoesOn(client);
        }
    }

    @Test
    @DisplayName("given a storage that claims to have every file when the store is reset then that comes to an end")
    void givenAStorageThatClaimsEverythingThenItEnds() throws TeeException {
        storage.claimEverythingExists(true);
        TestClient client = TestClient.start(environment);
        client.reset();
        storage.claimEverythingExists(false);
        assertEquals(Map.of(), TestClient.start(environment).list());
    }

    static Stream<Arguments> losses() {
        return Stream.of(Trouble.values())
                .flatMap(trouble -> Stream.of(
                        Arguments.of(trouble, MemoryFileStorage.Unforced.LOST, false),
                        Arguments.of(trouble, MemoryFileStorage.Unforced.TORN, true)));
    }

    @ParameterizedTest
    @MethodSource("losses")
    @DisplayName("given a loss of power at any step of a reset then there is the store as it was, or an empty one")
    void whenPowerGoesThereIsTheOldStoreOrAnEmptyOne(
            Trouble trouble, MemoryFileStorage.Unforced fate, boolean takesPlace) throws TeeException {
        trouble.happenTo(environment, storage);
        storage.losePower(MemoryFileStorage.Unforced.KEPT, 0);
        Map<String, byte[]> files = storage.snapshot();
        Map<String, Long> counters = Map.copyOf(environment.counters());
        int deciding = stepThatDecides();
        boolean completed = false;
        // The requests before this one only read.
        for (int step = Math.max(1, deciding - 3); !completed; step++) {
            restore(files, counters);
            completed = resetUntilPowerLoss(step, takesPlace);
            storage.losePower(fate, step);
            String when = "step " + step + ", the deciding one is " + deciding;
            boolean anew = step > deciding || step == deciding && takesPlace;
            TestClient client = TestClient.start(environment);
            assertEquals(anew ? 0 : trouble.error(), verdict(client), when);
            if (anew) {
                assertEquals(Map.of(), client.list(), when);
            } else if (trouble == Trouble.NONE) {
                assertEquals(OBJECTS, client.list().size(), when);
                assertArrayEquals(Contents.random(7, 70), client.unseal(name(7)));
            }
            if (!anew) {
                client.reset();
            }
            assertGoesOn(client);
            assertEquals(Set.of(), storage.segments(), when);
        }
    }

    private int stepThatDecides() throws TeeException {
        Map<String, byte[]> files = storage.snapshot();
        Map<String, Long> counters = Map.copyOf(environment.counters());
        environment.losePowerAt(Integer.MAX_VALUE, false);
        TestClient.start(environment).reset();
        int deciding = environment.lastAdvance();
        restore(files, counters);
        return deciding;
    }

    private void restore(Map<String, byte[]> files, Map<String, Long> counters) {
        storage.restore(files);
        storage.losePower(MemoryFileStorage.Unforced.KEPT, 0);
        environment.counters().clear();
        environment.counters().putAll(counters);
    }

    private boolean resetUntilPowerLoss(int step, boolean takesPlace) throws TeeException {
        environment.losePowerAt(step, takesPlace);
        try {
            TestClient.start(environment).reset();
            return true;
        } catch (FakeEnvironment.PowerLoss e) {
            return false;
        } finally {
            environment.restorePower();
        }
    }

    /** The error of all operations, 0 for none. */
    private static int verdict(TestClient client) {
        try {
            client.list();
            return 0;
        } catch (TeeException e) {
            return e.result().code();
        }
    }

    private void assertGoesOn(TestClient client) throws TeeException {
        client.seal("x", NEW);
        assertArrayEquals(NEW, TestClient.start(environment).unseal("x"));
        client.remove("x");
        client.seal("y", NEW);
        client.remove("y");
    }
}
