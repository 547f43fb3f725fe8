// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.floor;

/** The least that a table of objects with generations in its ids can be. One thread. */
public final class SlotTable {

    private final Object[] slots;
    private final int[] generations;
    private final int[] free;
    private int freeCount;

    public SlotTable(int capacity) {
        slots = new Object[capacity];
        generations = new int[capacity];
        free = new int[capacity];
        freeCount = capacity;
        for (int i = 0; i < capacity; i++) {
            free[i] = capacity - 1 - i;
        }
    }

    /** Adds an object and returns its id. */
    public long add(Object object) {
        int index = free[--freeCount];
        slots[index] = object;
        return (long) generations[index] << 32 | index;
    }

    /** The object with this id, or null. */
    public Object get(long id) {
        int index = (int) id;
        return generations[index] == (int) (id >>> 32) ? slots[index] : null;
    }

    public Object remove(long id) {
        Object object = get(id);
        int index = (int) id;
        slots[index] = null;
        generations[index]++;
        free[freeCount++] = index;
        return object;
    }
}
