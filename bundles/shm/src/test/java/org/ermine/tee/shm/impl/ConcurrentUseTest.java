// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.MemoryDTO;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.spi.MemoryRegion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads use all of it at once, short of memory, handing regions to each other, while the limits change. */
class ConcurrentUseTest {

    private static final int THREADS = 6;
    private static final int ROUNDS = 30_000;
    private static final long LIMIT = 512 << 10;

    private final PooledSharedMemory memory = new PooledSharedMemory(new MemoryLimits(LIMIT, 64 << 10));
    private final ConcurrentLinkedQueue<MemoryRegion> handedOver = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("MEM-6, MSG-2: no region has two holders, and nothing is in use when all is released")
    @Timeout(120)
    void nothingIsSharedAndNothingIsLost(long seed) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS + 1);
        try {
            SplittableRandom random = new SplittableRandom(seed);
            List<Callable<Integer>> users = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom own = random.split();
                users.add(() -> use(own));
            }
            users.add(this::reconfigure);
            int regions = 0;
            for (Future<Integer> user : executor.invokeAll(users, 100, TimeUnit.SECONDS)) {
                regions += user.get();
            }
            assertTrue(regions > ROUNDS, "the threads had regions to work with: " + regions);
            handedOver.forEach(ConcurrentUseTest::checkAndRelease);

            assertNothingInUse(memory.statistics());
            memory.close();
            assertEquals(0, memory.statistics().committed);
        } finally {
            executor.shutdownNow();
        }
    }

    private int use(SplittableRandom random) throws TeeException {
        int regions = 0;
        for (int round = 0; round < ROUNDS; round++) {
            MemoryRegion region = take(random);
            if (region != null) {
                regions++;
                mark(region);
                passOn(region, random);
            }
        }
        return regions;
    }

    /** Null if the memory is all in use at present, which is right in here. */
    private MemoryRegion take(SplittableRandom random) throws TeeException {
        try {
            int size = 1 + random.nextInt(32 << 10);
            return random.nextInt(8) == 0 ? memory.allocate(size) : memory.acquire(size);
        } catch (TeeException e) {
            if (e.errno().orElseThrow() != Errno.ENOMEM) {
                throw e;
            }
            return null;
        }
    }

    private void passOn(MemoryRegion region, SplittableRandom random) {
        if (random.nextInt(4) != 0) {
            checkAndRelease(region);
            return;
        }
        handedOver.add(region);
        MemoryRegion other = handedOver.poll();
        if (other != null) {
            useMore(other);
            checkAndRelease(other);
        }
    }

    private void useMore(MemoryRegion region) {
        assertTrue(region.retain());
        assertSame(region.buffer(), memory.resolve(region.address(), region.size()));
        region.release();
    }

    private static void mark(MemoryRegion region) {
        long mark = Thread.currentThread().getId();
        region.buffer().putLong(0, mark).putLong(region.size() - Long.BYTES, mark);
    }

    /** A second holder would have put its mark over one of the two. */
    private static void checkAndRelease(MemoryRegion region) {
        assertEquals(
                region.buffer().getLong(0), region.buffer().getLong(region.size() - Long.BYTES), region.toString());
        region.buffer().putLong(0, -1).putLong(region.size() - Long.BYTES, -1);
        region.release();
    }

    private int reconfigure() {
        for (int i = 0; i < 500; i++) {
            memory.configure(new MemoryLimits(LIMIT, (i & 1) == 0 ? 0 : 64 << 10));
            assertTrue(memory.statistics().committed <= LIMIT);
            Thread.yield();
        }
        return 0;
    }

    private static void assertNothingInUse(MemoryDTO dto) {
        assertEquals(0, dto.inUse);
        assertEquals(0, dto.buffersInUse);
        assertEquals(0, dto.regions);
        assertEquals(0, dto.registered);
        assertTrue(dto.committed <= LIMIT);
        assertTrue(dto.peak <= LIMIT && dto.peak > 0, "peak " + dto.peak);
    }
}
