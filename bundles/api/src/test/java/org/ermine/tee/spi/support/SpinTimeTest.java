// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SpinTimeTest {

    private static final long MICRO = 1000;
    private static final long MOST = 200 * MICRO;
    private static final long SECOND = 1_000_000 * MICRO;

    private final SpinTime time = new SpinTime(MOST);
    private long now = System.nanoTime();

    private void wakeUps(int count, long taken) {
        for (int i = 0; i < count; i++) {
            time.woken(now, now + taken);
        }
    }

    @Test
    @DisplayName("given nobody was woken yet then it is the most, and 0 where that is turned off")
    void givenNoWakeUpThenItIsTheMost() {
        assertEquals(MOST, time.from(now));
        assertEquals(0, new SpinTime(0).from(now));
    }

    @Test
    @DisplayName("given threads that wake up in a certain time then it is twice as long, or the most")
    void givenWakeUpsThenItIsTwiceAsLong() {
        wakeUps(100, 20 * MICRO);
        assertEquals(40.0 * MICRO, time.from(now), MICRO);
        wakeUps(100, 60 * MICRO);
        assertEquals(120.0 * MICRO, time.from(now), MICRO);
        wakeUps(100, SECOND);
        assertEquals(MOST, time.from(now));
    }

    @Test
    @DisplayName("given one wake-up that took a second among others then it changes little")
    void givenOneSlowWakeUpThenItChangesLittle() {
        wakeUps(100, 20 * MICRO);
        wakeUps(1, SECOND);
        assertTrue(time.from(now) <= 90 * MICRO, "it is " + time.from(now));
    }

    @Test
    @DisplayName("given threads that always spin in vain then they do so for an eighth of the time")
    void givenThreadsThatSpinInVainThenTheyDoSoForAShareOfTheTime() {
        long spun = 0;
        long end = now + SECOND;
        while (now < end) {
            long spin = time.from(now);
            time.inVain(now, now + spin);
            spun += spin;
            now += Math.max(spin, 10 * MICRO);
        }
        assertEquals(SECOND / (double) SpinTime.SHARE, spun, 2000.0 * MICRO);
    }

    @Test
    @DisplayName(
            "given threads that have spun in vain for as long as they may when time has passed then they may again")
    void givenASpentShareThenItComesBack() {
        while (time.from(now) > 0) {
            time.inVain(now, now + time.from(now));
        }
        now += SpinTime.SHARE * MOST;
        assertEquals(MOST, time.from(now));
    }
}
