// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

import java.util.concurrent.Semaphore;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the TA store what it sealed, by a thread of its own, while the next chunk is read and sealed. It only saves time:
 * without it the TA stores a chunk when the next one needs its place, and a chunk that cannot be stored fails the
 * writer's next operation whoever stored it. So a failure here needs no answer.
 */
final class StoreBehind implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StoreBehind.class);

    private final TeeObject writer;
    /** Has a permit when something was sealed. */
    private final Semaphore sealed = new Semaphore(0);

    private final Assistant storing;

    private StoreBehind(TeeObject writer) {
        this.writer = writer;
        storing = Assistant.start(this::storeAll);
    }

    static StoreBehind start(TeeObject writer) {
        return new StoreBehind(writer);
    }

    /** There may be a sealed chunk. */
    void sealed() {
        sealed.release();
    }

    private void storeAll() {
        try {
            Arguments none = new Arguments();
            while (true) {
                sealed.acquire();
                sealed.drainPermits();
                writer.invoke(SealedStorageProtocol.WRITER_STORE, none);
            }
        } catch (InterruptedException e) {
            // Closed.
            Thread.currentThread().interrupt();
        } catch (TeeException e) {
            LOG.debug("The rest is stored without a thread of its own, or fails: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        storing.close();
    }
}
