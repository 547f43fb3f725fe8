// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import java.util.concurrent.Semaphore;
import org.ermine.tee.TeeException;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.failure.Interrupts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the TA fetch the pieces of an object from the second one on, by a thread of its own, while those before them are
 * read. It only saves time: without it the TA fetches a piece when it is read. So a failure here needs no answer:
 * whoever reads that piece fails, too. The pieces are read by one thread, in their order.
 */
final class FetchAhead implements AutoCloseable {

    /** The TA keeps two pieces: one is read, one waits for that or is readable. */
    private static final int AHEAD = 1;

    private static final Logger LOG = LoggerFactory.getLogger(FetchAhead.class);

    private final ObjectSource source;
    private final Semaphore room = new Semaphore(AHEAD);
    /** Has a permit for each piece that can be read; for the first one that nothing is waited for. */
    private final Semaphore readable = new Semaphore(1);
    /** Whether no further piece will be fetched; set before the last permit of {@link #readable} is given. */
    private volatile boolean ended;
    /** Null if there is one piece at most. */
    private final Assistant fetching;

    private FetchAhead(ObjectSource source) {
        this.source = source;
        fetching = source.size() > source.transferSize() ? Assistant.start(this::fetchAll) : null;
    }

    static FetchAhead start(ObjectSource source) {
        return new FetchAhead(source);
    }

    private void fetchAll() {
        try {
            for (long offset = source.transferSize(); offset < source.size(); offset += source.transferSize()) {
                room.acquire();
                source.fetch(offset);
                readable.release();
            }
        } catch (InterruptedException e) {
            // Closed.
            Thread.currentThread().interrupt();
        } catch (TeeException e) {
            LOG.debug("The rest is fetched without a thread of its own, or fails: {}", e.getMessage());
        } finally {
            ended = true;
            readable.release();
        }
    }

    /** Waits until the next piece was fetched, or will not be. */
    void await() throws SealedStorageException {
        try {
            readable.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Interrupts.interrupted(e);
        }
        if (ended) {
            readable.release();
        }
    }

    /** A piece was read: there is room for another one. */
    void read() {
        room.release();
    }

    @Override
    public void close() {
        if (fetching != null) {
            fetching.close();
        }
    }
}
