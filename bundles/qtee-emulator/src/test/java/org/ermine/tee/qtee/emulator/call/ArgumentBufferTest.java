// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentBufferTest {

    private static final int SIZE = 8;

    @Test
    @DisplayName(
            "ERM-29: given an argument that was shown in the message, and an invocation that broke off before it ended "
                    + "that, then the next one has private memory")
    void brokenOff() {
        ArgumentBuffer buffer = new ArgumentBuffer(false);
        buffer.show(ByteBuffer.allocate(SIZE).put(0, (byte) 1));

        buffer.begin(SIZE);

        assertFalse(buffer.isInPlace());
        assertEquals(0, buffer.view().get(0));
    }

    @ParameterizedTest(name = "read-only {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "ERM-29: given an argument that was shown in the message, then the buffer is private again without new "
                    + "memory")
    void privateAgain(boolean readOnly) {
        ByteBuffer message = ByteBuffer.allocate(SIZE).put(0, (byte) 1);
        ArgumentBuffer buffer = new ArgumentBuffer(readOnly);
        byte[] bytes = buffer.bytes();
        buffer.show(message.slice(0, SIZE));
        assertTrue(buffer.isInPlace());
        assertEquals(1, buffer.view().get(0));
        ByteBuffer seen = buffer.view();

        buffer.end(Integer.MAX_VALUE);

        assertEquals(0, seen.limit());
        assertSame(bytes, buffer.bytes());
        buffer.begin(SIZE);
        assertFalse(buffer.isInPlace());
        assertEquals(0, buffer.view().get(0));
    }
}
