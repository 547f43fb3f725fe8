// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ermine.tee.core.support.Owner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LeakLogTest {

    private static final Owner A = new Owner(1, "a", "1");
    private static final Owner B = new Owner(2, "b", "1");

    private final LeakLog log = new LeakLog("fake", 100);

    @Test
    void anOwnersFirstLossIsLoggedAtOnceAndLaterOnesOncePerInterval() {
        assertEquals(Long.MAX_VALUE, log.nextDue(0));
        log.lost(A, 1000);
        log.lost(A, 1000);
        assertEquals(1, log.report(1000));
        for (int i = 0; i < 50; i++) {
            log.lost(A, 1001 + i);
            assertEquals(0, log.report(1001 + i));
        }
        assertEquals(50, log.nextDue(1050));
        assertEquals(1, log.report(1100));
    }

    @Test
    void ownersAreLoggedEachForItself() {
        log.lost(A, 1000);
        assertEquals(1, log.report(1000));
        log.lost(B, 1001);
        assertEquals(1, log.report(1001));
    }

    @Test
    void ownersWhoLoseNothingMoreAreForgotten() {
        log.lost(A, 1000);
        log.report(1000);
        assertEquals(0, log.report(1100));
        assertEquals(Long.MAX_VALUE, log.nextDue(1100));
    }
}
