// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.device;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts across all devices: the ids of contexts, and the changes that {@code TeeRuntime} reports.
 *
 * <p>One thread may wait for changes. Only while it waits does counting cost more than an addition. No change is
 * missed: that thread makes itself known before it reads the count, and the others count before they look for it.
 */
public final class Counters {

    private final AtomicLong contextIds = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong serviceChanges = new AtomicLong();
    private volatile Thread waiting;

    long nextContextId() {
        return contextIds.incrementAndGet();
    }

    /** Counts that a device, a handler or another service came, went or changed. */
    public void changed() {
        serviceChanges.incrementAndGet();
        contextChanged();
    }

    /** Counts that a context came or went. */
    public void contextChanged() {
        changes.incrementAndGet();
        LockSupport.unpark(waiting);
    }

    /**
     * Returns the changes other than those of contexts. Each is counted here before it is counted in {@link #changes}.
     */
    public long serviceChanges() {
        return serviceChanges.get();
    }

    public long changes() {
        return changes.get();
    }

    /**
     * Waits until there are other than {@code seen} changes, and returns how many. Only one thread may wait at a time.
     */
    public long awaitChanges(long seen) throws InterruptedException {
        waiting = Thread.currentThread();
        try {
            while (changes() == seen) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while nothing changed");
                }
            }
            return changes();
        } finally {
            waiting = null;
        }
    }
}
