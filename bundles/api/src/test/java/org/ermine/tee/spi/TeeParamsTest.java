// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
}
