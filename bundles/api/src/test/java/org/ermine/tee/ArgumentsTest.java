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
    void given_arguments_of_each_kind_then_they_are_counted_in_the_order_of_the_calls() {
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
    void given_a_part_of_a_buffer_then_its_size_and_place_are_those_of_the_part() {
        byte[] data = new byte[10];
        ByteBuffer room = ByteBuffer.allocate(8).position(2).limit(7);
        arguments.in(data, 3, 4).out(room);

        assertSame(data, arguments.array(0));
        assertNull(arguments.byteBuffer(0));
        assertEquals(3, arguments.offset(0));
        assertEquals(4, arguments.size(0));
        assertSame(room, arguments.byteBuffer(1));
        assertNull(arguments.array(1));
        assertEquals(2, arguments.offset(1));
        assertEquals(5, arguments.capacity(1));
    }

    @Test
    void given_a_part_that_is_not_in_the_buffer_or_a_room_that_is_read_only_then_it_is_refused_and_not_added() {
        assertThrows(IndexOutOfBoundsException.class, () -> arguments.in(new byte[3], 1, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> arguments.out(new byte[3], -1, 1));
        ByteBuffer readOnly = ByteBuffer.allocate(1).asReadOnlyBuffer();
        assertThrows(IllegalArgumentException.class, () -> arguments.out(readOnly));

        assertEquals(0, arguments.count());
    }

    @Test
    void given_outputs_of_an_invocation_then_they_are_there_until_they_are_forgotten() {
        arguments.out(new byte[4]).outObject();
        arguments.written(0, 3);
        arguments.returned(1, CALLBACK);
        assertEquals(3, arguments.size(0));
        assertSame(CALLBACK, arguments.object(1));

        arguments.reset();
        assertEquals(4, arguments.size(0));
        assertNull(arguments.object(1));
        assertThrows(IndexOutOfBoundsException.class, () -> arguments.written(0, 5));
    }

    @Test
    void given_an_argument_of_another_kind_then_it_is_named() {
        arguments.in(new byte[1]).in(CALLBACK);

        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> arguments.set(0, CALLBACK));
        assertTrue(refused.getMessage().startsWith("argument 0 is an INPUT_BUFFER"), refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> arguments.object(0));
        assertThrows(IllegalArgumentException.class, () -> arguments.size(1));
    }

    @Test
    void given_an_output_that_the_tee_does_not_host_then_it_is_unavailable() {
        arguments.outObject();
        assertEquals(
                TeeResult.UNAVAIL,
                assertThrows(TeeException.class, () -> arguments.teeObject(0)).result());
        arguments.returned(0, CALLBACK);
        assertEquals(
                TeeResult.UNAVAIL,
                assertThrows(TeeException.class, () -> arguments.teeObject(0)).result());
    }
}
