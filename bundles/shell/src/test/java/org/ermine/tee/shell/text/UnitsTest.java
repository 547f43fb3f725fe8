// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {

    @ParameterizedTest(name = "{0} bytes are {1}")
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1536, 1.5 KiB",
        "1048575, 1.0 MiB",
        "67108864, 64.0 MiB",
        "1073741824, 1.0 GiB",
        "9223372036854775807, 8.0 EiB"
    })
    void sizesHaveOneDecimalAndABinaryUnit(long bytes, String expected) {
        assertEquals(expected, Units.size(bytes));
    }

    @ParameterizedTest(name = "{0} ms are {1}")
    @CsvSource({
        "-5, 0 ms",
        "999, 999 ms",
        "59999, 59 s",
        "60000, 1 min",
        "61000, 1 min 1 s",
        "3600000, 1 h",
        "11100000, 3 h 5 min",
        "90000000, 1 d 1 h"
    })
    void timeSpansHaveAtMostTwoUnits(long millis, String expected) {
        assertEquals(expected, Units.span(millis));
    }

    @ParameterizedTest(name = "{0} bytes in {1} ns are {2}")
    @CsvSource({"104857600, 500000000, 200.0 MiB/s", "0, 0, 0.0 MiB/s"})
    void ratesAreInMegabytesPerSecond(long bytes, long nanos, String expected) {
        assertEquals(expected, Units.rate(bytes, nanos));
    }
}
