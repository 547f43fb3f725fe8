// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.ermine.tee.ArgumentAccess;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.fakes.FakeTeeObject;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.failure.FailureDetails;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.protocol.NamedObject;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread that has pieces fetched only saves time: nobody depends on it, and it does not outlast the reading. */
@Timeout(60)
class ReadAheadTest {

    private static final int TRANSFER = 16;
    private static final byte[] CONTENT = new byte[5 * TRANSFER + 1];

    static {
        for (int i = 0; i < CONTENT.length; i++) {
            CONTENT[i] = (byte) i;
        }
    }

    private final CompletableFuture<Thread> fetching = new CompletableFuture<>();
    private final ByteArrayOutputStream copied = new ByteArrayOutputStream();

    private void copy(Fetch fetch, int size) throws SealedStorageException {
        ReadAhead.<SealedStorageException>copy(source(fetch, size), (data, count) -> copied.write(data, 0, count));
    }

    @Test
    @DisplayName("given an object of several pieces when it is copied then each but the first is fetched ahead, once")
    void fetchedAhead() throws Exception {
        ByteBuffer fetched = ByteBuffer.allocate(100);
        copy(offset -> fetched.put((byte) offset), CONTENT.length);

        assertArrayEquals(CONTENT, copied.toByteArray());
        assertEquals(ByteBuffer.wrap(new byte[] {16, 32, 48, 64, 80}), fetched.flip());
        assertFalse(fetching.get().isAlive());
    }

    @Test
    @DisplayName("given an object of one piece when it is copied then there is no second thread")
    void oneThread() throws Exception {
        copy(offset -> {}, TRANSFER);

        assertEquals(TRANSFER, copied.size());
        assertFalse(fetching.isDone());
    }

    @Test
    @DisplayName("given an application that fetches nothing ahead when an object is copied then all of it is read")
    void withoutFetching() throws Exception {
        copy(
                offset -> {
                    throw new TeeException(TeeResult.INVALID, "a reader has no operation 3");
                },
                CONTENT.length);

        assertArrayEquals(CONTENT, copied.toByteArray());
    }

    @Test
    @DisplayName("ERM-23: given no memory to fetch when an object is copied then all of it is read")
    void withoutMemory() throws Exception {
        copy(
                offset -> {
                    throw new OutOfMemoryError("none, as the test wants it");
                },
                CONTENT.length);

        assertArrayEquals(CONTENT, copied.toByteArray());
    }

    @Test
    @DisplayName("given a piece that is not fetched when the reading thread is interrupted then both threads end")
    void interrupted() throws Exception {
        Thread reader = Thread.currentThread();
        SealedStorageException thrown = assertThrows(
                SealedStorageException.class,
                () -> copy(
                        offset -> {
                            reader.interrupt();
                            awaitInterrupt();
                        },
                        CONTENT.length));

        assertEquals(Reason.INTERRUPTED, thrown.reason());
        assertTrue(Thread.interrupted());
        assertFalse(fetching.get().isAlive());
    }

    private static void awaitInterrupt() throws TeeException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TeeException(TeeResult.ABORT, "interrupted");
        }
    }

    /** What the TA does when a piece is to be fetched. */
    private interface Fetch {
        void fetch(long offset) throws TeeException;
    }

    private ObjectSource source(Fetch fetch, int size) {
        TeeObject reader = new Reader(fetch);
        Place place = new Place() {
            @Override
            public String largest() {
                return "";
            }

            @Override
            public void close() {}
        };
        FailureDetails details = new FailureDetails(reader, new RepeatLog(line -> {}));
        return new ObjectSource(reader, new NamedObject("", "x"), size, TRANSFER, place, details);
    }

    /** A TA's reader of the content. */
    private final class Reader extends FakeTeeObject {

        private final Fetch fetch;

        private Reader(Fetch fetch) {
            this.fetch = fetch;
        }

        @Override
        public void invoke(int op, Arguments arguments) throws TeeException {
            long offset = ArgumentAccess.byteBuffer(arguments, 0).getLong(0);
            if (op == SealedStorageProtocol.READER_FETCH) {
                fetching.complete(Thread.currentThread());
                fetch.fetch(offset);
                return;
            }
            int count = ArgumentAccess.capacity(arguments, 1);
            System.arraycopy(
                    CONTENT,
                    (int) offset,
                    ArgumentAccess.array(arguments, 1),
                    ArgumentAccess.offset(arguments, 1),
                    count);
            ArgumentAccess.written(arguments, 1, count);
        }
    }
}
