// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ermine.tee.itests.benchmarks.cases.Crowd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many objects, contexts and handlers in little heap, at the cost of few; see {@link Scale} for what is measured. */
@Timeout(600)
class ScaleIT {

    /** An object takes some 118 bytes on both sides together, a context some 2400. */
    private static final int HEAP_MIB = 224;

    @Test
    void aMillionObjectsAndTenThousandContextsFitAndCostNoMoreThanAThousand() throws Exception {
        Crowd.Outcome outcome = Crowd.in(HEAP_MIB);
        System.out.println(outcome.output());
        assertTrue(outcome.fits(), outcome.output());
    }
}
