// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.support;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;

/**
 * Keeps objects for reuse without a lock and without thread locals, which would pin this bundle's class loader. A thread
 * looks first where it found its last one. What finds no place is left to the garbage collector.
 *
 * <p>A place and its object belong to whoever set the place's flag, until the same thread gives the object back: an uncontended
 * take is one compare-and-set of a number. Objects stay where they are, since to store a reference costs more than that under most
 * collectors.
 */
public final class Pool<T> {

    private static final int PROBES = 4;
    /** Numbers between two flags: they stand on cache lines of their own, and so does the array's length, which everybody reads. */
    private static final int STRIDE = 32;

    private static final int FREE = 0;
    private static final int TAKEN = 1;

    private final Supplier<T> factory;
    private final AtomicIntegerArray flags;
    /** Each element is written by who has the flag of the place, once. */
    private final Object[] items;

    private final int mask;

    public Pool(Supplier<T> factory) {
        this.factory = factory;
        int size = Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 2 * PROBES;
        this.flags = new AtomicIntegerArray((size + 1) * STRIDE);
        this.items = new Object[size];
        this.mask = size - 1;
    }

    public T take() {
        int first = firstPlace();
        for (int probe = 0; probe < PROBES; probe++) {
            int place = first + probe & mask;
            int flag = flag(place);
            if (flags.get(flag) == FREE && flags.compareAndSet(flag, FREE, TAKEN)) {
                return item(place);
            }
        }
        return factory.get();
    }

    @SuppressWarnings("unchecked")
    private T item(int place) {
        if (items[place] == null) {
            fill(place);
        }
        return (T) items[place];
    }

    private void fill(int place) {
        try {
            items[place] = factory.get();
        } finally {
            if (items[place] == null) {
                flags.setRelease(flag(place), FREE);
            }
        }
    }

    /** To be called by the thread that took the item. */
    public void giveBack(T item) {
        int first = firstPlace();
        for (int probe = 0; probe < PROBES; probe++) {
            int place = first + probe & mask;
            if (items[place] == item) {
                flags.setRelease(flag(place), FREE);
                return;
            }
        }
    }

    private static int flag(int place) {
        return (place + 1) * STRIDE;
    }

    private static int firstPlace() {
        return (int) Thread.currentThread().getId() * PROBES;
    }
}
