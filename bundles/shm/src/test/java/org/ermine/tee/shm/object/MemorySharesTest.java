// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.options.Options;
import org.ermine.tee.embedded.options.TestedOptions;
import org.ermine.tee.shm.impl.PooledSharedMemory;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.shm.limit.SharedMemoryConfig;
import org.ermine.tee.spi.MemoryRegion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemorySharesTest {

    private static final int PAGE = 4096;
    private static final String GREEDY = "greedy 1.0.0 [7]";
    private static final String NEIGHBOUR = "neighbour 1.0.0 [8]";

    /** 100 pages, of which memory objects get 80, an owner 50, and 60 objects. */
    private final PooledSharedMemory memory =
            new PooledSharedMemory(new MemoryLimits(100 * PAGE, 0, 80 * PAGE, 50 * PAGE, 60));

    /** What the owner gets before it is refused. */
    private List<MemoryRegion> allocateAll(String owner, int pages) {
        List<MemoryRegion> all = new ArrayList<>();
        assertRefused(() -> {
            while (true) {
                all.add(memory.allocate(owner, (long) pages * PAGE));
            }
        });
        return all;
    }

    private interface Asking {
        void run() throws TeeException;
    }

    private static String assertRefused(Asking asking) {
        TeeException refusal = assertThrows(TeeException.class, asking::run);
        assertEquals(Errno.ENOMEM, refusal.errno().orElseThrow());
        return refusal.getMessage();
    }

    @Test
    @DisplayName("ERM-23: given a bundle that allocates all it can, then its neighbour has memory objects and message "
            + "buffers")
    void greedyOwner() throws TeeException {
        assertEquals(50, allocateAll(GREEDY, 1).size());
        assertEquals(6, allocateAll(NEIGHBOUR, 5).size());
        for (int i = 0; i < 20; i++) {
            memory.acquire(PAGE);
        }
    }

    @Test
    @DisplayName("ERM-23: given a used-up share, then the error says whose it is, how much, and where it is set")
    void refusalOfTheShare() {
        allocateAll(GREEDY, 1);
        assertEquals(
                "4096 bytes of shared memory asked for: greedy 1.0.0 [7] has used up its share of bytes of shared "
                        + "memory: it has"
                        + " 204800 of 204800 (option ownerSharePercent of org.ermine.tee.shm)",
                assertRefused(() -> memory.allocate(GREEDY, 1)));
        assertEquals(2, memory.statistics().refused);
    }

    @Test
    @DisplayName(
            "ERM-23: given owners that together have all but the reserve, then the error says so, and who has the most")
    void refusalOfTheReserve() {
        allocateAll(GREEDY, 1);
        allocateAll(NEIGHBOUR, 1);
        assertEquals(
                "4096 bytes of shared memory asked for, but memory objects have 327680 of 327680 bytes, the limit "
                        + "without the"
                        + " reserve for messages (options limitMiB and messageReservePercent of org.ermine.tee.shm); "
                        + "greedy 1.0.0 [7]"
                        + " has 204800 of it",
                assertRefused(() -> memory.allocate("third", 1)));
    }

    @Test
    @DisplayName("ERM-23: given memory that is let go, then its owner can have as much again")
    void givenBack() throws TeeException {
        for (int i = 0; i < 3; i++) {
            List<MemoryRegion> all = allocateAll(GREEDY, 10);
            assertEquals(5, all.size());
            MemoryRegion first = all.get(0);
            first.retain();
            all.forEach(MemoryRegion::release);
            assertEquals(4, allocateAllAndRelease(), "the first one is still held");
            first.release();
        }
    }

    private int allocateAllAndRelease() {
        List<MemoryRegion> all = allocateAll(GREEDY, 10);
        all.forEach(MemoryRegion::release);
        return all.size();
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle that registers memory without end, then it is refused, and its neighbour is not")
    void registered() throws TeeException {
        ByteBuffer mine = ByteBuffer.allocateDirect(8);
        List<MemoryRegion> all = new ArrayList<>();
        String refusal = assertRefused(() -> {
            while (true) {
                all.add(memory.register(GREEDY, mine));
            }
        });
        assertEquals(60, all.size());
        assertTrue(refusal.contains(GREEDY) && refusal.contains("60 of 60 (option ownerObjects of"), refusal);
        assertRefused(() -> memory.allocate(GREEDY, 1));
        memory.register(NEIGHBOUR, mine);
        memory.allocate(NEIGHBOUR, 1);
        all.forEach(MemoryRegion::release);
        memory.register(GREEDY, mine);
        memory.allocate(GREEDY, 1);
    }

    @Test
    @DisplayName("ERM-23: given a request that fails for another reason, then nothing of the share is lost")
    void failedForAnotherReason() throws TeeException {
        List<MemoryRegion> messages = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            messages.add(memory.acquire(PAGE));
        }
        for (int i = 0; i < 100; i++) {
            assertRefused(() -> memory.allocate(GREEDY, PAGE));
        }
        messages.forEach(MemoryRegion::release);
        assertEquals(50, allocateAll(GREEDY, 1).size());
    }

    @Test
    @DisplayName("ERM-23: given changed options, then they hold at once, and what is in use stays")
    void changed() throws TeeException {
        allocateAll(GREEDY, 1);
        memory.configure(new MemoryLimits(100 * PAGE, 0, 80 * PAGE, 20 * PAGE, 60));
        assertRefused(() -> memory.allocate(GREEDY, 1));
        assertEquals(20, allocateAll(NEIGHBOUR, 1).size());
        memory.configure(new MemoryLimits(100 * PAGE, 0, 80 * PAGE, 51 * PAGE, 60));
        memory.allocate(GREEDY, 1);
    }

    @Test
    @DisplayName("ERM-18: given an option out of its range, then what is in force stays")
    void ranges() {
        new TestedOptions<>(SharedMemoryConfig.PID, SharedMemoryConfig.class, MemoryLimits::read).assertRanges();
    }

    @Test
    @DisplayName("ERM-23: given the options as they come, then one bundle gets half, and messages have a fifth for "
            + "themselves")
    void defaults() {
        TestedOptions<SharedMemoryConfig, MemoryLimits> tested =
                new TestedOptions<>(SharedMemoryConfig.PID, SharedMemoryConfig.class, MemoryLimits::read);
        Options<SharedMemoryConfig, MemoryLimits> options = tested.start(tested.with("limitMiB", 100));
        assertEquals(50L << 20, options.inForce().ownerBytes());
        assertEquals(80L << 20, options.inForce().objects());
    }
}
