// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.limit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * Counts the memory that was taken from the JVM against the limit. Changes only when memory is allocated or dropped,
 * not when pooled buffers come and go. Thread safe, without locks.
 *
 * <p>Dropped memory no longer counts, even where the JVM frees it not before its next garbage collection.
 */
public final class MemoryBudget {

    /** Raised only while it stays within the limit; above it only after the limit was lowered. */
    private final AtomicLong committed = new AtomicLong();

    private final AtomicLong refused = new AtomicLong();
    private final LongAccumulator peak = new LongAccumulator(Math::max, 0);
    private volatile long limit;

    public MemoryBudget(long limit) {
        this.limit = limit;
    }

    /** @return false if that would exceed the limit */
    public boolean reserve(long bytes) {
        long before;
        do {
            before = committed.get();
            if (bytes > limit - before) {
                return false;
            }
        } while (!committed.compareAndSet(before, before + bytes));
        return true;
    }

    public void giveBack(long bytes) {
        committed.addAndGet(-bytes);
    }

    /** How much has to be given back before {@code bytes} can be reserved. */
    public long shortage(long bytes) {
        return bytes - (limit - committed.get());
    }

    public void refuse() {
        refused.incrementAndGet();
    }

    /** Notes what is in use, for the {@link #peak}. */
    public void used(long bytes) {
        peak.accumulate(bytes);
    }

    public void limit(long bytes) {
        limit = bytes;
    }

    public long limit() {
        return limit;
    }

    public long committed() {
        return committed.get();
    }

    public long peak() {
        return peak.get();
    }

    public long refused() {
        return refused.get();
    }
}
