// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EstimateTest {

    @Test
    @DisplayName(
            "given ten blocks of which one was disturbed, when the interval is asked for, then it leaves the outliers "
                    + "out")
    void interval() {
        Estimate estimate = Estimate.of(1.0, 1.00, 0.99, 1.01, 1.02, 0.98, 1.00, 1.01, 0.50, 1.00, 9.00);
        assertEquals(0.98, estimate.low());
        assertEquals(1.02, estimate.high());
        assertEquals(0.02, estimate.uncertainty(), 1e-9);
    }

    @Test
    @DisplayName("given a single block, when the interval is asked for, then it is that block")
    void oneBlock() {
        assertEquals(new Estimate(2, 2.1, 2.1), Estimate.of(2, 2.1));
    }
}
