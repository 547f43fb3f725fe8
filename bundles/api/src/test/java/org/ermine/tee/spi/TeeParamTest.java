// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.spi.TeeParam.Type;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A parameter, by the numbers and fields of {@code struct tee_ioctl_param} in Linux' {@code tee.h}. */
class TeeParamTest {

    private static final byte[] BYTES = {10, 11, 12, 13, 14, 15, 16, 17};

    private final TeeParam param = new TeeParam();
    private final AtomicInteger released = new AtomicInteger();

    @ParameterizedTest
    @CsvSource({
        "NONE, 0",
        "VALUE_INPUT, 1",
        "VALUE_OUTPUT, 2",
        "VALUE_INOUT, 3",
        "MEMREF_INPUT, 5",
        "MEMREF_OUTPUT, 6",
        "MEMREF_INOUT, 7",
        "UBUF_INPUT, 8",
        "UBUF_OUTPUT, 9",
        "UBUF_INOUT, 10",
        "OBJREF_INPUT, 11",
        "OBJREF_OUTPUT, 12",
        "OBJREF_INOUT, 13"
    })
    void givenATypeThenItsAttributeIsThatOfLinux(Type type, int attribute) {
        assertEquals(attribute, type.attribute());
        assertEquals(13, Type.values().length);
    }

    @Test
    void givenObjectReferencesThenTheirFlagsAreThoseOfLinux() {
        assertEquals(1, TeeParam.FLAG_TEE);
        assertEquals(2, TeeParam.FLAG_USER);
        assertEquals(4, TeeParam.FLAG_MEM);
        assertEquals(-1, DriverContext.NULL);
    }

    @Test
    void givenANewParameterThenItIsOfTypeNoneAndEmpty() {
        assertEmpty();
        assertEquals("NONE", param.toString());
    }

    @Test
    void givenAValueThenItsThreeWordsStandAsTheyWereGiven() {
        param.value(Type.VALUE_INOUT, -1, Long.MIN_VALUE, 3);

        assertEquals(Type.VALUE_INOUT, param.type());
        assertEquals(-1, param.a());
        assertEquals(Long.MIN_VALUE, param.b());
        assertEquals(3, param.c());
        assertEquals("VALUE_INOUT(-1, -9223372036854775808, 3)", param.toString());
    }

    @Test
    void givenAnObjectReferenceThenItsIdAndFlagStandInTheFirstTwoWords() {
        param.object(Type.OBJREF_INPUT, 0x1_0000_0002L, TeeParam.FLAG_MEM);

        assertEquals(0x1_0000_0002L, param.objectId());
        assertEquals(4, param.objectFlags());
        assertEquals(param.objectId(), param.a());
        assertEquals(4, param.b());
        assertEquals("OBJREF_INPUT(4294967298, flags 4)", param.toString());
    }

