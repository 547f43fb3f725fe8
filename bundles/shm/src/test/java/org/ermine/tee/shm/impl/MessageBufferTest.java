// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.ermine.tee.TeeException;
import org.ermine.tee.shm.buffer.OtherThread;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.SharedMemoryManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes from {@link PooledSharedMemory#acquire}. */
@Timeout(30)
class MessageBufferTest {

    private static final int PAGE = 4096;

    private final PooledSharedMemory memory = new PooledSharedMemory(new MemoryLimits(64 << 20, 1 << 20));

    @ParameterizedTest
    @ValueSource(ints = {1, 4096, 4097, 100_000, (4 << 20) + 4096})
    @DisplayName("MSG-2: a buffer of at least the size asked for can be had for each invocation")
    void aBufferIsLargeEnoughAndHasAnAddressButNoId(int size) throws TeeException {
        MemoryRegion buffer = memory.acquire(size);

        assertTrue(buffer.size() >= size);
        assertEquals(buffer.size(), buffer.buffer().capacity());
        assertEquals(ByteOrder.LITTLE_ENDIAN, buffer.buffer().order());
        assertTrue(buffer.buffer().isDirect());
        assertEquals(0, buffer.id());
        assertEquals(0, (int) buffer.address());
        assertNotEquals(0, buffer.address());
        assertSame(buffer.buffer(), memory.resolve(buffer.address(), buffer.size()));
    }

    @Test
    void aThreadGetsBackWhatItReleased() throws TeeException {
        MemoryRegion buffer = memory.acquire(5000);
        buffer.release();

        assertSame(buffer, memory.acquire(8192));
        assertNotSame(buffer, memory.acquire(8192));
    }

    @Test
    void noTwoHoldersHaveTheSameBuffer() throws Exception {
        try (OtherThread other = new OtherThread()) {
            MemoryRegion released = memory.acquire(PAGE);
            released.release();
            MemoryRegion mine = memory.acquire(PAGE);
            MemoryRegion theirs = other.get(() -> memory.acquire(PAGE));

            assertNotSame(mine, theirs);
            assertNotEquals(mine.address(), theirs.address());
        }
    }

    @Test
    void aBufferIsReleasedByAnotherThreadWhichThenHasIt() throws Exception {
        try (OtherThread other = new OtherThread()) {
            MemoryRegion buffer = memory.acquire(PAGE);
            other.run(buffer::release);

            assertEquals(0, memory.statistics().buffersInUse);
            assertSame(buffer, other.get(() -> memory.acquire(PAGE)));
        }
    }

    @Test
    void whatAThreadsCacheCannotHoldGoesToAllThreads() throws Exception {
        PooledSharedMemory tight = new PooledSharedMemory(new MemoryLimits(1 << 20, 2 * PAGE));
        try (OtherThread other = new OtherThread()) {
            List<MemoryRegion> buffers = List.of(tight.acquire(PAGE), tight.acquire(PAGE), tight.acquire(PAGE));
            buffers.forEach(MemoryRegion::release);

            assertSame(buffers.get(2), other.get(() -> tight.acquire(PAGE)));
            assertFalse(buffers.contains(other.get(() -> tight.acquire(PAGE))));
        }
    }

    @Test
    void aCacheIsBoundedByCountToo() throws Exception {
        try (OtherThread other = new OtherThread()) {
            List<MemoryRegion> buffers = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                buffers.add(memory.acquire(PAGE));
            }
            buffers.forEach(MemoryRegion::release);

            assertSame(buffers.get(8), other.get(() -> memory.acquire(PAGE)));
            assertFalse(buffers.contains(other.get(() -> memory.acquire(PAGE))));
        }
    }

    @Test
    void withoutThreadCachesBuffersAreSharedByAll() throws Exception {
        PooledSharedMemory uncached = new PooledSharedMemory(new MemoryLimits(1 << 20, 0));
        try (OtherThread other = new OtherThread()) {
            MemoryRegion buffer = uncached.acquire(PAGE);
            buffer.release();

            assertSame(buffer, other.get(() -> uncached.acquire(PAGE)));
        }
    }

    @Test
    void theSharedListsKeepNoMoreThanAQuarterOfTheLimit() throws TeeException {
        PooledSharedMemory uncached = new PooledSharedMemory(new MemoryLimits(16 * PAGE, 0));
        List<MemoryRegion> buffers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            buffers.add(uncached.acquire(PAGE));
        }

        buffers.forEach(MemoryRegion::release);

        assertEquals(4 * PAGE, uncached.statistics().committed);
        assertEquals(0, uncached.statistics().inUse);
    }

    @Test
    void theBuffersOfAThreadThatEndedAreUsedByOthers() throws Exception {
        MemoryRegion cachedHere = memory.acquire(PAGE);
        MemoryRegion buffer = onAThreadThatEnds(() -> {
            MemoryRegion region = memory.acquire(PAGE);
            region.release();
            return region;
        });

        assertSame(buffer, memory.acquire(PAGE));
        cachedHere.release();
    }

    @Test
    void threadsThatComeAndGoLeaveNothingBehind() throws Exception {
        for (int i = 0; i < 50; i++) {
            onAThreadThatEnds(() -> {
                memory.acquire(PAGE).release();
                memory.acquire(1 << 16).release();
                return null;
            });
        }

        assertEquals(PAGE + (1 << 16), memory.statistics().committed);
    }

    @Test
    void aSecondReleaseIsRefusedByName() throws TeeException {
        MemoryRegion buffer = memory.acquire(PAGE);
        buffer.release();

        IllegalStateException e = assertThrows(IllegalStateException.class, buffer::release);

        assertEquals(
                "message buffer at 0x" + Long.toHexString(buffer.address()) + " (4096 bytes) was released already",
                e.getMessage());
        assertSame(buffer, memory.acquire(PAGE));
        assertNotSame(buffer, memory.acquire(PAGE));
    }

    @Test
    void aBufferStaysInUseUntilItsLastReferenceIsGone() throws TeeException {
        MemoryRegion buffer = memory.acquire(PAGE);
        assertTrue(buffer.retain());
        buffer.release();
        assertNotSame(buffer, memory.acquire(PAGE));

        buffer.release();

        assertFalse(buffer.retain());
        assertSame(buffer, memory.acquire(PAGE));
    }

    @Test
    @DisplayName("ERM-2: the address of a buffer that lies unused is refused, and good again when it is acquired again")
    void theAddressOfAnUnusedBufferIsRefused() throws TeeException {
        MemoryRegion buffer = memory.acquire(PAGE);
        buffer.release();
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> memory.resolve(buffer.address(), 1));
        assertEquals(
                "address 0x" + Long.toHexString(buffer.address()) + " points to no shared memory in use",
                e.getMessage());

        memory.acquire(PAGE);

        assertSame(buffer.buffer(), memory.resolve(buffer.address(), 1));
    }

    private static <T> T onAThreadThatEnds(Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(action);
        Thread thread = new Thread(task);
        thread.start();
        thread.join(TimeUnit.SECONDS.toMillis(20));
        assertFalse(thread.isAlive());
        return task.get();
    }

    /** Keeps one buffer, which it uses or not. */
    private static final class OneBuffer implements SharedMemoryManager.Keeper {

        private MemoryRegion buffer;
        private boolean used;

        @Override
        public boolean isIdle(MemoryRegion asked) {
            return asked == buffer && !used;
        }

        @Override
        public boolean giveUp(MemoryRegion asked) {
            boolean idle = isIdle(asked);
            if (idle) {
                buffer = null;
                asked.release();
            }
            return idle;
        }
    }

    private OneBuffer keep(int size) throws TeeException {
        OneBuffer keeper = new OneBuffer();
        keeper.buffer = memory.acquire(size, keeper);
        keeper.used = true;
        return keeper;
    }

    @Test
    @DisplayName(
            "MSG-2, ERM-23: given a buffer that its holder keeps, then it counts as used while it is used, and not "
                    + "while it is idle")
    void keptBufferIsCounted() throws TeeException {
        OneBuffer keeper = keep(PAGE);

        assertEquals(1, memory.statistics().buffersInUse);
        assertEquals(PAGE, memory.statistics().inUse);
        keeper.used = false;
        assertEquals(0, memory.statistics().buffersInUse);
        assertEquals(0, memory.statistics().inUse);
        assertEquals(PAGE, memory.statistics().committed);
        keeper.buffer.release();
        assertEquals(0, memory.statistics().buffersInUse);
    }

    @Test
    @DisplayName("MSG-2, ERM-23: given buffers that are kept, when memory is short, then idle ones are asked back, and "
            + "only as many as help")
    void keptBufferIsAskedBack() throws TeeException {
        memory.configure(new MemoryLimits(4 * PAGE, PAGE));
        OneBuffer used = keep(PAGE);
        OneBuffer idle = keep(PAGE);
        OneBuffer otherIdle = keep(PAGE);
        idle.used = false;
        otherIdle.used = false;
        memory.acquire(PAGE);

        memory.acquire(PAGE);
        assertEquals(1, (idle.buffer == null ? 1 : 0) + (otherIdle.buffer == null ? 1 : 0));
        memory.acquire(PAGE);
        assertTrue(idle.buffer == null && otherIdle.buffer == null);
        assertThrows(TeeException.class, () -> memory.acquire(PAGE));
        assertNotEquals(null, used.buffer);
    }

    @Test
    @DisplayName("MSG-2, ERM-23: given a buffer in use for ever, when its holder is gone, then nothing refers to the "
            + "holder, and the"
            + " buffer stays in use")
    void holderIsNotHeld() throws TeeException {
        List<MemoryRegion> neverGivenBack = new ArrayList<>();
        WeakReference<OneBuffer> holder = lose(neverGivenBack);

        Awaitility.await().until(() -> {
            System.gc();
            return holder.get() == null;
        });

        memory.configure(new MemoryLimits(4 * PAGE, PAGE));
        assertEquals(1, memory.statistics().buffersInUse);
        assertEquals(PAGE, memory.statistics().inUse);
        neverGivenBack.get(0).release();
        assertEquals(0, memory.statistics().buffersInUse);
    }

    private WeakReference<OneBuffer> lose(List<MemoryRegion> buffers) throws TeeException {
        OneBuffer keeper = keep(PAGE);
        buffers.add(keeper.buffer);
        return new WeakReference<>(keeper);
    }

    @Test
    @DisplayName(
            "MSG-2: given a buffer that is kept, when the memory manager stops, then it is asked back unless it is "
                    + "used")
    void keptBufferEndsWithTheManager() throws TeeException {
        OneBuffer used = keep(PAGE);
        OneBuffer idle = keep(PAGE);
        idle.used = false;

        memory.close();

        assertEquals(null, idle.buffer);
        used.buffer.release();
        assertEquals(0, memory.statistics().committed);
    }
}
