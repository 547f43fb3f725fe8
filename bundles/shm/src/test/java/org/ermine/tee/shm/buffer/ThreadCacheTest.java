// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.shm.region.AddressSpace;
import org.ermine.tee.shm.region.Region;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadCacheTest {

    private static final int PAGE = 4096;
    private static final long MAX_BYTES = 1 << 20;

    private final ThreadCache cache = new ThreadCache();

    @Test
    void aBufferIsKeptForItsSizeClassAlone() {
        Region region = unused(2 * PAGE);

        assertTrue(cache.offer(region, MAX_BYTES));

        assertNull(cache.poll(0));
        assertNull(cache.poll(2));
        assertSame(region, cache.poll(1));
        assertNull(cache.poll(1));
    }

    @Test
    void theLargestIsStolenFirst() {
        Region small = unused(PAGE);
        Region large = unused(SizeClass.LARGEST);
        cache.offer(small, Long.MAX_VALUE);
        cache.offer(large, Long.MAX_VALUE);

        assertSame(large, cache.steal());
        assertSame(small, cache.steal());
        assertNull(cache.steal());
    }

    @Test
    void whatWasStolenMakesRoom() {
        assertTrue(cache.offer(unused(PAGE), PAGE));
        assertFalse(cache.offer(unused(PAGE), PAGE));

        cache.steal();

        assertEquals(0, cache.bytes());
        assertTrue(cache.offer(unused(PAGE), PAGE));
        assertEquals(PAGE, cache.bytes());
        assertEquals(1, cache.count());
    }

    @Test
    void theOwnerAndAThiefNeverHaveTheSameBufferAndLoseNone() throws Exception {
        Queue<Region> stolen = new ConcurrentLinkedQueue<>();
        AtomicBoolean end = new AtomicBoolean();
        cache.offer(unused(PAGE), MAX_BYTES);
        try (OtherThread other = new OtherThread()) {
            Future<Integer> thief = other.start(() -> steal(stolen, end));

            for (int round = 0; round < 1_000_000; round++) {
                Region region = cache.poll(0);
                if (region == null) {
                    region = stolen.poll();
                }
                if (region != null) {
                    useAlone(region);
                    assertTrue(cache.offer(region, MAX_BYTES));
                }
            }
            end.set(true);

            assertTrue(thief.get(20, TimeUnit.SECONDS) > 0, "nothing was stolen");
            assertEquals(1, cache.count() + stolen.size());
            assertEquals(cache.count() * PAGE, cache.bytes());
        }
    }

    private int steal(Queue<Region> stolen, AtomicBoolean end) {
        int count = 0;
        while (!end.get()) {
            Region region = cache.steal();
            if (region != null) {
                useAlone(region);
                stolen.add(region);
                count++;
            }
        }
        return count;
    }

    /** Fails if another thread does the same with this region at the same time. */
    private static void useAlone(Region region) {
        assertFalse(region.isInUse());
        region.reuse();
        assertTrue(region.free());
    }

    private static Region unused(int size) {
        Region region = new AddressSpace().place(ByteBuffer.allocate(size), 0, Region::free);
        region.release();
        return region;
    }
}
