// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import org.ermine.tee.TeeException;
import org.ermine.tee.shm.buffer.OtherThread;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.spi.MemoryRegion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an invocation does with shared memory in the steady state. */
@Timeout(60)
class FastPathTest {

    private static final int ROUNDS = 20_000;

    private final PooledSharedMemory memory = new PooledSharedMemory(new MemoryLimits(1 << 20, 1 << 16));

    @RepeatedTest(3)
    @DisplayName("MSG-2: both buffers of an invocation are acquired, resolved and released without allocation")
    void theSteadyStateAllocatesNothing() throws TeeException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        MemoryRegion object = memory.allocate(4096);
        useAll(object, ROUNDS);

        long before = threads.getThreadAllocatedBytes(thread);
        long measuring = threads.getThreadAllocatedBytes(thread) - before;
        before = threads.getThreadAllocatedBytes(thread);
        useAll(object, ROUNDS);
        long allocated = threads.getThreadAllocatedBytes(thread) - before - measuring;

        assertEquals(0, allocated / ROUNDS, "bytes per invocation, " + allocated + " in all");
    }

    @Test
    void theSteadyStateNeedsNoLock() throws Exception {
        MemoryRegion object = memory.allocate(4096);
        try (OtherThread other = new OtherThread()) {
            other.run(() -> useAll(object, 1));

            synchronized (part(memory, "addresses")) {
                synchronized (part(memory, "objects")) {
                    synchronized (part(part(memory, "pool"), "shared")) {
                        other.run(() -> useAll(object, 100));
                    }
                }
            }
        }
    }

    private void useAll(MemoryRegion object, int rounds) throws TeeException {
        for (int i = 0; i < rounds; i++) {
            MemoryRegion inbound = memory.acquire(20_000);
            MemoryRegion outbound = memory.acquire(4096);
            memory.resolve(inbound.address(), inbound.size()).putInt(0, i);
            memory.resolve(outbound.address() + 8, 16);
            object.retain();
            memory.resolve(object.address(), object.size());
            object.release();
            outbound.release();
            inbound.release();
        }
    }

    private static Object part(Object whole, String name) throws ReflectiveOperationException {
        Field field = whole.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(whole);
    }
}
