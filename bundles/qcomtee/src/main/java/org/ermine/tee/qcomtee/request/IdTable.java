// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Names entries by ids: the low 32 bits are the lowest free index, the high ones are the generation, which counts what
 * was removed from the table before. As an index is free again only after a removal, a stale, doubled or guessed id
 * never names another entry.
 *
 * <p>Adding, replacing and removing is guarded by a lock of the owner; {@link #get} needs none.
 */
final class IdTable<T extends IdTable.Entry> {

    /** What stands in the table; it knows its own id, so that a reader can tell it from a successor. */
    interface Entry {
        void id(long id);

        /** Whether this is its id, given that its index is that of its place. */
        boolean hasId(long id);
    }

    private static final int INITIAL_CAPACITY = 8;

    /**
     * Which of the first places are used, a bit each: nearly always all there are, and on the cache line of the other
     * fields.
     */
    private long usedFirst;
    /** Which of the other indexes are used. */
    private final BitSet usedOthers = new BitSet();

    /** Below this number all of the other indexes are used. */
    private int lowestOther;

    private int generation;
    private int size;
    private volatile AtomicReferenceArray<T> entries = new AtomicReferenceArray<>(INITIAL_CAPACITY);

    /** Adds an entry, gives it its id and returns that. */
    long add(T entry) {
        int index = lowestFree();
        if (index == entries.length()) {
            grow();
        }
        long id = (long) generation << 32 | index;
        entry.id(id);
        use(index);
        size++;
        entries.set(index, entry);
        return id;
    }

    /** The entry with this id, or null. */
    T get(long id) {
        AtomicReferenceArray<T> current = entries;
        int index = (int) id;
        if (index < 0 || index >= current.length()) {
            return null;
        }
        T entry = current.get(index);
        return entry != null && entry.hasId(id) ? entry : null;
    }

    /** Removes and returns the entry with this id, or null. */
    T remove(long id) {
        T entry = get(id);
        if (entry != null) {
            free((int) id);
        }
        return entry;
    }

    /** How many entries it has places for: their indexes are below that. */
    int places() {
        return entries.length();
    }

    /** Removes and returns the entry at this index, or null. Needs no memory. */
    T removeAt(int index) {
        T entry = entries.get(index);
        if (entry != null) {
            free(index);
        }
        return entry;
    }

    /** Puts {@code substitute} in the place of the entry with this id. */
    void replace(long id, T substitute) {
        substitute.id(id);
        entries.set((int) id, substitute);
    }

    /** All entries, in the order of their indexes. */
    List<T> entries() {
        List<T> all = new ArrayList<>(size);
        for (int index = 0; index < entries.length(); index++) {
            if (entries.get(index) != null) {
                all.add(entries.get(index));
            }
        }
        return all;
    }

    int size() {
        return size;
    }

    private void free(int index) {
        entries.set(index, null);
        generation = generation + 1 & Integer.MAX_VALUE;
        size--;
        if (index < Long.SIZE) {
            usedFirst &= ~(1L << index);
        } else {
            usedOthers.clear(index - Long.SIZE);
            lowestOther = Math.min(lowestOther, index - Long.SIZE);
        }
    }

    private int lowestFree() {
        return usedFirst == -1L
                ? Long.SIZE + usedOthers.nextClearBit(lowestOther)
                : Long.numberOfTrailingZeros(~usedFirst);
    }

    private void use(int index) {
        if (index < Long.SIZE) {
            usedFirst |= 1L << index;
        } else {
            usedOthers.set(index - Long.SIZE);
            lowestOther = index - Long.SIZE + 1;
        }
    }

    private void grow() {
        AtomicReferenceArray<T> larger = new AtomicReferenceArray<>(2 * entries.length());
        for (int i = 0; i < entries.length(); i++) {
            larger.setPlain(i, entries.get(i));
        }
        entries = larger;
    }
}
