// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.backing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.TeeException;
import org.ermine.tee.shm.impl.PooledSharedMemory;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.spi.MemoryRegion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of memory that was given back. */
class GivenBackTest {

    private static final int SMALL = 4096;
    private static final int LARGE = BackingMemory.LARGE;

    private final PooledSharedMemory memory = new PooledSharedMemory(new MemoryLimits(64 << 20, 0));

    private static boolean canClose() {
        return ClosableMemory.find().isPresent();
    }

    private long uncollected() {
        return memory.statistics().uncollected;
    }

    @Test
    void givenSmallObjectsThatAreGivenBackThenTheyAreCountedWhileSomebodyHasAViewOfThem() throws TeeException {
        List<ByteBuffer> views = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            MemoryRegion region = memory.allocate(SMALL);
            views.add(region.buffer().duplicate());
            region.release();
        }
        assertEquals(0, memory.statistics().committed);
        assertEquals(10 * SMALL, uncollected());

        System.gc();
        assertEquals(10 * SMALL, uncollected(), "views are still there");
        Reference.reachabilityFence(views);
    }

    @Test
    void givenMemoryThatTheCollectorTookThenItIsCountedNoMore() {
        CollectedMemory collected = new CollectedMemory();
        ByteBuffer first = collected.allocate(SMALL);
        ByteBuffer second = collected.allocate(2 * SMALL);
        collected.release(first);
        collected.release(second);
        assertEquals(3 * SMALL, collected.uncollected());

        // What the garbage collector does with a reference when its memory goes.
        collected.dropped().stream().findAny().orElseThrow().enqueue();
        long left = collected.uncollected();
        assertTrue(left == SMALL || left == 2 * SMALL, left + " bytes are left");
        collected.dropped().forEach(Reference::enqueue);
        assertEquals(0, collected.uncollected());
        assertEquals(0, collected.dropped().size());
        Reference.reachabilityFence(List.of(first, second));
    }

    @Test
    void givenBuffersThatThePoolDropsThenTheyAreCounted() throws TeeException {
        memory.acquire(SMALL).release();
        assertEquals(0, uncollected(), "it lies in the pool");

        memory.configure(new MemoryLimits(1 << 20, 0));
        assertEquals(SMALL, uncollected());
    }

    @Test
    void givenALargeObjectThatIsGivenBackThenItIsFreedOrCounted() throws TeeException {
        memory.allocate(LARGE).release();

        assertEquals(0, memory.statistics().committed);
        assertEquals(canClose() ? 0 : LARGE, uncollected());
    }

    @Test
    void givenJavaCanCloseMemoryWhenALargeObjectIsGivenBackThenItsViewsLeadNowhere() throws TeeException {
        assumeTrue(canClose(), "Java 22 or later");
        MemoryRegion region = memory.allocate(LARGE);
        ByteBuffer view = region.buffer().duplicate();
        assertEquals(0, view.getLong(LARGE - Long.BYTES), "new memory holds zeroes");
        region.retain();
        region.release();
        view.putInt(0, 7);
        region.release();

        assertThrows(IllegalStateException.class, () -> view.getInt(0));
        assertEquals(0, uncollected());
    }

    @Test
    void givenJavaCanCloseMemoryWhenTheManagerGoesThenNothingOfItIsLeft() throws TeeException {
        assumeTrue(canClose(), "Java 22 or later");
        MemoryRegion region = memory.allocate(LARGE);
        memory.close();

        assertThrows(IllegalStateException.class, () -> region.buffer().getInt(0));
        region.release();
        assertEquals(0, uncollected());
        assertEquals(0, memory.statistics().committed);
    }

    @Test
    void givenViewsThatFilesAreReadIntoThenThatIsAsWithAnyOtherMemory(@TempDir Path folder) throws Exception {
        MemoryRegion region = memory.allocate(LARGE);
        try (FileChannel file = FileChannel.open(
                folder.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
            ByteBuffer view = region.buffer().duplicate();
            assertEquals(4, file.read(view, 0));
            assertEquals(2, view.get(1));
        }
        region.release();
        assertEquals(canClose() ? 0 : LARGE, uncollected());
    }
}
