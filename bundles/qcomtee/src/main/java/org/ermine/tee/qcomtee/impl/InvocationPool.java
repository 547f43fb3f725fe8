// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.concurrent.atomic.AtomicReferenceArray;

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

    InvocationPool(QcomTee tee) {
        this.tee = tee;
    }

    Invocation take() {
        int first = firstPlace();
        for (int i = first; i < first + PLACES; i++) {
            if (places.getPlain(i) != null) {
                Invocation invocation = places.getAndSet(i, null);
                if (invocation != null) {
                    return invocation;
                }
            }
        }
        return new Invocation(tee);
    }

    /** Keeps it, unless the thread's places are full. */
    void giveBack(Invocation invocation) {
        int first = firstPlace();
        for (int i = first; i < first + PLACES; i++) {
            if (places.compareAndSet(i, null, invocation)) {
                return;
            }
        }
    }

    private static int firstPlace() {
        int hash = Long.hashCode(Thread.currentThread().getId() * 0x9e3779b97f4a7c15L);
        return (hash & STRIPES - 1) * STRIDE;
    }
}
