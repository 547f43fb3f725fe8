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

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.shm.limit.MemoryLimits;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.PhysicalMemory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What comes from {@link PooledSharedMemory#allocate} and {@link PooledSharedMemory#register}, and how it is resolved.
 */
@Timeout(30)
class MemoryObjectTest {

    private final PooledSharedMemory memory = new PooledSharedMemory(new MemoryLimits(1 << 20, 1 << 16));

    @Test
    void allocatedMemoryIsZeroedAndRoundedUpToPages() throws TeeException {
        MemoryRegion object = memory.allocate(4097);

        assertEquals(8192, object.size());
        assertEquals(ByteOrder.LITTLE_ENDIAN, object.buffer().order());
        for (int i = 0; i < object.size(); i++) {
            assertEquals(0, object.buffer().get(i));
        }
        assertEquals(1, object.id());
    }

    @Test
    void memoryOfAnObjectThatIsGoneIsNotUsedAgain() throws TeeException {
        MemoryRegion object = memory.allocate(4096);
        ByteBuffer stale = object.buffer().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        object.release();
        MemoryRegion next = memory.allocate(4096);
        MemoryRegion message = memory.acquire(4096);

        stale.putInt(0, 0xdeadbeef);

        assertEquals(0, next.buffer().getInt(0));
        assertEquals(0, message.buffer().getInt(0));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                -1,
                Long.MIN_VALUE,
                (1L << 31) - 4095,
                1L << 31,
                (1L << 32) + 1,
                Long.MAX_VALUE - 4094,
                Long.MAX_VALUE
            })
    @DisplayName("FIX-8, TRAP-28, ERM-18: a size is checked before it is rounded up or narrowed")
    void aSizeOutOfRangeIsRefusedWithTheNumbers(long size) {
        TeeException e = assertThrows(TeeException.class, () -> memory.allocate(size));

        assertEquals(Errno.EINVAL, e.errno().orElseThrow());
        assertEquals("size of a memory object is " + size + " bytes, not 1 to 2147479552", e.getMessage());
    }

    @Test
    @DisplayName("TRAP-28, ERM-18: the largest size is rounded exactly and compared with the limit")
    void theLargestSizeIsComparedWithTheLimit() {
        TeeException e = assertThrows(TeeException.class, () -> memory.allocate((1L << 31) - 4096));

        assertEquals(Errno.ENOMEM, e.errno().orElseThrow());
        assertTrue(e.getMessage().startsWith("2147479552 bytes"), e.getMessage());
    }

    @Test
    void registeredMemoryIsTheCallersFromPositionToLimit() throws TeeException {
        ByteBuffer mine = ByteBuffer.allocateDirect(100).position(10).limit(40);

        MemoryRegion object = memory.register(mine);
        mine.put(10, (byte) 42);

        assertEquals(30, object.size());
        assertEquals(42, object.buffer().get(0));
        assertEquals(ByteOrder.LITTLE_ENDIAN, object.buffer().order());
        assertEquals(10, mine.position());
        assertNotSame(mine, object.buffer());
        assertSame(object.buffer(), memory.resolve(object.address() + 29, 1));
    }

    @Test
    void registeredMemoryDoesNotCountTowardsTheLimit() throws TeeException {
        MemoryRegion object = memory.register(ByteBuffer.allocateDirect(2 << 20));
        assertEquals(0, memory.statistics().committed);
        assertEquals(2 << 20, memory.statistics().registered);
        assertEquals(1, memory.statistics().regions);

        object.release();

        assertEquals(0, memory.statistics().registered);
        assertEquals(0, memory.statistics().regions);
        assertEquals(0, memory.statistics().committed);
    }

    static Stream<ByteBuffer> buffersThatCannotBeShared() {
        return Stream.of(
                ByteBuffer.allocate(8),
                ByteBuffer.allocateDirect(8).asReadOnlyBuffer(),
                ByteBuffer.allocateDirect(8).position(8));
    }

    @ParameterizedTest
    @MethodSource("buffersThatCannotBeShared")
    void aBufferThatCannotBeSharedIsRefused(ByteBuffer buffer) {
        TeeException e = assertThrows(TeeException.class, () -> memory.register(buffer));

        assertEquals(Errno.EINVAL, e.errno().orElseThrow());
        assertTrue(e.getMessage().contains(buffer.toString()), e.getMessage());
        assertEquals(0, memory.statistics().regions);
    }

    @Test
    @DisplayName("ERM-18, TRAP-28: a range is resolved only if it lies in one region, whatever its numbers")
    void aRangeIsResolvedOnlyInsideOneRegion() throws TeeException {
        MemoryRegion object = memory.allocate(8192);
        long start = object.address();
        assertSame(object.buffer(), memory.resolve(start, 8192));
        assertSame(object.buffer(), memory.resolve(start + 8191, 1));
        assertSame(object.buffer(), memory.resolve(start + 8192, 0));
        assertEquals(8191, PhysicalMemory.index(start + 8191));

        assertUnresolved(start, 8193);
        assertUnresolved(start + 1, 8192);
        assertUnresolved(start + 8192, 1);
        assertUnresolved(start + 8193, 0);
        assertUnresolved(start, -1);
        assertUnresolved(start, Long.MIN_VALUE);
        assertUnresolved(start, Long.MAX_VALUE);
        assertUnresolved(start + 8191, Long.MAX_VALUE);
        assertUnresolved(start + 0xffff_ffffL, 1);
        assertUnresolved(start + 0x8000_0000L, 1);
    }

    @Test
    @DisplayName("TRAP-27: an address that only narrows to a good one is refused")
    void anAddressThatAliasesAnotherWhenNarrowedIsRefused() throws TeeException {
        MemoryRegion object = memory.allocate(4096);

        assertUnresolved(0, 1);
        assertUnresolved(1, 1);
        assertUnresolved(-1, 1);
        assertUnresolved(object.address() + (64L << 32), 1);
        assertUnresolved(object.address() | Long.MIN_VALUE, 1);
    }

    @Test
    @DisplayName("MEM-6: id and address die with the last reference")
    void idAndAddressDieWithTheLastReference() throws TeeException {
        MemoryRegion object = memory.allocate(4096);
        assertTrue(object.retain());
        object.release();
        assertSame(object.buffer(), memory.resolve(object.address(), 4096));

        object.release();

        assertFalse(object.retain());
        assertUnresolved(object.address(), 1);
        assertNotEquals(object.id(), memory.allocate(4096).id());
        assertUnresolved(object.address(), 1);
    }

    private void assertUnresolved(long address, long length) {
        assertThrows(
                IllegalArgumentException.class,
                () -> memory.resolve(address, length),
                "0x" + Long.toHexString(address) + " + " + length);
    }
}
