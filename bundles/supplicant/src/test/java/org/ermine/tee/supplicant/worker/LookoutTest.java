// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.ermine.tee.supplicant.fakes.FakeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LookoutTest {

    private final Lookout lookout = new Lookout();
    private final FakeSource source = new FakeSource();

    @Test
    void givenNobodyLooksOutWhenATurnIsHandedOverThenItIsRefused() {
        assertFalse(lookout.hand(source));
        assertFalse(lookout.recall());
    }

    @Test
    void givenAWorkerLooksOutWhenATurnIsHandedOverThenItGetsThatOneOnlyAndWaitsNoLonger() {
        assertTrue(lookout.begin());
        assertFalse(lookout.begin(), "two look out");
        assertTrue(lookout.hand(source));
        assertFalse(lookout.hand(new FakeSource()), "one more turn was handed over");
        assertFalse(lookout.recall(), "it has a reason to look already");
        lookout.await(TimeUnit.HOURS.toNanos(1));
        assertFalse(lookout.giveUp(), "a turn was forgotten");
        assertFalse(lookout.begin(), "the turn was not taken yet");
        assertSame(source, lookout.take());
        assertTrue(lookout.begin());
    }

    @Test
    void givenAWorkerLooksOutWhenItIsRecalledThenItTakesNothing() {
        assertTrue(lookout.begin());
        assertTrue(lookout.recall());
        assertFalse(lookout.hand(source), "a turn was handed to one who looks out no more");
        lookout.await(TimeUnit.HOURS.toNanos(1));
        assertFalse(lookout.giveUp());
        assertNull(lookout.take());
    }

    @Test
    void givenNothingComesWhenTheTimeIsOverThenTheWorkerGivesUp() {
        assertTrue(lookout.begin());
        lookout.await(1);
        assertTrue(lookout.giveUp());
        assertFalse(lookout.hand(source));
    }
}
