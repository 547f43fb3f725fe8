// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.fakes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.SharedMemoryManager;

/** Memory on the heap, with ids and reference counts. */
public final class FakeMemory implements SharedMemoryManager {

    public final Map<Long, Region> regions = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    /** Run before a reference on a region is given back. */
    public volatile Runnable releasing = () -> {};
    /** Run before it tells what it knows. */
    public volatile Runnable telling = () -> {};

    public final class Region implements MemoryRegion {
        final long id = ids.incrementAndGet();
        public final AtomicInteger references = new AtomicInteger(1);
        final ByteBuffer buffer;

        Region(ByteBuffer buffer) {
            this.buffer = buffer;
            regions.put(id, this);
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public long address() {
            return id << 32;
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
            return references.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
        }

        @Override
        public void release() {
            releasing.run();
            if (references.decrementAndGet() == 0) {
                regions.remove(id);
            }
        }
    }

    @Override
    public MemoryRegion acquire(int size) {
        throw new UnsupportedOperationException("core takes no message buffers");
    }

    @Override
    public MemoryRegion acquire(int size, Keeper keeper) {
        return acquire(size);
    }

    @Override
    public MemoryRegion allocate(long size) throws TeeException {
        if (size < 1) {
            throw new TeeException(Errno.EINVAL, "size " + size);
        }
        return new Region(ByteBuffer.allocate(((int) size + 4095) & -4096).order(ByteOrder.LITTLE_ENDIAN));
    }

    @Override
    public MemoryRegion register(ByteBuffer direct) {
        return new Region(direct.slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    @Override
    public void contribute(RuntimeDTO runtime) {
        telling.run();
        runtime.memory.regions = regions.size();
    }
}
