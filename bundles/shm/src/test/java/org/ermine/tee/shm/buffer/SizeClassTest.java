// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ermine.tee.shm.backing.Pages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeClassTest {

    @ParameterizedTest(name = "{0} bytes are served by buffers of {1}")
    @CsvSource({
        "1, 4096",
        "4096, 4096",
        "4097, 8192",
        "8192, 8192",
        "8193, 16384",
        "1048577, 2097152",
        "4194304, 4194304",
        "4194305, 4198400",
        "4198400, 4198400"
    })
    void aSizeIsServedByTheSmallestClassThatHoldsIt(int size, int expected) {
        assertEquals(expected, SizeClass.bytes(SizeClass.of(size)));
    }

    @Test
    void theBuffersOfAClassBelongToThatClass() {
        for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
            assertEquals(sizeClass, SizeClass.of(SizeClass.bytes(sizeClass)));
        }
    }

    @Test
    void onlyThePageBeyondFourMebibytesIsAddedToTheLargestClass() {
        assertEquals(SizeClass.LARGEST, SizeClass.bytes(SizeClass.COUNT - 1));
        assertTrue(SizeClass.LARGEST % Pages.SIZE == 0);
    }
}
