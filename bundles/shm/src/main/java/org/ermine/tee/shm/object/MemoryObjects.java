// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.object;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.ermine.tee.shm.limit.MemoryBudget;
import org.ermine.tee.shm.region.AddressSpace;
import org.ermine.tee.shm.region.Region;

/**
 * Memory objects and their ids. The low 32 bits of an id are an index from 1, the lowest free one; the high bits count
 * how often that index was used before, so that an old id never names a later object.
 *
 * <p>An object has its index exactly while it has references: the last one and the index go together under the lock of
 * this object, which guards all state. An object whose last reference is gone cannot be retained any more.
 */
public final class MemoryObjects {

    private static final int GENERATION_SHIFT = 32;
    private static final int FIRST_LENGTH = 64;

    private final AddressSpace addresses;
    private final MemoryBudget budget;
    private final int lastGeneration;
    /** Of each index, the generation that its next or present object has. */
    private int[] generations = new int[FIRST_LENGTH];

    /** Indices of objects, and those whose generations are used up. */
    private final BitSet taken = new BitSet();

    private int count;
    private long registeredBytes;

    /** Takes back one object: its index, and its memory if that counts. */
    private final class Taken implements Region.Owner {

        private final Runnable dropped;
        private final boolean committed;

        private Taken(Runnable dropped, boolean committed) {
            this.dropped = dropped;
            this.committed = committed;
        }

        @Override
        public boolean releaseLast(Region region) {
            boolean isGone = remove(region, committed);
            if (isGone) {
                dropped.run();
                budget.giveBack(committed ? region.size() : 0);
            }
            return isGone;
        }
    }

    public MemoryObjects(AddressSpace addresses, MemoryBudget budget) {
        this(addresses, budget, Integer.MAX_VALUE);
    }

    /** @param lastGeneration an index is never used again after this one */
    MemoryObjects(AddressSpace addresses, MemoryBudget budget, int lastGeneration) {
        this.addresses = addresses;
        this.budget = budget;
        this.lastGeneration = lastGeneration;
    }

    /**
     * Makes an object of memory that was reserved in the budget; it gives it back there.
     *
     * @param dropped run when the object is gone, under no lock, and before the budget has room for others
     */
    public Region allocated(ByteBuffer memory, Runnable dropped) {
        return add(memory, new Taken(dropped, true));
    }

    /**
     * Makes an object of memory that belongs to somebody else.
     *
     * @param dropped run when the object is gone, under no lock
     */
    public synchronized Region registered(ByteBuffer memory, Runnable dropped) {
        Region region = add(memory, new Taken(dropped, false));
        registeredBytes += region.size();
        return region;
    }

    public synchronized int count() {
        return count;
    }

    public synchronized long registeredBytes() {
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

    private boolean remove(Region region, boolean committed) {
        synchronized (this) {
            if (!region.free()) {
                return false;
            }
            freeIndex((int) region.id());
            count--;
            registeredBytes -= committed ? 0 : region.size();
        }
        addresses.remove(region);
        return true;
    }

    private void freeIndex(int index) {
        if (generations[index] < lastGeneration) {
            generations[index]++;
            taken.clear(index);
        }
    }
}
