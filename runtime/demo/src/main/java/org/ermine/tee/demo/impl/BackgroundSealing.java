// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.demo.impl.Steps.UnexpectedException;
import org.ermine.tee.sealed.SealedStorage;

/** A file that is being sealed by a thread of its own. */
final class BackgroundSealing {

    private static final long LIMIT_SECONDS = 120;

    private final CountDownLatch quarter = new CountDownLatch(1);
    private final AtomicLong done = new AtomicLong();
    private final FutureTask<?> task;

    private BackgroundSealing(SealedStorage storage, Sample sample) {
        task = new FutureTask<>(() -> {
            try {
                return storage.seal(sample.name(), sample.file(), this::progress);
            } finally {
                quarter.countDown();
            }
        });
    }

    static BackgroundSealing start(SealedStorage storage, Sample sample) {
        BackgroundSealing sealing = new BackgroundSealing(storage, sample);
        Thread thread = new Thread(sealing.task, "demo-sealing");
        thread.setDaemon(true);
        thread.start();
        return sealing;
    }

    /** Waits until a quarter is sealed, and returns how many bytes are. */
    long awaitQuarter() throws InterruptedException, UnexpectedException {
        if (!quarter.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new UnexpectedException("only " + done + " bytes were sealed within " + LIMIT_SECONDS + " s");
        }
        return done();
    }

    /** Bytes sealed so far. */
    long done() {
        return done.get();
    }

    /** Waits until all is sealed. */
    void await() throws Exception {
        task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private void progress(long bytes, long total) {
        done.set(bytes);
        if (bytes >= total / 4) {
            quarter.countDown();
        }
    }
}
