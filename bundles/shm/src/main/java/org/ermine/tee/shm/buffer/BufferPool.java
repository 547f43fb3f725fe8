// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.buffer;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ermine.tee.shm.backing.BackingMemory;
import org.ermine.tee.shm.limit.MemoryBudget;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.shm.region.AddressSpace;
import org.ermine.tee.shm.region.Region;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.SharedMemoryManager;

/**
 * Message buffers. Unused ones lie in the cache of the thread that released them last, or in the shared lists when that
 * is full, or else are dropped. Or their holder keeps them, and is asked for them last. Thread safe; no lock while a
 * thread's cache has what it asks for and room for what it returns.
 */
public final class BufferPool implements Region.Owner {

    /** The shared lists keep at most this part of the limit: enough to smooth a load, and not to hoard after a peak. */
    private static final int SHARED_PART = 4;

    private final AddressSpace addresses;
    private final MemoryBudget budget;
    private final BackingMemory backing;
    private final ThreadCaches caches = new ThreadCaches(this::share);
    private final FreeLists shared;

    /** Buffers that exist, in use or not. Changes only when one is created or dropped. */
    private final AtomicLong buffers = new AtomicLong();

    /** Those that their holders keep, idle or not. One that a holder never gives back does not keep the holder. */
    private final Map<MemoryRegion, WeakReference<SharedMemoryManager.Keeper>> kept = new ConcurrentHashMap<>();

    private volatile long threadCacheBytes;
    private volatile boolean closed;

    public BufferPool(AddressSpace addresses, MemoryBudget budget, BackingMemory backing, MemoryLimits limits) {
        this.addresses = addresses;
        this.budget = budget;
        this.backing = backing;
        this.shared = new FreeLists(limits.committed() / SHARED_PART);
        this.threadCacheBytes = limits.threadCache();
    }

    /** Takes an unused buffer of at least {@code size} bytes; null if there is none. */
    public Region poll(int size) {
        int sizeClass = SizeClass.of(size);
        Region region = caches.current().poll(sizeClass);
        if (region == null) {
            region = pollShared(sizeClass);
        }
        if (region != null) {
            region.reuse();
        }
        return region;
    }

    /** Makes a buffer of memory that was reserved in the budget, and that is dropped with it. */
    public Region create(ByteBuffer memory) {
        Region region = addresses.place(memory, 0, this);
        buffers.incrementAndGet();
        return region;
    }

    /** A buffer in use will be kept by whoever holds it. */
    public void keep(MemoryRegion region, SharedMemoryManager.Keeper keeper) {
        kept.put(region, new WeakReference<>(keeper));
    }

    @Override
    public boolean releaseLast(Region region) {
        if (!region.free()) {
            return false;
        }
        if (!kept.isEmpty()) {
            kept.remove(region);
        }
        boolean keeps = false;
        try {
            keeps = !closed && (caches.current().offer(region, threadCacheBytes) || shared.offer(region));
        } finally {
            if (!keeps) {
                release(region);
            }
        }
        return true;
    }

    /**
     * Drops unused buffers, those in the shared lists first and those that somebody keeps last, until {@code bytes} are
     * freed or none is left.
     *
     * @return bytes that were freed
     */
    public long trim(long bytes) {
        long freed = releaseUnused(bytes);
        for (MemoryRegion each : kept.keySet()) {
            if (freed >= bytes) {
                break;
            }
            SharedMemoryManager.Keeper keeper = keeper(each);
            if (keeper != null && keeper.giveUp(each)) {
                freed += releaseUnused(bytes - freed);
            }
        }
        return freed;
    }

    private long releaseUnused(long bytes) {
        long freed = release(shared::pollLargest, bytes);
        for (ThreadCache cache : caches.all()) {
            freed += release(cache::steal, bytes - freed);
        }
        return freed;
    }

    /** Drops all unused buffers, so that the new limits hold at once. */
    public void configure(MemoryLimits limits) {
        threadCacheBytes = limits.threadCache();
        shared.maxBytes(limits.committed() / SHARED_PART);
        trim(Long.MAX_VALUE);
    }

    /** Keeps no buffer from now on. */
    public void close() {
        closed = true;
        trim(Long.MAX_VALUE);
    }

    public long idleBytes() {
        long bytes = shared.bytes();
        for (ThreadCache cache : caches.all()) {
            bytes += cache.bytes();
        }
        return bytes + idle().mapToLong(MemoryRegion::size).sum();
    }

    public long inUse() {
        long idle = shared.count() + idle().count();
        for (ThreadCache cache : caches.all()) {
            idle += cache.count();
        }
        return Math.max(0, buffers.get() - idle);
    }

    /** Those that are kept and not in use. */
    private Stream<MemoryRegion> idle() {
        return kept.keySet().stream().filter(this::isIdle);
    }

    private boolean isIdle(MemoryRegion region) {
        SharedMemoryManager.Keeper keeper = keeper(region);
        return keeper != null && keeper.isIdle(region);
    }

    /** Null if it is kept no more, or by nobody. */
    private SharedMemoryManager.Keeper keeper(MemoryRegion region) {
        WeakReference<SharedMemoryManager.Keeper> keeper = kept.get(region);
        return keeper == null ? null : keeper.get();
    }

    private Region pollShared(int sizeClass) {
        Region region = shared.poll(sizeClass);
        if (region == null) {
            caches.drainAbandoned();
            region = shared.poll(sizeClass);
        }
        return region;
    }

    private void share(Region region) {
        if (!shared.offer(region)) {
            release(region);
        }
    }

    private long release(Supplier<Region> idle, long bytes) {
        long freed = 0;
        while (freed < bytes) {
            Region region = idle.get();
            if (region == null) {
                break;
            }
            freed += region.size();
            release(region);
        }
        return freed;
    }

    private void release(Region region) {
        addresses.remove(region);
        buffers.decrementAndGet();
        backing.release(region.buffer());
        budget.giveBack(region.size());
    }
}
