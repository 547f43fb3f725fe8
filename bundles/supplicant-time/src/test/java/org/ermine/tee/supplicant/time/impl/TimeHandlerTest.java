// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.time.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeHandlerTest {

    private static final int UNTOUCHED = 0xee;

    // 1772325599 = 0x69a38adf; 987654321 = 0x3ade68b1. A Sunday; the zone of the clock must not matter.
    private final TimeHandler handler =
            new TimeHandler(Clock.fixed(Instant.parse("2026-03-01T00:39:59.987654321Z"), ZoneId.of("Asia/Tokyo")));

    @ParameterizedTest
    @CsvSource({
        "0x302, 02030000 df8aa369 b168de3a 00000000",
        "0x305, 05030000 df8aa369 b168de3a 00000000",
        // second 59, minute 39, hour 0, day 1, month 2, year 126, Sunday, day 59 of the year, no daylight saving
        "0x303, 03030000 3b000000 27000000 00000000 01000000 02000000 7e000000 00000000 3b000000 00000000 00000000",
        "0x306, 06030000 00000000",
        "0x301, 01030000 ffffffff",
        "0x307, 07030000 ffffffff",
        "0x0, 00000000 ffffffff",
    })
    void givenAFixedClockWhenACommandIsSentThenTheAnswerIsExactlyThis(String command, String expected) {
        assertEquals(
                expected.replace(" ", ""),
                answer(Integer.decode(command), expected.replace(" ", "").length() / 2));
    }

    @Test
    void givenAFixedClockWhenMillisecondsAreAskedForThenTheAnswerIsATruncated64BitNumber() {
        ByteBuffer expected = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        expected.putInt(0x304).putLong(1772325599987L);

        assertEquals(HexFormat.of().formatHex(expected.array()), answer(0x304, 12));
    }

    /** Checks on the way that nothing behind the answer was written. */
    private String answer(int command, int size) {
        ByteBuffer message = ByteBuffer.allocate(20 * 1024).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(message.array(), (byte) UNTOUCHED);
        message.putInt(0, command);

        handler.handle(message);

        for (int i = size; i < message.capacity(); i++) {
            assertEquals((byte) UNTOUCHED, message.get(i), "byte " + i + " behind the answer was changed");
        }
        return HexFormat.of().formatHex(message.array(), 0, size);
    }
}
