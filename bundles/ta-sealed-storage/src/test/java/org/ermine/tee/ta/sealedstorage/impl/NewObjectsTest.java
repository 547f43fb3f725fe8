// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects that are created only where there is none, and how one finds out whether there is. */
@Timeout(60)
class NewObjectsTest {

    private static final int WRITERS = 8;
    private static final int ROUNDS = 20;

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final TestClient client = TestClient.start(new FakeEnvironment("device", storage));

    private static TrustedObject written(TrustedObject writer, byte[] content) throws TeeException {
        TestClient.write(writer, content);
        return writer;
    }

    @Test
    void givenObjectsThenEachIsFoundByItsNameAlone() throws TeeException {
        client.seal("a", new byte[7]);
        client.seal("ab", new byte[0]);
        assertEquals(7, client.find("a"));
        assertEquals(0, client.find("ab"));
        assertEquals(SealedStorageProtocol.ERROR_NOT_FOUND, Failures.codeOf(() -> client.find("b")));
        assertEquals(SealedStorageProtocol.ERROR_INVALID_NAME, Failures.codeOf(() -> client.find("")));
    }

    @Test
    void givenAnObjectWhenANewOneIsToHaveItsNameThenThatIsRefusedAtOnce() throws TeeException {
        client.seal("x", new byte[] {1});
        assertEquals(SealedStorageProtocol.ERROR_EXISTS, Failures.codeOf(() -> client.createNew("x")));
        client.remove("x");
        TestClient.commit(written(client.createNew("x"), new byte[] {2}));
        assertArrayEquals(new byte[] {2}, client.unseal("x"));
    }

    @Test
    void givenTwoWritersOfANewObjectWhenBothCommitThenTheFirstOneWinsAndNothingOfTheOtherIsLeft() throws TeeException {
        TrustedObject first = written(client.createNew("x"), new byte[] {1});
        TrustedObject second = written(client.createNew("x"), new byte[] {2});
        TestClient.commit(second);
        assertEquals(SealedStorageProtocol.ERROR_EXISTS, Failures.codeOf(() -> TestClient.commit(first)));
        TestClient.abort(first);
        assertArrayEquals(new byte[] {2}, client.unseal("x"));
        assertEquals(1, storage.segments().size());
    }

    @Test
    void givenAWriterOfANewObjectWhenAnotherOneReplacesThenThatOneSucceedsWheneverItCommits() throws TeeException {
        TrustedObject replacing = written(client.create("x"), new byte[] {1});
        TestClient.commit(written(client.createNew("x"), new byte[] {2}));
        TestClient.commit(replacing);
        assertArrayEquals(new byte[] {1}, client.unseal("x"));
    }

    @Test
    void givenManyWritersOfANewObjectAtOnceThenOneOfThemSucceeds() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                assertEquals(1, committed(threads, "x" + round), "round " + round);
            }
            assertEquals(ROUNDS, client.list().size());
        } finally {
            threads.shutdownNow();
        }
    }

    /** How many of all writers commit. */
    private int committed(ExecutorService threads, String name) throws Exception {
        CyclicBarrier together = new CyclicBarrier(WRITERS);
        List<Future<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            byte[] content = {(byte) i};
            TrustedObject writer = written(client.createNew(name), content);
            all.add(threads.submit(() -> {
                together.await();
                return commits(writer);
            }));
        }
        int committed = 0;
        for (Future<Boolean> each : all) {
            committed += each.get() ? 1 : 0;
        }
        assertEquals(1L, client.find(name));
        return committed;
    }

    private static boolean commits(TrustedObject writer) throws TeeException {
        try {
            TestClient.commit(writer);
            return true;
        } catch (TeeException e) {
            assertEquals(SealedStorageProtocol.ERROR_EXISTS, e.result().code(), e.getMessage());
            TestClient.abort(writer);
            return false;
        }
    }
}
