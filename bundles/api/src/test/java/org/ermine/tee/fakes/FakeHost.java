// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.fakes;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.MemoryRegion;

/** Core's side of a context whose owner may do everything: counts references from 1 on, and has memory. */
public class FakeHost implements ContextHost {

    private final String owner;
    private final AtomicInteger references = new AtomicInteger(1);
    private final Map<Long, MemoryRegion> memory = new ConcurrentSkipListMap<>();

    public FakeHost(String owner) {
        this.owner = owner;
    }

    /** The last reference was released: core ends the backend's side of the context then. */
    protected void ended() {}

    public final int references() {
        return references.get();
    }

    /**
     * Gives the context memory, which keeps the reference that it is given with.
     *
     * @return the memory's id
     */
    public final long add(MemoryRegion region) {
        memory.put(region.id(), region);
        return region.id();
    }

    /** The context gives its memory back. */
    public final void free(long id) {
        memory.remove(id).release();
    }

    /** The ids of its memory, the smallest first. */
    public final List<Long> memoryIds() {
        return List.copyOf(memory.keySet());
    }

    /** Where memory of it is. */
    public final long address(long id) {
        return memory.get(id).address();
    }

    @Override
    public void retain() {
        if (references.getAndIncrement() < 1) {
            throw new AssertionError(owner + ": a reference on a context that is over");
        }
    }

    @Override
    public void release() {
        int left = references.decrementAndGet();
        if (left < 0) {
            throw new AssertionError(owner + ": a reference is released that nobody has");
        }
        if (left == 0) {
            ended();
        }
    }

    @Override
    public void requestQueued() {
        // Whoever waits looks for requests itself.
    }

    @Override
    public void awaiting() {
        // Clients are no workers.
    }

    @Override
    public final MemoryRegion memory(long id) {
        MemoryRegion region = memory.get(id);
        return region != null && region.retain() ? region : null;
    }

    @Override
    public void requireService(String uid) throws TeeException {
        // The owner may open all.
    }

    @Override
    public void requireIdentity(long credentials) throws TeeException {
        // The owner may be whoever it says.
    }

    @Override
    public final String owner() {
        return owner;
    }

    @Override
    public final String toString() {
        return owner;
    }
}
