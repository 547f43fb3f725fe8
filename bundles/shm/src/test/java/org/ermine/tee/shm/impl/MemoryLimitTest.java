// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.MemoryDTO;
import org.ermine.tee.shm.buffer.OtherThread;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.spi.MemoryRegion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemoryLimitTest {

    private static final int PAGE = 4096;

    private final PooledSharedMemory memory = new PooledSharedMemory(new MemoryLimits(16 * PAGE, 8 * PAGE));

    @Test
    void atTheLimitARequestIsRefusedWithTheNumbers() throws TeeException {
        memory.allocate(10 * PAGE);
        memory.acquire(4 * PAGE);
        memory.acquire(PAGE).release();

        TeeException e = assertThrows(TeeException.class, () -> memory.allocate(3 * PAGE));

        assertEquals(Errno.ENOMEM, e.errno().orElseThrow());
        assertEquals(
                "12288 bytes of shared memory asked for, but the limit is reached (option limitMiB of "
                        + "org.ermine.tee.shm),"
                        + " limit 65536, in use 57344, in pools 4096",
                e.getMessage());
        assertEquals(1, memory.statistics().refused);
    }

    @Test
    void theLimitCanBeUsedToTheLastByteAndNotBeyond() throws TeeException {
        MemoryRegion all = memory.allocate(16 * PAGE);
        assertThrows(TeeException.class, () -> memory.acquire(1));

        all.release();

        memory.allocate(16 * PAGE);
    }

    @Test
    void unusedBuffersOfThisThreadGiveWay() throws TeeException {
        MemoryRegion buffer = memory.acquire(4 * PAGE);
        buffer.release();
        assertEquals(4 * PAGE, memory.statistics().committed);

        memory.allocate(16 * PAGE);

        assertEquals(16 * PAGE, memory.statistics().committed);
        assertThrows(IllegalArgumentException.class, () -> memory.resolve(buffer.address(), 1));
    }

    @Test
    void unusedBuffersOfOtherThreadsGiveWay() throws Exception {
        try (OtherThread other = new OtherThread()) {
            other.run(() -> memory.acquire(8 * PAGE).release());
            assertEquals(8 * PAGE, memory.statistics().committed);

            memory.allocate(16 * PAGE);

            assertEquals(16 * PAGE, memory.statistics().inUse);
            assertThrows(Exception.class, () -> other.run(() -> memory.acquire(1)));
        }
    }

    @Test
    void noMoreUnusedBuffersGiveWayThanNecessary() throws TeeException {
        MemoryRegion small = memory.acquire(PAGE);
        MemoryRegion large = memory.acquire(4 * PAGE);
        small.release();
        large.release();

        memory.allocate(14 * PAGE);

        assertSame(small, memory.acquire(PAGE));
        assertEquals(15 * PAGE, memory.statistics().committed);
    }

    @Test
    void unusedBuffersStayWhenTheyWouldNotHelp() throws TeeException {
        MemoryRegion buffer = memory.acquire(PAGE);
        buffer.release();

        assertThrows(TeeException.class, () -> memory.allocate(17 * PAGE));

        assertSame(buffer, memory.acquire(PAGE));
    }

    @Test
    void aLowerLimitHoldsAtOnceAndLeavesWhatIsInUse() throws TeeException {
        MemoryRegion object = memory.allocate(8 * PAGE);
        memory.acquire(2 * PAGE).release();

        memory.configure(new MemoryLimits(4 * PAGE, 0));

        assertEquals(8 * PAGE, memory.statistics().committed);
        assertEquals(4 * PAGE, memory.statistics().limit);
        assertThrows(TeeException.class, () -> memory.acquire(1));
        assertSame(object.buffer(), memory.resolve(object.address(), 8 * PAGE));
        object.release();
        memory.acquire(1);
    }

    @Test
    void aHigherLimitHoldsAtOnce() throws TeeException {
        memory.allocate(16 * PAGE);

        memory.configure(new MemoryLimits(17 * PAGE, 0));

        memory.acquire(1);
    }

    @Test
    void statisticsTellUsedFromUnused() throws TeeException {
        MemoryRegion unused = memory.acquire(2 * PAGE);
        memory.acquire(PAGE);
        memory.allocate(3 * PAGE);
        unused.release();

        MemoryDTO dto = memory.statistics();

        assertEquals(16 * PAGE, dto.limit);
        assertEquals(6 * PAGE, dto.committed);
        assertEquals(4 * PAGE, dto.inUse);
        assertEquals(6 * PAGE, dto.peak);
        assertEquals(1, dto.buffersInUse);
        assertEquals(1, dto.regions);
        assertEquals(0, dto.registered);
        assertEquals(0, dto.refused);
    }

    @Test
    void whenTheJvmHasNoMoreDirectMemoryTheErrorSaysSo() throws Exception {
        Process jvm = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx64m",
                        "-XX:MaxDirectMemorySize=8m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ScarceJvm.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(jvm.getInputStream().readAllBytes());

            assertTrue(jvm.waitFor(20, TimeUnit.SECONDS), "the JVM ended");
            assertEquals(0, jvm.exitValue(), output);
            assertTrue(
                    output.contains(
                            "ENOMEM: 4198400 bytes of shared memory asked for, but the JVM has no more direct memory"
                                    + " (see -XX:MaxDirectMemorySize), limit 67108864, in use 4198400, in pools 0: "),
                    output);
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** Runs in a JVM with 8 MiB of direct memory. */
    static final class ScarceJvm {

        public static void main(String[] args) throws TeeException {
            PooledSharedMemory memory = new PooledSharedMemory(new MemoryLimits(64 << 20, 8 << 20));
            memory.acquire(5 << 19).release();
            memory.acquire((4 << 20) + 1);
            TeeException e = assertThrows(TeeException.class, () -> memory.acquire((4 << 20) + 1));
            System.out.println(e.errno().orElseThrow() + ": " + e.getMessage());
            assertEquals(4198400, memory.statistics().committed, "what was not had does not count");
            assertEquals(1, memory.statistics().refused);
            memory.acquire(2 << 20);
        }
    }
}
