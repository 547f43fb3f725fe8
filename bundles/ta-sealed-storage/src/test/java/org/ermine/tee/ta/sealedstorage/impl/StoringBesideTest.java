// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One thread has chunks sealed while another has them stored. */
@Timeout(60)
class StoringBesideTest {

    private static final int DATA_WRITE = 5;
    private static final int CHUNK = TestClient.CHUNK_SIZE;
    private static final byte[] OLD = Contents.random(1, 3 * CHUNK);
    private static final byte[] NEW = Contents.random(2, 9 * CHUNK + 1);

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final GatedStorage gated = new GatedStorage();
    private final FakeEnvironment environment = new FakeEnvironment("device", gated);
    private final TestClient client = TestClient.start(environment);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private TrustedObject writer;
    private int filesOfOld;

    /** Lets a test hold a chunk on its way to the storage. */
    private final class GatedStorage implements FakeEnvironment.FileHandler {

        private volatile CountDownLatch arrived = new CountDownLatch(0);
        private volatile CountDownLatch gate = new CountDownLatch(0);

        /** The next chunk waits until the gate is opened. */
        void close() {
            arrived = new CountDownLatch(1);
            gate = new CountDownLatch(1);
        }

        void awaitArrival() throws InterruptedException {
            assertTrue(arrived.await(30, TimeUnit.SECONDS), "no chunk was stored");
        }

        void open() {
            gate.countDown();
        }

        @Override
        public void handle(ByteBuffer message) throws TeeException {
            if (message.getInt(0) == DATA_WRITE) {
                arrived.countDown();
                pass();
            }
            storage.handle(message);
        }

