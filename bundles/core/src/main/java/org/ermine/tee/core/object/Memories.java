// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.spi.support.Separately;
import org.ermine.tee.spi.support.StackReserve;

/**
 * The shared memory of one context: what its owner holds, and what only the TEE still refers to.
 *
 * <p>{@code held} contains every open {@link Memory}. One that is added while the context closes is either found by
 * {@link #close}, or {@link #add} finds {@code closed} set and closes it. {@code regions} contains at least all regions
 * to which there are references. It does not keep the others alive, and is swept when it has doubled in size.
 */
public final class Memories {

    private static final int FIRST_SWEEP = 16;

    private final SharedMemoryManager manager;
    private final String owner;
    private final Set<Memory> held = ConcurrentHashMap.newKeySet();
    /**
     * The regions by id. The references are weak, so that an entry that is not swept out yet does not keep the memory
     * itself.
     */
    private final Map<Long, WeakReference<MemoryRegion>> regions = new ConcurrentHashMap<>();

    /** How many regions there may be before the next sweep. A race for it costs at most one sweep. */
    private volatile int sweepAt = FIRST_SWEEP;

    private volatile boolean closed;

    /** @param owner to whom the memory is counted */
    public Memories(SharedMemoryManager manager, Owner owner) {
        this.manager = manager;
        this.owner = owner.toString();
    }

    public Memory allocate(long size) throws TeeException {
        StackReserve.require();
        requireOpen();
        return requireOpen(add(manager.allocate(owner, size)));
    }

    public Memory register(ByteBuffer direct) throws TeeException {
        StackReserve.require();
        requireOpen();
        return requireOpen(add(manager.register(owner, direct)));
    }

    /**
     * Makes another reference to memory that the TEE returned.
     *
     * @return null if there is none with this id
     */
    Memory find(long id) {
        MemoryRegion region = region(id);
        return region == null ? null : add(region);
    }

    /**
     * Retains memory of this context, even if only the TEE still refers to it.
     *
     * @return null if there is none with this id
     */
    public MemoryRegion region(long id) {
        WeakReference<MemoryRegion> entry = regions.get(id);
        MemoryRegion region = entry == null ? null : entry.get();
        return region != null && region.retain() ? region : null;
    }

    /** Takes over the caller's reference on {@code region}. */
    Memory add(MemoryRegion region) {
        Memory memory = null;
        boolean added = false;
        try {
            memory = new Memory(this, region);
            held.add(memory);
            regions.put(region.id(), new WeakReference<>(region));
            if (regions.size() > sweepAt) {
                sweep();
            }
            added = true;
        } finally {
            if (!added) {
                undoAdd(memory, region);
            }
        }
        if (closed) {
            memory.closeWithin();
        }
        return memory;
    }

    /** @param memory null if it was not made */
    private void undoAdd(Memory memory, MemoryRegion region) {
        if (memory != null) {
            held.remove(memory);
        }
        region.release();
    }

    /** Removes a reference that the owner has closed. */
    void remove(Memory memory) {
        held.remove(memory);
        if (!isAlive(memory.id())) {
            regions.remove(memory.id());
        }
    }

    private void sweep() {
        regions.keySet().removeIf(id -> !isAlive(id));
        sweepAt = Math.max(FIRST_SWEEP, 2 * regions.size());
    }

    public int count() {
        return held.size();
    }

    /** Returns at most {@code limit} entries, the oldest first. */
    List<Memory> list(int limit) {
        List<Memory> list = new ArrayList<>(held);
        list.sort(Comparator.comparingLong(Memory::id));
        return list.subList(0, Math.min(limit, list.size()));
    }

    /** Whether there are references to memory {@code id}. After the owner closed it, these are the TEE's. */
    boolean isAlive(long id) {
        MemoryRegion region = region(id);
        if (region != null) {
            region.release();
        }
        return region != null;
    }

    /**
     * Closes all memory. If the release of one fails, the others are still released, and the failure is thrown
     * afterwards.
     */
    public void close() {
        closed = true;
        Separately.forEach(held, Memory::closeWithin, Memories::notGivenBack);
    }

    private static void notGivenBack(Memory memory, Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(memory + " was not given back in order: " + FailureText.detailed(thrown));
    }

    private void requireOpen() throws TeeException {
        if (closed) {
            throw new TeeException(Errno.ENODEV, "the context is closed: it has no shared memory any more");
        }
    }

    private Memory requireOpen(Memory memory) throws TeeException {
        requireOpen();
        return memory;
    }
}
