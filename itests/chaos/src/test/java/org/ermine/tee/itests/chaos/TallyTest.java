// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TallyTest {

    @Test
    void percentilesAreTimesThatWereMeasured() {
        Tally tally = new Tally();
        assertEquals(0, tally.takeOverNanos(50), "without a swap");
        for (long nanos = 101; nanos >= 1; nanos--) {
            tally.swapped(Action.UPDATE_HANDLER, nanos);
        }
        assertEquals(51, tally.takeOverNanos(50));
        assertEquals(100, tally.takeOverNanos(99));
    }

    @Test
    void onlyReplacedHandlersCountAsSwaps() {
        Tally tally = new Tally();
        tally.count(Action.INTERRUPT_CLIENT);
        tally.count(Action.RESTART_CORE);
        tally.count(Action.CONFIGURE_HANDLER);
        tally.swapped(Action.RESTART_HANDLER, 1);
        assertEquals(2, tally.swaps());
    }
}
