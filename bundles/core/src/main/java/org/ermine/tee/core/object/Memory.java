// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.support.StackReserve;

/**
 * Shared memory that the owner of a context holds: one reference on its region, which is released once
 * ({@code closed}). The backend counts what the TEE holds of the region.
 */
final class Memory implements SharedMemory {

    private final Memories memories;
    private final MemoryRegion region;
    private final long since = System.nanoTime();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Takes over the caller's reference on {@code region}. */
    Memory(Memories memories, MemoryRegion region) {
        this.memories = memories;
        this.region = region;
    }

    /** Returns when the owner got it, in terms of {@code System.nanoTime}. */
    long since() {
        return since;
    }

    boolean isOf(Memories memories) {
        return this.memories == memories;
    }

    /**
     * Makes a second, independent reference to the same memory.
     *
     * @throws IllegalStateException if this one is closed
     */
    Memory duplicate() {
        if (closed.get() || !region.retain()) {
            throw new IllegalStateException(this + " is closed");
        }
        return memories.add(region);
    }

    @Override
    public long id() {
        return region.id();
    }

    @Override
    public long size() {
        return region.size();
    }

    @Override
    public ByteBuffer buffer() {
        if (closed.get()) {
            throw new IllegalStateException("shared memory " + id() + " is closed");
        }
        return region.buffer().duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public boolean isClosed() {
        return closed.get();
    }

    @Override
    public void close() {
        StackReserve.require();
        closeWithin();
    }

    /** Closes it as {@link #close} does, within an operation, which has checked the stack already. */
    void closeWithin() {
        if (closed.compareAndSet(false, true)) {
            try {
                region.release();
            } finally {
                memories.remove(this);
            }
        }
    }

    /** For example {@code shared memory 3 of 4096 bytes}. */
    @Override
    public String toString() {
        return "shared memory " + id() + " of " + size() + " bytes";
    }
}
