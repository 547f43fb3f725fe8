// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ermine.tee.TeeException;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The normal world's storage fails: the failure is reported as what it is, and the store stays as it was. */
@Timeout(60)
class StorageFailureTest {

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final TestClient client = TestClient.start(environment);
    private final byte[] content = Contents.random(1, 100);

    @BeforeEach
    void sealAnObject() throws TeeException {
        client.seal("x", content);
    }

    @ParameterizedTest
    @CsvSource({
        "28, 19", "-28, 19", "122, 19", "30, 20", "-30, 20", "13, 21", "1, 21", "-1, 23", "5, 23", "-5, 23", "99, 23"
    })
    void anErrorOfAWriteIsReportedWhateverItsSign(int errno, int expected) throws TeeException {
        storage.failWrites(errno);
        assertEquals(expected, Failures.codeOf(() -> client.seal("x", new byte[200])));
        assertEquals(expected, Failures.codeOf(() -> client.seal("y", new byte[0])));
        assertEquals(expected, Failures.codeOf(() -> client.remove("x")));
        assertArrayEquals(content, client.unseal("x"), "unsealing needs no write");
        storage.failWrites(0);
        client.seal("y", new byte[1]);
        assertArrayEquals(content, client.unseal("x"));
        assertEquals(
                2 + 1,
                storage.segments().size(),
                () -> "left behind: " + storage.files().keySet());
    }

    @Test
    void whenTheIndexCannotBeWrittenTheObjectIsNotThereAndItsChunksGo() throws TeeException {
        TrustedObject writer = client.create("y");
        TestClient.write(writer, new byte[10 * TestClient.CHUNK_SIZE + 1]);
        storage.failWrites(28);
        assertEquals(SealedStorageProtocol.ERROR_STORAGE_FULL, Failures.codeOf(() -> TestClient.commit(writer)));
        storage.failWrites(0);
        writer.released();
        assertEquals(SealedStorageProtocol.ERROR_NOT_FOUND, Failures.codeOf(() -> client.unseal("y")));
        client.seal("x", content);
        assertEquals(
                2,
                storage.segments().size(),
                () -> "left behind: " + storage.files().keySet());
    }

    @Test
    void withoutAHandlerEveryOperationSaysSoAndWorksOnceItIsBack() throws TeeException {
        TrustedObject reader = client.open("x");
        TrustedObject writer = client.create("y");
        storage.deployed(false);
        int expected = SealedStorageProtocol.ERROR_STORAGE_UNAVAILABLE;
        assertEquals(expected, Failures.codeOf(() -> client.seal("x", content)));
        assertEquals(expected, Failures.codeOf(() -> client.unseal("x")));
        assertEquals(1, client.list().size(), "what is known needs no handler");
        assertEquals(
                expected, Failures.codeOf(() -> TestClient.start(environment).list()));
        assertEquals(expected, Failures.codeOf(() -> client.remove("x")));
        assertEquals(expected, Failures.codeOf(() -> TestClient.readAll(reader)));
        assertEquals(expected, Failures.codeOf(() -> TestClient.commit(writer)));
        storage.deployed(true);
        assertArrayEquals(content, TestClient.readAll(reader));
        reader.released();
        writer.released();
        client.seal("y", content);
        assertArrayEquals(content, client.unseal("y"));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 30})
    void filesThatCannotBeRemovedDoNotDisturbAndGoLater(int errno) throws TeeException {
        storage.failRemovals(errno);
        byte[] latest = Contents.random(2, 50);
        client.seal("x", latest);
        assertArrayEquals(latest, client.unseal("x"));
        assertArrayEquals(latest, TestClient.start(environment).unseal("x"));
        storage.failRemovals(0);
        TestClient.start(environment).seal("y", new byte[0]);
        assertEquals(
                1 + 1,
                storage.segments().size(),
                () -> "left behind: " + storage.files().keySet());
    }

    @Test
    void whenWhatWasWrittenCannotBeForcedSealingFailsAndItsFilesGo() throws TeeException {
        storage.failBarriers(5);
        byte[] severalSegments = Contents.random(2, 6 * TestClient.CHUNK_SIZE);
        assertEquals(SealedStorageProtocol.ERROR_STORAGE_FAILED, Failures.codeOf(() -> client.seal("y", content)));
        assertEquals(
                SealedStorageProtocol.ERROR_STORAGE_FAILED, Failures.codeOf(() -> client.seal("x", severalSegments)));
        assertArrayEquals(content, client.unseal("x"));
        storage.failBarriers(0);
        client.seal("y", severalSegments);
        assertArrayEquals(content, client.unseal("x"));
        assertArrayEquals(severalSegments, client.unseal("y"));
        assertEquals(
                2 + 3,
                storage.segments().size(),
                () -> "left behind: " + storage.files().keySet());
    }

    @Test
    void segmentsAreRemovedEvenIfNoneCanBeForced() throws TeeException {
        TrustedObject writer = client.create("y");
        TestClient.write(writer, new byte[7 * TestClient.CHUNK_SIZE]);
        storage.failBarriers(5);
        writer.invoke(SealedStorageProtocol.WRITER_ABORT, new DirectArguments());
        assertEquals(
                2,
                storage.segments().size(),
                () -> "left behind: " + storage.files().keySet());
    }

    @Test
    void anIndexThatIsLongerThanItsSuccessorButOneAndCouldNotBeRemovedDoesNotDisturb() throws TeeException {
        client.seal("an object with a long name", content);
        storage.failRemovals(5);
        client.remove("an object with a long name");
        storage.failRemovals(0);
        client.seal("y", content);
        assertArrayEquals(content, TestClient.start(environment).unseal("x"));
        assertArrayEquals(content, TestClient.start(environment).unseal("y"));
    }

    @Test
    void moreObjectsThanTheIndexHoldsAreRefusedAndTheOthersStay() throws TeeException {
        int most = 100;
        TestClient client = TestClient.start(environment, most);
        String name = "n".repeat(250);
        for (int i = 1; i < most; i++) {
            client.seal(name + i, new byte[0]);
        }
        assertEquals(
                SealedStorageProtocol.ERROR_TOO_MANY_OBJECTS,
                Failures.codeOf(() -> client.seal(name + most, new byte[0])));
        assertEquals(most, client.list(64 * 1024).size());
        client.remove(name + 7);
        client.seal("one more", content);
        assertArrayEquals(content, client.unseal("one more"));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 512_001, Integer.MAX_VALUE})
    void anAnswerThatClaimsMoreDataThanWasAskedForIsRefused(int count) {
        storage.claimCount(count);
        assertEquals(SealedStorageProtocol.ERROR_STORAGE_FAILED, Failures.codeOf(() -> client.unseal("x")));
    }

    @Test
    void aStorageThatClaimsToHaveEveryFileIsNotSearchedForEver() throws TeeException {
        storage.claimEverythingExists(true);
        assertEquals(
                SealedStorageProtocol.ERROR_STORAGE_FAILED,
                Failures.codeOf(() -> TestClient.start(environment).seal("y", content)));
        storage.claimEverythingExists(false);
        client.seal("y", content);
        assertArrayEquals(content, client.unseal("y"));
    }
}
