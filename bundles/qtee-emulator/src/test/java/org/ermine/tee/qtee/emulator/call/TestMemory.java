// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.spi.PhysicalMemory;

/** Shared memory for tests: regions by the upper half of their address. */
public final class TestMemory implements PhysicalMemory {

    private final AtomicInteger next = new AtomicInteger(1);
    private final Map<Integer, ByteBuffer> regions = new ConcurrentHashMap<>();

    public long allocate(int size) {
        int region = next.getAndIncrement();
        regions.put(region, ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN));
        return (long) region << 32;
    }

    public void free(long address) {
        regions.remove((int) (address >>> 32));
    }

    public ByteBuffer buffer(long address) {
        return regions.get((int) (address >>> 32));
    }

    @Override
    public ByteBuffer resolve(long address, long length) {
        ByteBuffer region = buffer(address);
        long offset = address & 0xffff_ffffL;
        if (region == null || length < 0 || offset + length > region.capacity()) {
            throw new IllegalArgumentException("no memory at " + Long.toHexString(address));
        }
        return region;
    }
}
