// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SharedMemoryManager;

/**
 * Shared memory whose regions have exactly the size that was asked for: an access outside throws. What a region holds
 * at first is garbage, and the bytes around it are looked at when it is given back. Thread safe.
 *
 * <p>{@code this} guards all fields.
 */
public final class GuardedMemory implements SharedMemoryManager, PhysicalMemory {

    private static final int GUARD = 16;
    private static final byte GARBAGE = 0x5a;
    private static final byte UNTOUCHED = (byte) 0xc3;
    private static final int LARGEST = 1 << 16;
    private static final byte[] GARBAGE_BYTES = filled(LARGEST, GARBAGE);

    private final Map<Integer, Deque<ByteBuffer>> free = new HashMap<>();
    private final Map<Integer, Region> used = new HashMap<>();
    private int next = 1;

    private static byte[] filled(int size, byte value) {
        byte[] bytes = new byte[size];
        java.util.Arrays.fill(bytes, value);
        return bytes;
    }

    @Override
    public MemoryRegion acquire(int size) throws TeeException {
        return region(size, false);
    }

    @Override
    public MemoryRegion acquire(int size, Keeper keeper) throws TeeException {
        Region region = region(size, false);
        region.keeper = keeper;
        return region;
    }

    @Override
    public MemoryRegion allocate(long size) throws TeeException {
        return region((int) Math.min(size, Integer.MAX_VALUE), true);
    }

    @Override
    public MemoryRegion register(ByteBuffer direct) throws TeeException {
        throw new TeeException(Errno.EINVAL, "no memory is registered here");
    }

    private synchronized Region region(int size, boolean named) throws TeeException {
        if (size < 1 || size > LARGEST) {
            throw new TeeException(Errno.ENOMEM, size + " bytes, at most " + LARGEST + " are possible");
        }
        Deque<ByteBuffer> kept = free.computeIfAbsent(size, any -> new ArrayDeque<>());
        ByteBuffer whole = kept.isEmpty() ? newBuffer(size) : kept.pop();
        whole.put(GUARD, GARBAGE_BYTES, 0, size);
        int number = next;
        next = next == Integer.MAX_VALUE ? 1 : next + 1;
        Region region = new Region(number, named, size, whole);
        used.put(number, region);
        return region;
    }

    private static ByteBuffer newBuffer(int size) {
        ByteBuffer whole = ByteBuffer.allocateDirect(GUARD + size + GUARD);
        whole.put(0, filled(whole.capacity(), UNTOUCHED));
        return whole;
    }

    private synchronized void giveBack(Region region) {
        used.remove(region.number);
        for (int i = 0; i < GUARD; i++) {
            if (region.whole.get(i) != UNTOUCHED || region.whole.get(GUARD + region.size + i) != UNTOUCHED) {
                throw new AssertionError("bytes around a region of " + region.size + " were written");
            }
        }
        free.get(region.size).push(region.whole);
    }

    /** Regions that somebody still refers to, and not only to keep them. */
    public synchronized int inUse() {
        return (int) used.values().stream().filter(Region::isInUse).count();
    }

    @Override
    public synchronized ByteBuffer resolve(long address, long length) {
        Region region = used.get((int) (address >>> 32));
        long offset = address & 0xffff_ffffL;
        if (region == null || length < 0 || offset > region.size || length > region.size - offset) {
            throw new IllegalArgumentException("no " + length + " bytes of memory at 0x" + Long.toHexString(address));
        }
        return region.buffer;
    }

    @Override
    public void contribute(RuntimeDTO runtime) {}

    private final class Region implements MemoryRegion {

        private final int number;
        private final boolean named;
        private final int size;
        private final ByteBuffer whole;
        private final ByteBuffer buffer;
        private int references = 1;
        private volatile Keeper keeper;

        private Region(int number, boolean named, int size, ByteBuffer whole) {
            this.number = number;
            this.named = named;
            this.size = size;
            this.whole = whole;
            buffer = whole.slice(GUARD, size).order(ByteOrder.LITTLE_ENDIAN);
        }

        private boolean isInUse() {
            return keeper == null || !keeper.isIdle(this);
        }

        @Override
        public long id() {
            return named ? number : 0;
        }

        @Override
        public long address() {
            return (long) number << 32;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public ByteBuffer buffer() {
            return buffer;
        }

        @Override
        public synchronized boolean retain() {
            if (references == 0) {
                return false;
            }
            references++;
            return true;
        }

        @Override
        public void release() {
            boolean last;
            synchronized (this) {
                if (references == 0) {
                    throw new AssertionError("a region is released once too often");
                }
                last = --references == 0;
            }
            if (last) {
                giveBack(this);
            }
        }
    }
}
