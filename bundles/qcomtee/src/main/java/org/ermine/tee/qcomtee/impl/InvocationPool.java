// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.MemoryRegion;

/**
 * Keeps {@link Invocation}s for the next use. Each thread has its places, found by its id, so that threads hardly ever meet at
 * one; a place is taken and filled by an atomic exchange. Several places for a thread serve its nested invocations.
 */
final class InvocationPool {

    private static final int STRIPES = 64;
    private static final int PLACES = 4;
    /** Keeps the stripes of different threads in cache lines of their own. */
    private static final int STRIDE = 32;

    private final AtomicReferenceArray<Invocation> places = new AtomicReferenceArray<>(STRIPES * STRIDE);
    private final QcomTee tee;
    private volatile boolean closed;

    InvocationPool(QcomTee tee) {
        this.tee = tee;
    }

    Invocation take() throws TeeException {
        int first = firstPlace();
        for (int i = first; i < first + PLACES; i++) {
            if (places.getPlain(i) != null) {
                Invocation invocation = places.getAndSet(i, null);
                if (invocation != null) {
                    return invocation;
                }
            }
        }
        MemoryRegion outbound = tee.memory().acquire(Wire.OUTBOUND);
        return new Invocation(tee, outbound);
    }

    void giveBack(Invocation invocation) {
        int first = firstPlace();
        for (int i = first; i < first + PLACES; i++) {
            if (!closed && places.compareAndSet(i, null, invocation)) {
                if (closed && places.compareAndSet(i, invocation, null)) {
                    invocation.dispose();
                }
                return;
            }
        }
        invocation.dispose();
    }

    void close() {
        closed = true;
        for (int i = 0; i < places.length(); i++) {
            Invocation invocation = places.getAndSet(i, null);
            if (invocation != null) {
                invocation.dispose();
            }
        }
    }

    private static int firstPlace() {
        int hash = Long.hashCode(Thread.currentThread().getId() * 0x9e3779b97f4a7c15L);
        return (hash & STRIPES - 1) * STRIDE;
    }
}
