// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.function.IntFunction;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.options.Options;
import org.ermine.tee.runtime.MemoryDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.shm.backing.BackingMemory;
import org.ermine.tee.shm.backing.Pages;
import org.ermine.tee.shm.buffer.BufferPool;
import org.ermine.tee.shm.buffer.SizeClass;
import org.ermine.tee.shm.limit.MemoryBudget;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.shm.limit.SharedMemoryConfig;
import org.ermine.tee.shm.object.MemoryObjects;
import org.ermine.tee.shm.object.MemoryShares;
import org.ermine.tee.shm.region.AddressSpace;
import org.ermine.tee.shm.region.Region;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SharedMemoryManager;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shared memory in direct buffers of the JVM: the parts of this bundle put together, and the decision what to do when
 * memory is short. Used without OSGi, for tests, it is made with {@link MemoryLimits}.
 *
 * <p>A message buffer keeps its address while it lies unused in the pool, but {@link #resolve} refuses it then; once it
 * is acquired again its address is good again, for whoever still knows it. A memory object's address and id die with
 * it.
 *
 * <p>What the limit bounds is memory that somebody or the pool refers to. What is dropped goes back to the JVM at once
 * or with its next garbage collection, which {@code -XX:MaxDirectMemorySize} makes run in time: see {@link
 * BackingMemory}.
 */
@Component(
        configurationPid = SharedMemoryConfig.PID,
        service = {SharedMemoryManager.class, PhysicalMemory.class})
@Designate(ocd = SharedMemoryConfig.class)
public final class PooledSharedMemory implements SharedMemoryManager, PhysicalMemory {

    /** Owner of memory that was asked for without naming one. */
    private static final String NOBODY = "nobody in particular";

    private static final Logger LOG = LoggerFactory.getLogger(PooledSharedMemory.class);

    /** Null without OSGi, where nothing changes them. */
    private final Options<SharedMemoryConfig, MemoryLimits> options;

    private final AddressSpace addresses = new AddressSpace();
    private final MemoryBudget budget;
    private final BackingMemory backing = new BackingMemory();
    private final BufferPool pool;
    private final MemoryObjects objects;
    private final MemoryShares shares;
    private volatile boolean closed;

    @Activate
    public PooledSharedMemory(SharedMemoryConfig config, Map<String, Object> properties) {
        this(new Options<>(
                SharedMemoryConfig.PID, SharedMemoryConfig.class, config, properties, MemoryLimits::read, LOG::error));
    }

    private PooledSharedMemory(Options<SharedMemoryConfig, MemoryLimits> options) {
        this(options.inForce(), options);
    }

    public PooledSharedMemory(MemoryLimits limits) {
        this(limits, null);
    }

    private PooledSharedMemory(MemoryLimits limits, Options<SharedMemoryConfig, MemoryLimits> options) {
        this.options = options;
        budget = new MemoryBudget(limits.committed());
        pool = new BufferPool(addresses, budget, backing, limits);
        objects = new MemoryObjects(addresses, budget);
        shares = new MemoryShares(limits);
    }

    @Modified
    void modified(SharedMemoryConfig config, Map<String, Object> properties) {
        if (options.change(config, properties)) {
            configure(options.inForce());
        }
    }

    /** Memory in use beyond a lower limit stays; nothing new is given out until there is room again. */
    public void configure(MemoryLimits limits) {
        budget.limit(limits.committed());
        shares.configure(limits);
        pool.configure(limits);
    }

    /** Forgets all memory. Regions that are still held can be released, but not resolved any more. */
    @Deactivate
    public void close() {
        closed = true;
        MemoryDTO left = statistics();
        if (left.buffersInUse > 0 || left.regions > 0) {
            LOG.warn(
                    "Shared memory goes away while in use: {} message buffers and {} memory objects, {} bytes, and {} "
                            + "bytes"
                            + " registered by callers",
                    left.buffersInUse,
                    left.regions,
                    left.inUse,
                    left.registered);
        }
        pool.close();
        addresses.clear();
        backing.close();
    }

    @Override
    public MemoryRegion acquire(int size) throws TeeException {
        checkSize("message buffer", size, SizeClass.LARGEST);
        checkOpen();
        Region unused = pool.poll(size);
        return unused != null ? unused : commit(SizeClass.bytes(SizeClass.of(size)), this::buffer);
    }

    @Override
    public MemoryRegion acquire(int size, Keeper keeper) throws TeeException {
        MemoryRegion region = acquire(size);
        boolean kept = false;
        try {
            pool.keep(region, keeper);
            kept = true;
            return region;
        } finally {
            if (!kept) {
                region.release();
            }
        }
    }

    @Override
    public MemoryRegion allocate(long size) throws TeeException {
        return allocate(NOBODY, size);
    }

    @Override
    public MemoryRegion allocate(String owner, long size) throws TeeException {
        checkSize("memory object", size, Pages.LARGEST);
        checkOpen();
        int rounded = Pages.roundUp(size);
        return ofShare(take(owner, rounded), share -> commit(rounded, bytes -> object(bytes, share)));
    }

    private Region buffer(int size) {
        return pool.create(littleEndian(backing.allocateBuffer(size)));
    }

    private Region object(int size, MemoryShares.Taken share) {
        BackingMemory.Piece memory = backing.allocateObject(size);
        return objects.allocated(littleEndian(memory.buffer()), () -> {
            memory.free().run();
            share.giveBack();
        });
    }

    /** Makes a region of what was taken from a share. */
    private interface Making {
        Region make(MemoryShares.Taken share) throws TeeException;
    }

    private static Region ofShare(MemoryShares.Taken share, Making making) throws TeeException {
        boolean made = false;
        try {
            Region region = making.make(share);
            made = true;
            return region;
        } finally {
            if (!made) {
                share.giveBack();
            }
        }
    }

    private MemoryShares.Taken take(String owner, long size) throws TeeException {
        try {
            return shares.take(owner, size);
        } catch (TeeException e) {
            budget.refuse();
            throw e;
        }
    }

    @Override
    public MemoryRegion register(ByteBuffer direct) throws TeeException {
        return register(NOBODY, direct);
    }

    @Override
    public MemoryRegion register(String owner, ByteBuffer direct) throws TeeException {
        if (!direct.isDirect() || direct.isReadOnly() || !direct.hasRemaining()) {
            throw new TeeException(
                    Errno.EINVAL,
                    "memory to register must be direct, writable and not empty, but is " + direct
                            + (direct.isReadOnly() ? ", read-only" : ""));
        }
        checkOpen();
        return ofShare(take(owner, 0), share -> objects.registered(littleEndian(direct.slice()), share::giveBack));
    }

    /** Takes no lock and allocates nothing. */
    @Override
    public ByteBuffer resolve(long address, long length) {
        Region region = addresses.find(address);
        if (region == null || !region.isInUse()) {
            throw new IllegalArgumentException(
                    "address 0x" + Long.toHexString(address) + " points to no shared memory in use");
        }
        long offset = AddressSpace.offset(address);
        if (length < 0 || offset > region.size() || length > region.size() - offset) {
            throw new IllegalArgumentException(
                    length + " bytes from 0x" + Long.toHexString(address) + " on do not lie in " + region);
        }
        return region.buffer();
    }

    /**
     * Each number is right at some moment during the call. The peak is looked at when memory is taken from the JVM, and
     * here: where threads take buffers out of their caches at the same time between two looks, it can be missed.
     */
    public MemoryDTO statistics() {
        MemoryDTO dto = new MemoryDTO();
        dto.limit = budget.limit();
        dto.committed = budget.committed();
        dto.inUse = Math.max(0, dto.committed - pool.idleBytes());
        budget.used(dto.inUse);
        dto.peak = budget.peak();
        dto.buffersInUse = pool.inUse();
        dto.regions = objects.count();
        dto.registered = objects.registeredBytes();
        dto.refused = budget.refused();
        dto.uncollected = backing.uncollected();
        return dto;
    }

    @Override
    public void contribute(RuntimeDTO runtime) {
        runtime.memory = statistics();
    }

    /** Takes memory from the JVM, within the limit, and makes a region of it. */
    private Region commit(int size, IntFunction<Region> maker) throws TeeException {
        reserve(size);
        long idle;
        Region region;
        try {
            idle = pool.idleBytes();
            region = make(size, maker);
        } catch (OutOfMemoryError e) {
            budget.giveBack(size);
            budget.refuse();
            throw new TeeException(
                    Errno.ENOMEM,
                    size + " bytes of shared memory asked for, but the JVM has no more direct memory (see"
                            + " -XX:MaxDirectMemorySize), " + inNumbers() + ": " + e.getMessage());
        }
        budget.used(budget.committed() - idle);
        return region;
    }

    /** Counts memory against the limit, for which unused buffers are given up where that helps. */
    private void reserve(int size) throws TeeException {
        while (!budget.reserve(size)) {
            long shortage = budget.shortage(size);
            if (shortage > 0 && (shortage > pool.idleBytes() || pool.trim(shortage) == 0)) {
                budget.refuse();
                throw new TeeException(
                        Errno.ENOMEM,
                        size + " bytes of shared memory asked for, but the limit is reached (option limitMiB of "
                                + SharedMemoryConfig.PID + "), " + inNumbers());
            }
        }
    }

    /** Where the JVM has no more memory, unused buffers may be what it lacks. */
    private Region make(int size, IntFunction<Region> maker) {
        try {
            return maker.apply(size);
        } catch (OutOfMemoryError e) {
            if (pool.trim(Long.MAX_VALUE) == 0) {
                throw e;
            }
            return maker.apply(size);
        }
    }

    private String inNumbers() {
        MemoryDTO now = statistics();
        return "limit " + now.limit + ", in use " + now.inUse + ", in pools " + (now.committed - now.inUse);
    }

    private void checkOpen() throws TeeException {
        if (closed) {
            throw new TeeException(Errno.ENODEV, "the shared-memory manager was stopped");
        }
    }

    private static void checkSize(String what, long size, long max) throws TeeException {
        if (size < 1 || size > max) {
            throw new TeeException(Errno.EINVAL, "size of a " + what + " is " + size + " bytes, not 1 to " + max);
        }
    }

    private static ByteBuffer littleEndian(ByteBuffer buffer) {
        return buffer.order(ByteOrder.LITTLE_ENDIAN);
    }
}