        private void pass() {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts the storing thread", e);
            }
        }
    }

    @BeforeEach
    void replaceAnObject() throws TeeException {
        client.seal("x", OLD);
        filesOfOld = storage.segments().size();
        writer = client.create("x");
    }

    @AfterEach
    void endThreads() throws InterruptedException {
        gated.open();
        threads.shutdown();
        assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS), "a thread hangs");
        assertTrue(storage.appendsOnly(), "chunks were stored out of their order");
    }

    private static byte[] piece(int number) {
        return Arrays.copyOfRange(NEW, number * CHUNK, Math.min((number + 1) * CHUNK, NEW.length));
    }

    private void write(int from, int to) throws TeeException {
        for (int number = from; number < to; number++) {
            TestClient.write(writer, piece(number));
        }
    }

    /** Chunk 0 is on its way to the storage, held by the gate; chunk 1 is being filled. */
    private Future<?> holdFirstChunk() throws Exception {
        write(0, 2);
        gated.close();
        Future<?> storing = inAThread(() -> TestClient.store(writer));
        gated.awaitArrival();
        return storing;
    }

    private interface Step {
        void run() throws TeeException;
    }

    private Future<?> inAThread(Step step) {
        return threads.submit((Callable<Void>) () -> {
            step.run();
            return null;
        });
    }

    private void assertOldIsLeftAlone() throws TeeException {
        assertArrayEquals(OLD, client.unseal("x"));
        assertEquals(
                filesOfOld,
                storage.segments().size(),
                () -> "left behind: " + storage.files().keySet());
    }

    @Test
    void whileAChunkIsStoredFurtherOnesAreSealedAndAllOfThemAreStoredInOrder() throws Exception {
        Future<?> storing = holdFirstChunk();
        write(2, 3);
        assertFalse(storing.isDone());
        gated.open();
        storing.get();
        write(3, 10);
        TestClient.commit(writer);
        assertArrayEquals(NEW, client.unseal("x"));
    }

    @Test
    void whenThereIsNoRoomAWriteWaitsUntilTheChunkBeforeIsStored() throws Exception {
        Future<?> storing = holdFirstChunk();
        write(2, 3);
        CountDownLatch written = new CountDownLatch(1);
        Future<?> writing = inAThread(() -> {
            write(3, 10);
            written.countDown();
        });
        assertFalse(written.await(50, TimeUnit.MILLISECONDS), "more is sealed than there are messages for");
        gated.open();
        writing.get();
        storing.get();
        TestClient.commit(writer);
        assertArrayEquals(NEW, client.unseal("x"));
    }

    @Test
    void aCommitWaitsForTheChunkThatIsBeingStored() throws Exception {
        Future<?> storing = holdFirstChunk();
        Future<?> committing = inAThread(() -> TestClient.commit(writer));
        gated.open();
        committing.get();
        storing.get();
        assertArrayEquals(Arrays.copyOf(NEW, 2 * CHUNK), client.unseal("x"));
    }

    @Test
    void anAbortWaitsForTheChunkThatIsBeingStoredAndNothingIsLeftOfIt() throws Exception {
        Future<?> storing = holdFirstChunk();
        Future<?> aborting = inAThread(() -> TestClient.abort(writer));
        gated.open();
        aborting.get();
        storing.get();
        assertOldIsLeftAlone();
    }

    @Test
    void aChunkThatCannotBeStoredFailsAllThatFollowsWithTheSameErrorAndTheOldObjectStays() throws Exception {
        Future<?> storing = holdFirstChunk();
        write(2, 3);
        storage.failWrites(28);
        gated.open();
        int expected = SealedStorageProtocol.ERROR_STORAGE_FULL;
        assertEquals(expected, codeOf(storing));
        storage.failWrites(0);
        assertEquals(expected, Failures.codeOf(() -> write(3, 4)));
        assertEquals(expected, Failures.codeOf(() -> TestClient.store(writer)));
        assertEquals(expected, Failures.codeOf(() -> TestClient.commit(writer)));
        TestClient.abort(writer);
        assertOldIsLeftAlone();
    }

    @Test
    void aChunkThatCannotBeStoredFailsAWriteThatWaitsForIt() throws Exception {
        Future<?> storing = holdFirstChunk();
        write(2, 3);
        Future<?> writing = inAThread(() -> write(3, 10));
        storage.failWrites(5);
        gated.open();
        assertEquals(SealedStorageProtocol.ERROR_STORAGE_FAILED, codeOf(storing));
        assertEquals(SealedStorageProtocol.ERROR_STORAGE_FAILED, codeOf(writing));
        TestClient.abort(writer);
        assertOldIsLeftAlone();
    }

    @Test
    void aThreadThatIsInterruptedWhileItWaitsGivesTheWriterUp() throws Exception {
        Future<?> storing = holdFirstChunk();
        write(2, 3);
        Thread.currentThread().interrupt();
        assertEquals(SealedStorageProtocol.ERROR_BUSY, Failures.codeOf(() -> write(3, 4)));
        assertTrue(Thread.interrupted(), "the interrupt is kept");
        gated.open();
        storing.get();
        assertEquals(SealedStorageProtocol.ERROR_CLOSED, Failures.codeOf(() -> TestClient.commit(writer)));
        TestClient.abort(writer);
        assertOldIsLeftAlone();
    }

    @Test
    void aWriterThatIsReleasedWithSealedChunksLeavesNothingBehind() throws Exception {
        write(0, 3);
        TestClient.store(writer);
        write(3, 5);
        writer.released();
        client.seal("y", OLD);
        client.remove("y");
        assertOldIsLeftAlone();
    }

    @Test
    void afterACommitThereIsNothingToStore() throws Exception {
        write(0, 10);
        TestClient.commit(writer);
        assertEquals(SealedStorageProtocol.ERROR_CLOSED, Failures.codeOf(() -> TestClient.store(writer)));
        assertArrayEquals(NEW, client.unseal("x"));
    }

    @Test
    void howeverManyThreadsStoreEachChunkIsStoredOnceAndInOrder() throws Exception {
        for (int round = 0; round < 200; round++) {
            AtomicBoolean committed = new AtomicBoolean();
            TrustedObject present = writer;
            List<Future<?>> storing = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                storing.add(inAThread(() -> storeUntil(committed, present)));
            }
            write(0, 10);
            committed.set(true);
            for (Future<?> one : storing) {
                one.get();
            }
            TestClient.commit(writer);
            assertArrayEquals(NEW, client.unseal("x"), "round " + round);
            writer = client.create("x");
        }
        TestClient.abort(writer);
    }

    private static void storeUntil(AtomicBoolean end, TrustedObject writer) throws TeeException {
        while (!end.get()) {
            TestClient.store(writer);
        }
    }

    private static int codeOf(Future<?> failed) {
        ExecutionException failure = assertThrows(ExecutionException.class, failed::get);
        return ((TeeException) failure.getCause()).result().code();
    }
}
