// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TeeParamsTest {

    private final TeeParams params = new TeeParams(2);

    @Test
    @DisplayName("ERM-29: given parameters that are full, when one more is added, then they stay usable")
    void oneTooManyBreaksNothing() {
        params.add();
        params.add();

        assertThrows(IndexOutOfBoundsException.class, params::add);

        assertEquals(2, params.count());
        params.clear();
        assertEquals(0, params.count());
        params.add().value(TeeParam.Type.VALUE_INPUT, 1, 2, 3);
        assertEquals(1, params.get(0).a());
    }

    @Test
    @DisplayName(
            "ERM-29: given parameters that fail to let go what they keep, when they are cleared, then each has tried, "
                    + "and nothing is left"
                    + " of them")
    void failingToLetGo() {
        AtomicInteger tried = new AtomicInteger();
        for (int i = 0; i < params.capacity(); i++) {
            params.add().object(TeeParam.Type.OBJREF_OUTPUT, 7, TeeParam.FLAG_USER, () -> {
                tried.incrementAndGet();
                throw new OutOfMemoryError("thrown by the test");
            });
        }

        assertThrows(OutOfMemoryError.class, params::clear);

        assertEquals(2, tried.get());
        assertEquals(0, params.count());
        assertEquals(TeeParam.Type.NONE, params.add().type());
        params.clear();
        assertEquals(2, tried.get());
    }

    @Test
    void givenAsManyAsAnArgumentBlockOfLinuxHoldsThenNoMoreAreTaken() {
        assertEquals(64, TeeParams.MAX);
        assertEquals(64, new TeeParams(64).capacity());
        assertEquals(0, new TeeParams(0).capacity());
        assertThrows(IndexOutOfBoundsException.class, () -> new TeeParams(65));
        assertThrows(IndexOutOfBoundsException.class, () -> new TeeParams(-1));
        assertThrows(IndexOutOfBoundsException.class, new TeeParams(0)::add);
    }

    @Test
    void givenParametersThenOnlyThoseThatWereAddedAreThere() {
        params.add().value(TeeParam.Type.VALUE_INPUT, 1, 0, 0);

        assertEquals(1, params.count());
        assertEquals(1, params.get(0).a());
        assertThrows(IndexOutOfBoundsException.class, () -> params.get(1));
        assertThrows(IndexOutOfBoundsException.class, () -> params.get(-1));
    }

    @Test
    void givenParametersThatWereUsedWhenTheyAreClearedThenNothingOfThemIsLeft() {
        params.add().buffer(TeeParam.Type.UBUF_INPUT, new byte[4], 0, 4);
        params.handedOver(true);
        assertTrue(params.isHandedOver());

        params.clear();

        assertFalse(params.isHandedOver());
        assertEquals(TeeParam.Type.NONE, params.add().type());
        assertEquals(0, params.get(0).size());
    }
}
