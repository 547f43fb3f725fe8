// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Keeps {@link Invocation}s for the next use. Each thread has its places, found by its id, so that threads hardly ever meet at
 * one. An invocation stays in its place, and belongs to whoever {@linkplain Invocation#tryTake took} it: to store a reference
 * costs more than to set a flag under most collectors. Several places for a thread serve its nested invocations.
 */
final class InvocationPool {

    private static final int STRIPES = 64;
    private static final int PLACES = 4;
    /** Keeps the stripes of different threads in cache lines of their own. */
    private static final int STRIDE = 32;

    /** Each is set once. */
    private final AtomicReferenceArray<Invocation> places = new AtomicReferenceArray<>(STRIPES * STRIDE);

    private final QcomTee tee;

    InvocationPool(QcomTee tee) {
        this.tee = tee;
    }

    /** An invocation that belongs to the caller, who {@linkplain Invocation#giveBack gives it back}. */
    Invocation take() {
        int first = firstPlace();
        for (int i = first; i < first + PLACES; i++) {
            Invocation invocation = places.get(i);
            if (invocation == null) {
                return add(i);
            }
            if (invocation.tryTake()) {
                return invocation;
            }
        }
        return taken();
    }

    /** Where another thread is faster, the new one is used once. */
    private Invocation add(int place) {
        Invocation invocation = taken();
        places.compareAndSet(place, null, invocation);
        return invocation;
    }

    private Invocation taken() {
        Invocation invocation = new Invocation(tee);
        invocation.tryTake();
        return invocation;
    }

    private static int firstPlace() {
        int hash = Long.hashCode(Thread.currentThread().getId() * 0x9e3779b97f4a7c15L);
        return (hash & STRIPES - 1) * STRIDE;
    }
}
