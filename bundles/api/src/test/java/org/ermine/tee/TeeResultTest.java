// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results, by the numbers of Qualcomm's {@code object.h}, where each name begins with {@code Object_ERROR_}. */
class TeeResultTest {

    @ParameterizedTest
    @CsvSource({
        "0, OK",
        "1, ERROR",
        "2, INVALID",
        "3, SIZE_IN",
        "4, SIZE_OUT",
        "5, MEM",
        "-90, DEFUNCT",
        "-91, ABORT",
        "-92, BADOBJ",
        "-93, NOSLOTS",
        "-94, MAXARGS",
        "-95, MAXDATA",
        "-96, UNAVAIL",
        "-97, KMEM",
        "-98, REMOTE",
        "-99, BUSY",
        "-103, TIMEOUT"
    })
    void givenANumberOfTheObjectModelThenItHasTheNameItHasThere(int code, String name) throws Exception {
        TeeResult named = (TeeResult) TeeResult.class.getField(name).get(null);

        assertEquals(code, named.code());
        assertSame(named, TeeResult.of(code));
        assertEquals(name + " (" + code + ")", named.toString());
    }

    @ParameterizedTest
    @CsvSource({"10, error 10", "2147483647, error 2147483647", "6, result 6", "9, result 9", "-1, result -1"})
    void givenANumberWithoutANameThenItIsShownAsWhatItIs(int code, String text) {
        assertEquals(code, TeeResult.of(code).code());
        assertEquals(text, TeeResult.of(code).toString());
    }

    @Test
    void givenInterfacesThenTheirOwnErrorsBeginAtTen() {
        assertEquals(10, TeeResult.USER_BASE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 6, 9, 10, Integer.MAX_VALUE})
    void givenAResultOfAnObjectThenItIsNoneOfTheTransport(int code) {
        assertFalse(TeeResult.of(code).isTransport());
        assertTrue(TeeResult.of(code).isHostable());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -90, -99, -103, Integer.MIN_VALUE})
    void givenAResultOfTheTransportThenNoObjectMayReturnIt(int code) {
        assertTrue(TeeResult.of(code).isTransport());
        assertFalse(TeeResult.of(code).isHostable());
    }

    @Test
    void givenAnyResultThenOnlyZeroIsOk() {
        assertTrue(TeeResult.of(0).isOk());
        assertFalse(TeeResult.of(1).isOk());
        assertFalse(TeeResult.of(-90).isOk());
    }

    @Test
    void givenTwoResultsThenTheyAreEqualByTheirCodes() {
        assertEquals(TeeResult.of(11), TeeResult.of(11));
        assertEquals(TeeResult.of(11).hashCode(), TeeResult.of(11).hashCode());
        assertNotEquals(TeeResult.of(11), TeeResult.of(12));
        assertNotEquals(TeeResult.of(11), 11);
    }
}
