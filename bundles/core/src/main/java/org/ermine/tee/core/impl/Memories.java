// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.SharedMemoryManager;

/**
 * The shared memory that the owner of one context holds.
 *
 * <p>{@code held} contains every open {@link Memory}. One that is added while the context closes is either seen by
 * {@link #close}, or sees {@code closed} and is closed by who adds it: late inserts fail.
 */
final class Memories {

    private final SharedMemoryManager manager;
    /** Dead entries that are put up with. */
    private static final int SWEEP_MARGIN = 16;

    private final Set<Memory> held = ConcurrentHashMap.newKeySet();
    /** By id, what this context had from the manager; entries whose memory is gone are swept out now and then. */
    private final Map<Long, MemoryRegion> regions = new ConcurrentHashMap<>();

    private volatile boolean closed;

    Memories(SharedMemoryManager manager) {
        this.manager = manager;
    }

    Memory allocate(long size) throws TeeException {
        requireOpen();
        return requireOpen(add(manager.allocate(size)));
    }

    Memory register(ByteBuffer direct) throws TeeException {
        requireOpen();
        return requireOpen(add(manager.register(direct)));
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
    MemoryRegion region(long id) {
        MemoryRegion region = regions.get(id);
        return region != null && region.retain() ? region : null;
    }

    /** Takes over the caller's reference on {@code region}. */
    Memory add(MemoryRegion region) {
        Memory memory = new Memory(this, region);
        held.add(memory);
        regions.put(region.id(), region);
        if (regions.size() > SWEEP_MARGIN + 2 * held.size()) {
            regions.keySet().removeIf(id -> !isAlive(id));
        }
        if (closed) {
            memory.close();
        }
        return memory;
    }

    void forget(Memory memory) {
        held.remove(memory);
    }

    int count() {
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

    void close() {
        closed = true;
        held.forEach(Memory::close);
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
