// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.region;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.ermine.tee.spi.MemoryRegion;

/**
 * A piece of shared memory and its reference count. What happens at the last {@link #release} is its {@link Owner}'s
 * concern: the pool for message buffers, the table of memory objects for those.
 *
 * <p>A second release of a region that nobody holds is refused. A pooled region that somebody else acquired meanwhile
 * is held again: a late release then takes that holder's reference, as no reference tells whose it is.
 */
public final class Region implements MemoryRegion {

    /** Takes the memory of a region back. */
    public interface Owner {

        /**
         * Called, without a lock, by whoever sees that it gives the last reference back. Calls {@link Region#free} and,
         * if that succeeded, takes the memory back.
         *
         * @return what {@link Region#free} returned
         */
        boolean releaseLast(Region region);
    }

    private static final AtomicLongFieldUpdater<Region> REFERENCES =
            AtomicLongFieldUpdater.newUpdater(Region.class, "references");

    private final Owner owner;
    private final long id;
    private final long address;
    private final ByteBuffer buffer;

    /**
     * At 0 nobody may use the region. Only the owner takes the count from 1 to 0, in releaseLast, and only the pool
     * takes it from 0 to 1, as it then has the region alone. So this is no count that ends an object once: a pooled
     * region lives on, and its count is a field of it, since each message needs one.
     */
    private volatile long references = 1;

    /** Whose bytes it holds, if that is known; belongs to whoever holds the region. */
    private Object bytesOf;

    /** Belongs to the list of unused regions that this one stands in. */
    private Region nextIdle;

    Region(Owner owner, long id, long address, ByteBuffer buffer) {
        this.owner = owner;
        this.id = id;
        this.address = address;
        this.buffer = buffer;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public int size() {
        return buffer.capacity();
    }

    @Override
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public boolean retain() {
        long count;
        do {
            count = references;
            if (count == 0) {
                return false;
            }
        } while (!REFERENCES.compareAndSet(this, count, count + 1));
        return true;
    }

    /** @throws IllegalStateException if all references are given back already */
    @Override
    public void release() {
        boolean done = false;
        while (!done) {
            long count = references;
            if (count == 0) {
                throw new IllegalStateException(this + " was released already");
            }
            done = count == 1 ? owner.releaseLast(this) : REFERENCES.compareAndSet(this, count, count - 1);
        }
    }

    @Override
    public void holdsOnlyBytesOf(Object owner) {
        bytesOf = owner;
    }

    @Override
    public boolean isOnlyOf(Object owner) {
        return bytesOf == owner;
    }

    public boolean isInUse() {
        return references > 0;
    }

    /** The next in a list of regions that nobody holds; null if there is none. For that list alone. */
    public Region nextIdle() {
        return nextIdle;
    }

    /** Puts this region before another in a list of regions that nobody holds. For that list alone. */
    public void nextIdle(Region next) {
        nextIdle = next;
    }

    /** From one reference to none. False if that one is not the last any more. */
    public boolean free() {
        return REFERENCES.compareAndSet(this, 1, 0);
    }

    /** From none to one. Only for whoever has taken it out of the pool. */
    public void reuse() {
        REFERENCES.lazySet(this, 1);
    }

    @Override
    public String toString() {
        String name = id == 0 ? "message buffer" : "memory object " + id;
        return name + " at 0x" + Long.toHexString(address) + " (" + size() + " bytes)";
    }
}
