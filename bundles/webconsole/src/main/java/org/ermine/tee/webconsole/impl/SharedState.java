// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.webconsole.impl;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The state that all browsers are shown: taken anew when one asks and it is older than a quarter of a second, whatever
 * the number of browsers, and not at all while nobody asks. Whoever asks while it is being taken is answered with the
 * one before, so that a snapshot that takes its time holds up one thread only.
 *
 * <p>{@code lock} is held by the one who takes the snapshot. {@code last} is written by its holder, and read by all.
 */
final class SharedState {

    static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Supplier<byte[]> snapshot;
    private final LongSupplier nanoTime;
    private final long waitMillis;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Taken last;

    private record Taken(Document document, long at) {}

    /**
     * @param nanoTime the time, as {@link System#nanoTime} tells it
     * @param waitMillis how long the first ones wait for a snapshot that somebody else takes
     */
    SharedState(Supplier<byte[]> snapshot, LongSupplier nanoTime, long waitMillis) {
        this.snapshot = snapshot;
        this.nanoTime = nanoTime;
        this.waitMillis = waitMillis;
    }

    /** The state as bytes; empty if there is none yet and it does not come in time. */
    Optional<Document> document() throws InterruptedException {
        Taken before = last;
        if (isFresh(before)) {
            return Optional.of(before.document);
        }
        if (!lock.tryLock(before == null ? waitMillis : 0, TimeUnit.MILLISECONDS)) {
            return Optional.ofNullable(last).map(Taken::document);
        }
        try {
            if (!isFresh(last)) {
                last = take(last);
            }
            return Optional.of(last.document);
        } finally {
            lock.unlock();
        }
    }

    private boolean isFresh(Taken taken) {
        return taken != null && nanoTime.getAsLong() - taken.at < PERIOD_NANOS;
    }

    private Taken take(Taken before) {
        long now = nanoTime.getAsLong();
        byte[] json = snapshot.get();
        Document document = before == null ? Document.of(Page.JSON, json) : before.document.with(json);
        return new Taken(document, now);
    }
}
