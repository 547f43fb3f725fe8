// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The table of memory objects. The low 32 bits of an id are an index from 1, the lowest free one; the high bits count how
 * often that index was used before, so that an old id never names a later object.
 *
 * <p>An object stands in the table exactly while it has references: the last one and the id go together under the lock of this
 * object. Looking up takes no lock; an object whose last reference just goes cannot be retained any more.
 */
final class MemoryObjects {

    private static final int GENERATION_SHIFT = 32;
    private static final int FIRST_LENGTH = 64;

    private final AddressSpace addresses;
    private final MemoryBudget budget;
    private final int lastGeneration;
    private final Region.Owner allocated = region -> drop(region, true);
    private final Region.Owner registered = region -> drop(region, false);

    /** By index. Written under the lock, read without. Replaced by a longer one. */
    private volatile AtomicReferenceArray<Region> objects = new AtomicReferenceArray<>(FIRST_LENGTH);

    /** Of each index, the generation that its next or present object has. */
    private int[] generations = new int[FIRST_LENGTH];

    /** Indices of objects, and those whose generations are used up. */
    private final BitSet taken = new BitSet();

    private int count;
    private long registeredBytes;

    MemoryObjects(AddressSpace addresses, MemoryBudget budget) {
        this(addresses, budget, Integer.MAX_VALUE);
    }

    /** @param lastGeneration an index is never used again after this one */
    MemoryObjects(AddressSpace addresses, MemoryBudget budget, int lastGeneration) {
        this.addresses = addresses;
        this.budget = budget;
        this.lastGeneration = lastGeneration;
    }

    /** Makes an object of memory that was reserved in the budget; it gives it back there. */
    Region allocated(ByteBuffer memory) {
        return add(memory, allocated);
    }

    /** Makes an object of memory that belongs to somebody else. */
    synchronized Region registered(ByteBuffer memory) {
        Region region = add(memory, registered);
        registeredBytes += region.size();
        return region;
    }

    /** Finds an object and takes a reference; null if there is none. */
    Region find(long id) {
        AtomicReferenceArray<Region> current = objects;
        int index = index(id);
        if (index < 1 || index >= current.length()) {
            return null;
        }
        Region region = current.get(index);
        return region != null && region.id() == id && region.retain() ? region : null;
    }

    synchronized int count() {
        return count;
    }

    synchronized long registeredBytes() {
        return registeredBytes;
    }

    /** Forgets all objects; their holders may still release them. */
    synchronized void clear() {
        objects = new AtomicReferenceArray<>(objects.length());
        count = 0;
        registeredBytes = 0;
    }

    private synchronized Region add(ByteBuffer memory, Region.Owner owner) {
        int index = taken.nextClearBit(1);
        if (index == objects.length()) {
            grow();
        }
        long id = (long) generations[index] << GENERATION_SHIFT | index;
        Region region = addresses.place(memory, id, owner);
        taken.set(index);
        objects.set(index, region);
        count++;
        return region;
    }

    private boolean drop(Region region, boolean committed) {
        synchronized (this) {
            if (!region.free()) {
                return false;
            }
            if (objects.compareAndSet(index(region.id()), region, null)) {
                count--;
                registeredBytes -= committed ? 0 : region.size();
                freeIndex(index(region.id()));
            }
        }
        addresses.remove(region);
        budget.giveBack(committed ? region.size() : 0);
        return true;
    }

    private void freeIndex(int index) {
        if (generations[index] < lastGeneration) {
            generations[index]++;
            taken.clear(index);
        }
    }

    private void grow() {
        int length = Math.multiplyExact(objects.length(), 2);
        AtomicReferenceArray<Region> longer = new AtomicReferenceArray<>(length);
        for (int i = 0; i < objects.length(); i++) {
            longer.set(i, objects.get(i));
        }
        generations = Arrays.copyOf(generations, length);
        objects = longer;
    }

    /** Only names a slot: the object there counts only if its whole id is the same. */
    private static int index(long id) {
        return (int) id;
    }
}
