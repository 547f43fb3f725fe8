// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Names entries by ids: the low 32 bits are the lowest free index, the high ones count how often that index was used before.
 * So a stale, doubled or guessed id never names another entry.
 *
 * <p>Adding, replacing and removing is guarded by a lock of the owner; {@link #get} needs none.
 */
final class IdTable<T extends IdTable.Entry> {

    /** What stands in the table; it carries its own id, so that a reader can tell it from a successor. */
    interface Entry {
        long id();

        void id(long id);
    }

    private static final int INITIAL_CAPACITY = 8;

    private final BitSet used = new BitSet();
    private int[] generations = new int[INITIAL_CAPACITY];
    private int lowestFree;
    private int size;
    private volatile AtomicReferenceArray<T> entries = new AtomicReferenceArray<>(INITIAL_CAPACITY);

    /** Adds an entry, gives it its id and returns that. */
    long add(T entry) {
        int index = used.nextClearBit(lowestFree);
        if (index == generations.length) {
            grow();
        }
        long id = (long) generations[index] << 32 | index;
        entry.id(id);
        used.set(index);
        lowestFree = index + 1;
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
        return entry != null && entry.id() == id ? entry : null;
    }

    /** Removes and returns the entry with this id, or null. */
    T remove(long id) {
        T entry = get(id);
        if (entry != null) {
            int index = (int) id;
            entries.set(index, null);
            generations[index] = generations[index] + 1 & Integer.MAX_VALUE;
            used.clear(index);
            lowestFree = Math.min(lowestFree, index);
            size--;
        }
        return entry;
    }

    /** Puts {@code substitute} in the place of the entry with this id. */
    void replace(long id, T substitute) {
        substitute.id(id);
        entries.set((int) id, substitute);
    }

    /** Removes and returns all entries, in the order of their indexes. */
    List<T> clear() {
        List<T> all = entries();
        for (T entry : all) {
            remove(entry.id());
        }
        return all;
    }

    /** All entries, in the order of their indexes. */
    List<T> entries() {
        List<T> all = new ArrayList<>(size);
        for (int index = used.nextSetBit(0); index >= 0; index = used.nextSetBit(index + 1)) {
            all.add(entries.get(index));
        }
        return all;
    }

    int size() {
        return size;
    }

    private void grow() {
        int capacity = generations.length * 2;
        generations = Arrays.copyOf(generations, capacity);
        AtomicReferenceArray<T> larger = new AtomicReferenceArray<>(capacity);
        for (int i = 0; i < entries.length(); i++) {
            larger.setPlain(i, entries.get(i));
        }
        entries = larger;
    }
}
