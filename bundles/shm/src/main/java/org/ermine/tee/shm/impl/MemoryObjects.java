// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Memory objects and their ids. The low 32 bits of an id are an index from 1, the lowest free one; the high bits count how
 * often that index was used before, so that an old id never names a later object.
 *
 * <p>An object has its index exactly while it has references: the last one and the index go together under the lock of this
 * object, which guards all state. An object whose last reference is gone cannot be retained any more.
 */
final class MemoryObjects {

    private static final int GENERATION_SHIFT = 32;
    private static final int FIRST_LENGTH = 64;

    private final AddressSpace addresses;
    private final MemoryBudget budget;
    private final int lastGeneration;
    private final Region.Owner allocated = region -> drop(region, true);
    private final Region.Owner registered = region -> drop(region, false);

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

    synchronized int count() {
        return count;
    }

    synchronized long registeredBytes() {
        return registeredBytes;
    }

    private synchronized Region add(ByteBuffer memory, Region.Owner owner) {
        int index = taken.nextClearBit(1);
        if (index == generations.length) {
            generations = Arrays.copyOf(generations, Math.multiplyExact(index, 2));
        }
        long id = (long) generations[index] << GENERATION_SHIFT | index;
        Region region = addresses.place(memory, id, owner);
        taken.set(index);
        count++;
        return region;
    }

    private boolean drop(Region region, boolean committed) {
        synchronized (this) {
            if (!region.free()) {
                return false;
            }
            freeIndex((int) region.id());
            count--;
            registeredBytes -= committed ? 0 : region.size();
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
}
