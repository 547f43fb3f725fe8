// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.time.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HexFormat;
import org.ermine.tee.TeeException;
import org.junit.jupiter.api.DisplayName;
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
    void givenAFixedClockWhenACommandIsSentThenTheAnswerIsExactlyThis(String command, String expected)
            throws Exception {
        assertEquals(
                expected.replace(" ", ""),
                answer(Integer.decode(command), expected.replace(" ", "").length() / 2));
    }

    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:00Z, 00000000 00000000 00000000",
        "2106-02-07T06:28:15Z, ffffffff 00000000 00000000",
        "2106-02-07T06:28:16Z, 00000000 00000000 ffffffff",
        "1969-12-31T23:59:59.5Z, 00000000 00000000 ffffffff",
        "9999-01-01T00:00:00Z, 00000000 00000000 ffffffff",
    })
    @DisplayName(
            "ERM-18: given a time that seconds cannot hold, then the return value says so, and no other time is told")
    void givenATimeThatSecondsCannotHoldThenTheReturnValueSaysSo(Instant now, String expected) throws Exception {
        for (int command : new int[] {0x302, 0x305}) {
            ByteBuffer message = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            message.putInt(0, command);
            new TimeHandler(Clock.fixed(now, ZoneId.of("UTC"))).handle(message);
            assertEquals(expected.replace(" ", ""), HexFormat.of().formatHex(message.array(), 4, 16));
        }
    }

    @Test
    @DisplayName("ERM-18: given a time before 1970, when milliseconds are asked for, then the request fails")
    void givenATimeBefore1970ThenMillisecondsFail() {
        ByteBuffer message =
                ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 0x304);
        TimeHandler early = new TimeHandler(Clock.fixed(Instant.ofEpochMilli(-1), ZoneId.of("UTC")));

        assertThrows(TeeException.class, () -> early.handle(message));
    }

    @Test
    void givenAFixedClockWhenMillisecondsAreAskedForThenTheAnswerIsATruncated64BitNumber() throws Exception {
        ByteBuffer expected = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        expected.putInt(0x304).putLong(1772325599987L);

        assertEquals(HexFormat.of().formatHex(expected.array()), answer(0x304, 12));
    }

    /** Checks on the way that nothing behind the answer was written. */
    private String answer(int command, int size) throws Exception {
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