    @Test
    void givenAPartOfAnArrayThenOnlyThatPartIsReadAndWritten() {
        byte[] array = BYTES.clone();
        param.buffer(Type.UBUF_INOUT, array, 2, 3);

        assertEquals(3, param.size());
        assertArrayEquals(new byte[] {0, 12, 13, 14, 0}, read(5, 1));
        param.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 1, 2);
        assertEquals(2, param.size());
        assertArrayEquals(new byte[] {10, 11, 2, 3, 14, 15, 16, 17}, array);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givenAPartOfAByteBufferThenItsPositionAndLimitDoNotMatter(boolean direct) {
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(8) : ByteBuffer.allocate(8);
        buffer.put(0, BYTES).position(7);
        param.buffer(Type.UBUF_INOUT, buffer, 2, 3);

        assertArrayEquals(new byte[] {0, 12, 13, 14, 0}, read(5, 1));
        param.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 1, 2);
        assertEquals(7, buffer.position());
        assertEquals(8, buffer.limit());
        byte[] after = new byte[8];
        buffer.get(0, after);
        assertArrayEquals(new byte[] {10, 11, 2, 3, 14, 15, 16, 17}, after);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE})
    @DisplayName("given an output, when it gets a size beyond its room, then it is refused and stays as it is")
    void aSizeBeyondTheRoomIsRefused(int size) {
        byte[] array = BYTES.clone();
        param.buffer(Type.UBUF_OUTPUT, array, 0, 3);

        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> param.size(size));
        assertEquals("size " + size + " of an output with room for 3", refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> param.write(ByteBuffer.allocate(8), 0, size));
        assertEquals(3, param.size());
        assertArrayEquals(BYTES, array);
    }

    @Test
    void givenAnOutputThatWasMadeSmallerThenItDoesNotGrowAgain() {
        param.buffer(Type.UBUF_OUTPUT, new byte[8], 0, 8);
        param.size(2);

        assertThrows(IllegalArgumentException.class, () -> param.size(3));
        param.size(0);
        assertEquals(0, param.size());
    }

    @Test
    void givenABufferThenItsViewIsLittleEndianAndOfThatBufferAlone() {
        byte[] array = BYTES.clone();
        param.buffer(Type.UBUF_OUTPUT, array, 4, 4);
        ByteBuffer view = param.view();

        assertEquals(ByteOrder.LITTLE_ENDIAN, view.order());
        assertEquals(4, view.capacity());
        // 14, 15, 16 and 17 in hexadecimal, the lowest byte first.
        assertEquals(0x11100f0e, view.getInt(0));
        view.putInt(0, 0x04030201);
        assertArrayEquals(new byte[] {10, 11, 12, 13, 1, 2, 3, 4}, array);
    }

    @Test
    void givenNoBufferThenNothingIsReadAndTheViewIsEmpty() {
        param.buffer(Type.UBUF_OUTPUT, (ByteBuffer) null, 0, 0);

        assertArrayEquals(new byte[] {0, 0}, read(2, 0));
        param.write(ByteBuffer.allocate(0), 0, 0);
        assertEquals(0, param.view().capacity());
        assertEquals("UBUF_OUTPUT[0]", param.toString());
    }

    @Test
    void givenAParameterOfOneTypeWhenItIsUsedForAnotherThenNothingOfTheFirstIsLeft() {
        param.buffer(Type.UBUF_INPUT, BYTES, 1, 4);
        param.value(Type.VALUE_INPUT, 1, 2, 3);

        assertEquals(0, param.size());
        assertEquals(0, param.view().capacity());
        param.buffer(Type.UBUF_INPUT, ByteBuffer.wrap(BYTES), 1, 4);
        assertEquals(0, param.a() | param.b() | param.c());
        param.buffer(Type.UBUF_INPUT, BYTES, 0, 2);
        assertArrayEquals(new byte[] {10, 11}, read(2, 0));
        param.clear();
        assertEmpty();
    }

    @Test
    void givenAnObjectThatIsKeptThenItIsReleasedOnceHoweverOftenItIsAskedFor() {
        param.object(Type.OBJREF_OUTPUT, 7, TeeParam.FLAG_USER, released::incrementAndGet);

        param.releaseHold();
        param.releaseHold();
        assertEquals(1, released.get());
        assertEquals(7, param.objectId());
        param.clear();
        assertEquals(1, released.get());
    }

    @Test
    void givenAnObjectThatIsKeptWhenTheParameterIsUsedAgainThenItIsReleased() {
        param.object(Type.OBJREF_OUTPUT, 7, TeeParam.FLAG_USER, released::incrementAndGet);
        param.object(Type.OBJREF_OUTPUT, 8, TeeParam.FLAG_USER, released::incrementAndGet);

        assertEquals(1, released.get());
        param.clear();
        assertEquals(2, released.get());
        assertEmpty();
    }

    private byte[] read(int room, int index) {
        ByteBuffer target = ByteBuffer.allocate(room);
        param.read(target, index);
        assertEquals(0, target.position());
        return target.array();
    }

    private void assertEmpty() {
        assertEquals(Type.NONE, param.type());
        assertEquals(0, param.a() | param.b() | param.c());
        assertEquals(0, param.size());
        assertEquals(0, param.view().capacity());
    }
}
