// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.annotation.Annotation;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.shm.limit.SharedMemoryConfig;
import org.ermine.tee.spi.MemoryRegion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The component is activated, modified and deactivated. */
class LifeCycleTest {

    @Test
    void theConfiguredLimitHolds() throws TeeException {
        PooledSharedMemory memory = new PooledSharedMemory(config(1, 0), Map.of());
        assertEquals(1 << 20, memory.statistics().limit);
        memory.allocate(1 << 20);
        assertThrows(TeeException.class, () -> memory.acquire(1));

        memory.modified(config(2, 0), Map.of());

        memory.acquire(1);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, 0", "65537, 0", "2147483647, 0", "1, -1", "1, 65537"})
    void anOptionOutOfRangeIsRefusedByNameAndHasItsDefault(int limitMiB, int threadCacheKiB) {
        long[] limit = {0};
        String log = logOf(
                () -> limit[0] = new PooledSharedMemory(config(limitMiB, threadCacheKiB), Map.of()).statistics().limit);

        String option = limitMiB == 1 ? "threadCacheKiB" : "limitMiB";
        int value = limitMiB == 1 ? threadCacheKiB : limitMiB;
        assertTrue(log.contains("option " + option + " of org.ermine.tee.shm is " + value + ", not "), log);
        assertEquals(limitMiB == 1 ? 1 << 20 : 256 << 20, limit[0]);
    }

    @Test
    void aModificationOutOfRangeChangesNothing() {
        PooledSharedMemory memory = new PooledSharedMemory(config(1, 0), Map.of());

        String log = logOf(() -> memory.modified(config(2, -1), Map.of()));

        assertTrue(log.contains("option threadCacheKiB of org.ermine.tee.shm is -1, not 0 to 65536"), log);
        assertEquals(1 << 20, memory.statistics().limit);
    }

    @Test
    void theLargestOptionsAreNotNarrowed() {
        PooledSharedMemory memory = new PooledSharedMemory(config(65536, 65536), Map.of());

        assertEquals(1L << 36, memory.statistics().limit);
    }

    @Test
    void whatIsInUseAtTheEndIsReported() throws TeeException {
        PooledSharedMemory memory = new PooledSharedMemory(config(1, 64), Map.of());
        memory.acquire(8192).release();
        List<MemoryRegion> inUse =
                List.of(memory.acquire(4096), memory.allocate(4096), memory.register(ByteBuffer.allocateDirect(100)));

        String log = logOf(memory::close);
        // What nobody refers to would not be reported after a garbage collection.
        Reference.reachabilityFence(inUse);

        assertTrue(
                log.contains("WARN")
                        && log.contains("1 message buffers and 2 memory objects, 8192 bytes, and 100 bytes"),
                log);
    }

    @Test
    void nothingIsReportedWhenAllWasReleased() throws TeeException {
        PooledSharedMemory memory = new PooledSharedMemory(config(1, 64), Map.of());
        memory.acquire(4096).release();
        memory.allocate(4096).release();

        assertEquals("", logOf(memory::close));
        assertEquals(0, memory.statistics().committed);
    }

    @Test
    void afterTheEndNothingIsGivenOutOrResolvedAndAllCanStillBeReleased() throws TeeException {
        PooledSharedMemory memory = new PooledSharedMemory(config(1, 64), Map.of());
        MemoryRegion buffer = memory.acquire(4096);
        MemoryRegion object = memory.allocate(4096);

        memory.close();

        assertEquals(Errno.ENODEV, errnoOf(() -> memory.acquire(1)));
        assertEquals(Errno.ENODEV, errnoOf(() -> memory.allocate(1)));
        assertEquals(Errno.ENODEV, errnoOf(() -> memory.register(ByteBuffer.allocateDirect(1))));
        assertThrows(IllegalArgumentException.class, () -> memory.resolve(object.address(), 1));
        assertThrows(IllegalArgumentException.class, () -> memory.resolve(buffer.address(), 1));
        buffer.release();
        object.release();
        assertThrows(IllegalStateException.class, object::release);
        assertEquals(0, memory.statistics().committed);
        assertEquals(0, memory.statistics().buffersInUse);
        assertEquals(0, memory.statistics().regions);
    }

    private static Errno errnoOf(Executable action) {
        return assertThrows(TeeException.class, action).errno().orElseThrow();
    }

    private static String logOf(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return log.toString();
    }

    private static SharedMemoryConfig config(int limitMiB, int threadCacheKiB) {
        return new SharedMemoryConfig() {
            @Override
            public int limitMiB() {
                return limitMiB;
            }

            @Override
            public int threadCacheKiB() {
                return threadCacheKiB;
            }

            @Override
            public int messageReservePercent() {
                return 0;
            }

            @Override
            public int ownerSharePercent() {
                return 100;
            }

            @Override
            public int ownerObjects() {
                return 100;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return SharedMemoryConfig.class;
            }
        };
    }
}
