// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeObject;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.failure.FailureDetails;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.protocol.NamedObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of the threads that read when memory runs out. */
@Timeout(60)
class ReadAheadTest {

    private static final int TRANSFER = 16;
    private static final int LANES = 2;

    private final CompletableFuture<Thread> reading = new CompletableFuture<>();

    @Test
    @DisplayName("ERM-23: given no memory for the second of the threads that read, then the first one is ended")
    void noLaneIsLeft() throws Exception {
        ObjectSource source = source(ReadAheadTest::awaitInterrupt);
        OutOfMemoryError none = new OutOfMemoryError("none");

        Throwable thrown = assertThrows(
                OutOfMemoryError.class,
                () -> ReadAhead.start(LANES, number -> {
                    if (number > 0) {
                        reading.join();
                        throw none;
                    }
                    return new Lane(source, number, LANES);
                }));

        assertEquals(none, thrown);
        assertFalse(reading.get().isAlive());
    }

    @Test
    @DisplayName("ERM-23: given no memory to say why reading failed, then the thread that waits for content is told")
    void nobodyWaitsForWhatDoesNotCome() {
        ObjectSource source = source(() -> {
            throw new Unexplained();
        });

        SealedStorageException thrown =
                assertThrows(SealedStorageException.class, () -> ReadAhead.copy(source, (data, count) -> {}));

        assertEquals(Reason.FAILED, thrown.reason());
    }

    /** No memory is left to say what it is. */
    private static final class Unexplained extends Error {

        private static final long serialVersionUID = 1;

        @Override
        public String toString() {
            throw new OutOfMemoryError("none");
        }
    }

    private static void awaitInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private ObjectSource source(Runnable whenRead) {
        TeeObject reader = new Reader(whenRead);
        Place place = new Place() {
            @Override
            public String largest() {
                return "";
            }

            @Override
            public void close() {}
        };
        FailureDetails details = new FailureDetails(reader, new RepeatLog(line -> {}));
        return new ObjectSource(reader, new NamedObject("", "x"), 2 * TRANSFER, TRANSFER, place, details);
    }

    /** A TA's reader that answers nothing. */
    private final class Reader implements TeeObject {

        private final Runnable whenRead;

        private Reader(Runnable whenRead) {
            this.whenRead = whenRead;
        }

        @Override
        public void invoke(int op, Arguments arguments) {
            reading.complete(Thread.currentThread());
            whenRead.run();
        }

        @Override
        public void invoke(int op, Arguments arguments, Duration timeout) {
            invoke(op, arguments);
        }

        @Override
        public TeeObject duplicate() {
            return this;
        }

        @Override
        public long id() {
            return 1;
        }

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public void close() {}
    }
}
