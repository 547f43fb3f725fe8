// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.support;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;

/**
 * Keeps objects for reuse, without a lock and without thread locals, which would pin this bundle's class loader. A
 * thread looks first where it found its last object. An object for which there is no place is left to the garbage
 * collector.
 *
 * <p>A place and its object belong to the thread that set the place's flag, until the same thread gives the object
 * back. So an uncontended {@link #take} is one compare-and-set of a number. The objects stay in their places, since
 * with most collectors it costs more to store a reference.
 */
public final class Pool<T> {

    private static final int PROBES = 4;
    /**
     * The distance between two flags, so that each stands on a cache line of its own, and so does the length of the
     * array, which all threads read.
     */
    private static final int STRIDE = 32;

    private static final int FREE = 0;
    private static final int TAKEN = 1;

    private final Supplier<T> factory;
    private final AtomicIntegerArray flags;
    /** Each element is written once, by the thread that has set the flag of its place. */
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

    /** Gives an object back. Must be called by the thread that took it. */
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
