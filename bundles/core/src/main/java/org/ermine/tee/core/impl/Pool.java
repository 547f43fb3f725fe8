// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Keeps objects for reuse without a lock and without thread locals, which would pin this bundle's class loader. A thread
 * looks first where it put its last one, so that an uncontended take and give are one compare-and-set each. What finds no
 * place is left to the garbage collector.
 *
 * <p>An object belongs to whoever took it until it is given back; the slots hold only those that nobody uses.
 */
final class Pool<T> {

    private static final int PROBES = 4;
    /** References between two slots: they stand on cache lines of their own. */
    private static final int STRIDE = 16;

    private final Supplier<T> factory;
    private final AtomicReferenceArray<T> slots;
    private final int mask;

    Pool(Supplier<T> factory) {
        this.factory = factory;
        int size = Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 2 * PROBES;
        this.slots = new AtomicReferenceArray<>(size * STRIDE);
        this.mask = size - 1;
    }

    T take() {
        int first = firstSlot();
        for (int probe = 0; probe < PROBES; probe++) {
            int index = index(first + probe);
            T item = slots.get(index);
            if (item != null && slots.compareAndSet(index, item, null)) {
                return item;
            }
        }
        return factory.get();
    }

    void give(T item) {
        int first = firstSlot();
        for (int probe = 0; probe < PROBES; probe++) {
            if (slots.compareAndSet(index(first + probe), null, item)) {
                return;
            }
        }
    }

    private static int firstSlot() {
        return (int) Thread.currentThread().getId() * PROBES;
    }

    private int index(int slot) {
        return (slot & mask) * STRIDE;
    }
}
