// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two threads read chunks of one reader at a time. */
@Timeout(60)
class ReadingBesideTest {

    private static final int DATA_READ = 4;
    private static final int CHUNK = TestClient.CHUNK_SIZE;
    private static final byte[] CONTENT = Contents.random(1, 3 * CHUNK + 1);

    private final MemoryFileStorage storage = new MemoryFileStorage();
    private final CountDownLatch gate = new CountDownLatch(1);
    private volatile CountDownLatch arrivals = new CountDownLatch(0);
    private final FakeEnvironment environment = new FakeEnvironment("device", storage);
    private final TestClient client = TestClient.start(environment);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private TrustedObject reader;

    /** Once a test waits for arrivals, chunks wait for the gate. */
    private void hold(int command) {
        if (command == DATA_READ && arrivals.getCount() > 0) {
            arrivals.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts a reading thread", e);
            }
        }
    }

    @BeforeEach
    void openAnObject() throws TeeException {
        client.seal("x", CONTENT);
        reader = client.open("x");
        environment.whenRequested(this::hold);
    }

    @AfterEach
    void endThreads() throws InterruptedException {
        gate.countDown();
        threads.shutdown();
        assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS), "a thread hangs");
    }

    private byte[] chunk(int number) throws TeeException {
        return TestClient.read(reader, (long) number * CHUNK, CHUNK);
    }

    private static byte[] expected(int number) {
        return Arrays.copyOfRange(CONTENT, number * CHUNK, Math.min((number + 1) * CHUNK, CONTENT.length));
    }

    /** Two threads are on their way to chunks 0 and 1. */
    private Future<?>[] holdTwo() throws InterruptedException {
        arrivals = new CountDownLatch(2);
        Future<?>[] held = {threads.submit(reading(0)), threads.submit(reading(1))};
        assertTrue(arrivals.await(30, TimeUnit.SECONDS), "two chunks are not asked for at a time");
        return held;
    }

    private Callable<Void> reading(int number) {
        return () -> {
            assertArrayEquals(expected(number), chunk(number));
            return null;
        };
    }

    @Test
    void givenTwoThreadsThatReadWhenBothAreServedThenEachHasItsChunkAndAThirdIsBusyMeanwhile() throws Exception {
        Future<?>[] held = holdTwo();

        assertEquals(SealedStorageProtocol.ERROR_BUSY, Failures.codeOf(() -> chunk(2)));
        gate.countDown();
        for (Future<?> each : held) {
            each.get(30, TimeUnit.SECONDS);
        }
        for (int number = 0; number < 4; number++) {
            assertArrayEquals(expected(number), chunk(number));
        }
    }

    @Test
    void givenTwoThreadsThatReadWhenTheReaderIsClosedThenTheyEndAndNothingIsReadAfterwards() throws Exception {
        Future<?>[] held = holdTwo();

        reader.invoke(SealedStorageProtocol.READER_CLOSE, new DirectArguments());
        assertEquals(SealedStorageProtocol.ERROR_CLOSED, Failures.codeOf(() -> chunk(2)));
        gate.countDown();
        for (Future<?> each : held) {
            each.get(30, TimeUnit.SECONDS);
        }
        assertEquals(SealedStorageProtocol.ERROR_CLOSED, Failures.codeOf(() -> chunk(0)));
    }

    @Test
    @DisplayName(
            "given two threads that read when the reader is closed and the object removed, then each has its chunk,"
                    + " and the files are removed afterwards")
    void whatIsReadIsNotRemoved() throws Exception {
        Future<?>[] held = holdTwo();

        reader.invoke(SealedStorageProtocol.READER_CLOSE, new DirectArguments());
        client.remove("x");
        client.seal("y", new byte[1]);
        assertTrue(isStored(), "nothing is removed that is read");
        gate.countDown();
        for (Future<?> each : held) {
            each.get(30, TimeUnit.SECONDS);
        }
        client.seal("z", new byte[1]);
        assertFalse(isStored(), "what nobody reads any more is removed");
    }

    private void fetch(long offset) throws TeeException {
        DirectArguments arguments = new DirectArguments()
                .in(ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, offset)
                        .array());
        reader.invoke(SealedStorageProtocol.READER_FETCH, arguments);
    }

    /** How often a chunk is asked for from now on. */
    private AtomicInteger asked() {
        AtomicInteger asked = new AtomicInteger();
        environment.whenRequested(command -> asked.addAndGet(command == DATA_READ ? 1 : 0));
        return asked;
    }

    @Test
    void givenChunksThatWereFetchedWhenTheyAreReadThenTheyAreNotAskedForAgain() throws Exception {
        AtomicInteger asked = asked();
        fetch(CHUNK);
        fetch(0);
        fetch(CHUNK + 1);
        assertEquals(2, asked.get());

        assertArrayEquals(expected(0), chunk(0));
        assertArrayEquals(expected(1), chunk(1));
        assertEquals(2, asked.get());
    }

    @Test
    @DisplayName(
            "given two chunks that wait to be read when a third is fetched then nothing is done, and all can be read")
    void noRoomToFetch() throws Exception {
        AtomicInteger asked = asked();
        fetch(0);
        fetch(CHUNK);
        fetch(2L * CHUNK);
        assertEquals(2, asked.get());

        assertArrayEquals(expected(3), chunk(3), "what is read has room");
        for (int number = 0; number < 4; number++) {
            assertArrayEquals(expected(number), chunk(number));
        }
    }

    @Test
    void givenChunksThatWereReadThenTheirPlacesAreThoseOfTheNextThatAreFetched() throws Exception {
        AtomicInteger asked = asked();
        fetch(CHUNK);
        for (int number = 0; number < 4; number++) {
            assertArrayEquals(expected(number), chunk(number));
            if (number < 2) {
                fetch((number + 2L) * CHUNK);
            }
        }
        assertEquals(4, asked.get());
    }

    @Test
    @DisplayName("given a chunk that is fetched while the one before it is open then that can be read on")
    void readOnBesideFetched() throws Exception {
        AtomicInteger asked = asked();
        assertArrayEquals(new byte[] {CONTENT[0]}, TestClient.read(reader, 0, 1));
        fetch(CHUNK);
        assertArrayEquals(new byte[] {CONTENT[1]}, TestClient.read(reader, 1, 1));
        assertArrayEquals(expected(1), chunk(1));
        assertEquals(2, asked.get());
    }

    @Test
    void givenNothingToFetchThenThatIsRefused() throws Exception {
        assertEquals(TeeResult.INVALID.code(), Failures.codeOf(() -> fetch(-1)));
        assertEquals(TeeResult.INVALID.code(), Failures.codeOf(() -> fetch(CONTENT.length + 1L)));
        assertEquals(
                TeeResult.SIZE_IN.code(),
                Failures.codeOf(() ->
                        reader.invoke(SealedStorageProtocol.READER_FETCH, new DirectArguments().in(new byte[4]))));
        reader.invoke(SealedStorageProtocol.READER_CLOSE, new DirectArguments());
        assertEquals(SealedStorageProtocol.ERROR_CLOSED, Failures.codeOf(() -> fetch(0)));
    }

    /** Whether there is the second segment of the object, of which no other object has one. */
    private boolean isStored() {
        return storage.files().keySet().stream().anyMatch(name -> name.endsWith(".00000001"));
    }
}
