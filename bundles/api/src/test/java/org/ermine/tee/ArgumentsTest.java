// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.ermine.tee.Arguments.Kind;
import org.junit.jupiter.api.Test;

class ArgumentsTest {

    private static final CallbackObject CALLBACK = (op, arguments) -> {};

    private final Arguments arguments = new Arguments();

    @Test
    void givenArgumentsOfEachKindThenTheyAreCountedInTheOrderOfTheCalls() {
        arguments.in(new byte[3]).out(new byte[4]).in(CALLBACK).outObject().in((ObjectReference) null);

        assertEquals(5, arguments.count());
        assertEquals(Kind.INPUT_BUFFER, arguments.kind(0));
        assertEquals(Kind.OUTPUT_BUFFER, arguments.kind(1));
        assertEquals(Kind.INPUT_OBJECT, arguments.kind(2));
        assertEquals(Kind.OUTPUT_OBJECT, arguments.kind(3));
        assertSame(CALLBACK, arguments.object(2));
        assertNull(arguments.object(4));
        assertThrows(IndexOutOfBoundsException.class, () -> arguments.kind(5));
    }

    @Test
    void givenAPartOfABufferThenItsSizeAndPlaceAreThoseOfThePart() {
        byte[] data = new byte[10];
        ByteBuffer room = ByteBuffer.allocate(8).position(2).limit(7);
        arguments.in(data, 3, 4).out(room);

        assertSame(data, ArgumentAccess.array(arguments, 0));
        assertNull(ArgumentAccess.byteBuffer(arguments, 0));
        assertEquals(3, ArgumentAccess.offset(arguments, 0));
        assertEquals(4, arguments.size(0));
        assertSame(room, ArgumentAccess.byteBuffer(arguments, 1));
        assertNull(ArgumentAccess.array(arguments, 1));
        assertEquals(2, ArgumentAccess.offset(arguments, 1));
        assertEquals(5, ArgumentAccess.capacity(arguments, 1));
    }

    @Test
    void givenAPartThatIsNotInTheBufferOrARoomThatIsReadOnlyThenItIsRefusedAndNotAdded() {
        assertThrows(IndexOutOfBoundsException.class, () -> arguments.in(new byte[3], 1, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> arguments.out(new byte[3], -1, 1));
        ByteBuffer readOnly = ByteBuffer.allocate(1).asReadOnlyBuffer();
        assertThrows(IllegalArgumentException.class, () -> arguments.out(readOnly));

        assertEquals(0, arguments.count());
    }

    @Test
    void givenOutputsOfAnInvocationThenTheyAreThereUntilTheyAreForgotten() {
        arguments.out(new byte[4]).outObject();
        ArgumentAccess.written(arguments, 0, 3);
        ArgumentAccess.returned(arguments, 1, CALLBACK);
        assertEquals(3, arguments.size(0));
        assertSame(CALLBACK, arguments.object(1));

        ArgumentAccess.reset(arguments);
        assertEquals(4, arguments.size(0));
        assertNull(arguments.object(1));
        assertThrows(IndexOutOfBoundsException.class, () -> ArgumentAccess.written(arguments, 0, 5));
    }

    @Test
    void givenAnArgumentOfAnotherKindThenItIsNamed() {
        arguments.in(new byte[1]).in(CALLBACK);

        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> arguments.set(0, CALLBACK));
        assertTrue(refused.getMessage().startsWith("argument 0 is an INPUT_BUFFER"), refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> arguments.object(0));
        assertThrows(IllegalArgumentException.class, () -> arguments.size(1));
    }

    @Test
    void givenAnOutputThatTheTeeDoesNotHostThenItIsUnavailable() {
        arguments.outObject();
        assertEquals(
                TeeResult.UNAVAIL,
                assertThrows(TeeException.class, () -> arguments.teeObject(0)).result());
        ArgumentAccess.returned(arguments, 0, CALLBACK);
        assertEquals(
                TeeResult.UNAVAIL,
                assertThrows(TeeException.class, () -> arguments.teeObject(0)).result());
    }

    @Test
    void givenBuffersThenTheirBytesAreThoseThatAreSentOrWereWritten() {
        byte[] data = {9, 1, 0, 0, 0, 9};
        ByteBuffer room = ByteBuffer.allocateDirect(8).position(2);
        arguments.in(data, 1, 4).out(room);
        assertEquals(1, arguments.bytes(0).getInt());
        assertEquals(6, arguments.bytes(1).remaining());

        room.put(2, (byte) 7);
        ArgumentAccess.written(arguments, 1, 1);
        ByteBuffer written = arguments.bytes(1);
        assertEquals(1, written.remaining());
        assertEquals(7, written.get());
        assertTrue(written.isReadOnly());
        assertEquals(2, room.position());
    }

    @Test
    void givenAnObjectThenItHasNoBytes() {
        arguments.in(CALLBACK);
        assertThrows(IllegalArgumentException.class, () -> arguments.bytes(0));
    }
}
