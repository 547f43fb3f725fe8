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
 * The shared memory of one context: what its owner holds, and what only the TEE refers to any more.
 *
 * <p>{@code held} contains every open {@link Memory}. One that is added while the context closes is either seen by
 * {@link #close}, or sees {@code closed} and is closed by who adds it: late inserts fail. {@code regions} contains at least all
 * that somebody refers to; it does not keep what nobody does, and is swept when it has doubled.
 */
public final class Memories {

    private static final int FIRST_SWEEP = 16;

    private final SharedMemoryManager manager;
    private final String owner;
    private final Set<Memory> held = ConcurrentHashMap.newKeySet();
    /** By id. Weak, so that an entry that is not swept out yet does not keep the memory itself. */
    private final Map<Long, WeakReference<MemoryRegion>> regions = new ConcurrentHashMap<>();

    /** How many regions there may be before the next sweep. A race for it costs a sweep at most. */
    private volatile int sweepAt = FIRST_SWEEP;

    private volatile boolean closed;

    /** @param owner who answers for the memory */
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
     * A reference of its own to memory that the TEE returned.
     *
     * @return null if there is none with this id
     */
    Memory find(long id) {
        MemoryRegion region = region(id);
        return region == null ? null : add(region);
    }

    /**
     * A reference to memory of this context, also if only the TEE refers to it any more.
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

    /** The owner gave this reference back. */
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

    /** At most {@code limit}, the oldest first. */
    List<Memory> list(int limit) {
        List<Memory> list = new ArrayList<>(held);
        list.sort(Comparator.comparingLong(Memory::id));
        return list.subList(0, Math.min(limit, list.size()));
    }

    /** Whether somebody, which is the TEE after the owner closed it, still refers to memory {@code id}. */
    boolean isAlive(long id) {
        MemoryRegion region = region(id);
        if (region != null) {
            region.release();
        }
        return region != null;
    }

    /** One that cannot be given back in order keeps none of the others: what it threw is told when all were treated. */
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
