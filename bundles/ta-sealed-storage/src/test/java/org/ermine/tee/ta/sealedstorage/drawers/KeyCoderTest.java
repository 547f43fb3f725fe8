// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyCoderTest {

    private static final String LONG = "d".repeat(255) + "\0";

    private static final List<String> KEYS = List.of(
            "common\0",
            "common\0a",
            "common\0object 1",
            "common\0object 17",
            "common\0\u017c\u00f3",
            "common\0\u017c\ud83d\udc22",
            LONG + "n".repeat(255),
            LONG + "n".repeat(254) + "o",
            "x");

    private final ByteBuffer room = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

    @Test
    void givenKeysThenTheyAreReadAsTheyWereWrittenAndTakeWhatWasSaid() {
        KeyCoder sizes = new KeyCoder();
        KeyCoder writer = new KeyCoder();
        for (String key : KEYS) {
            int before = room.position();
            writer.write(room, key);
            assertEquals(room.position() - before, sizes.size(key), key);
        }
        room.flip();
        KeyCoder reader = new KeyCoder();
        for (String key : KEYS) {
            assertEquals(key, reader.read(room));
        }
        assertEquals(0, room.remaining());
    }

    @Test
    void givenAKeyLikeTheOneBeforeThenOnlyWhatDiffersIsWritten() {
        KeyCoder writer = new KeyCoder();
        writer.write(room, "common\0object 1");
        room.clear();
        writer.write(room, "common\0object 17");
        assertEquals(
                List.of((byte) 15, (byte) 1, (byte) 0, (byte) '7'),
                List.of(room.get(0), room.get(1), room.get(2), room.get(3)));
        assertEquals(4, room.position());
    }

    @Test
    void givenAKeyThatIsCutOffThenThatIsFound() {
        room.put((byte) 0).putShort((short) 9).put(new byte[3]).flip();
        assertThrows(BufferUnderflowException.class, () -> new KeyCoder().read(room));
    }

    @Test
    void givenMoreSharedBytesThanThereWereThenNothingIsReadThatIsNotThere() {
        room.put((byte) 200).putShort((short) 1).put((byte) 'a').flip();
        assertEquals("a", new KeyCoder().read(room));
    }
}
