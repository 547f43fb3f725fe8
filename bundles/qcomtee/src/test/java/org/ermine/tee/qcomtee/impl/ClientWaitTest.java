// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ClientWaitTest {

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final long GRACE = 0;

    private static ClientWait begun(long spinNanos, long limit) {
        ClientWait wait = new ClientWait(spinNanos, GRACE, () -> false);
        wait.begin(limit);
        return wait;
    }

    @Test
    void whileItSpinsItSeesThatItIsDoneWithoutBeingWokenUp() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread other = new Thread(() -> done.set(true));
        ClientWait wait = begun(HOUR, HOUR);
        other.start();
        assertTrue(wait.spin(done::get));
        assertTrue(done.get());
        other.join();
    }

    @Test
    void anInterruptEndsTheSpin() {
        ClientWait wait = begun(HOUR, HOUR);
        Thread.currentThread().interrupt();
        assertFalse(wait.spin(() -> false));
        assertEquals(Errno.ENODEV, wait.reasonToLeave());
    }

    @Test
    void theTimeLimitEndsTheSpin() {
        ClientWait wait = begun(HOUR, TimeUnit.MILLISECONDS.toNanos(5));
        assertFalse(wait.spin(() -> false));
        assertEquals(Errno.ETIMEDOUT, wait.reasonToLeave());
    }

    @Test
    void whatSpinsInVainSpinsMoreAndMoreSeldomUntilItPaysAgain() {
        ClientWait wait = begun(1, HOUR);
        assertEquals(List.of(0, 2, 6, 14, 30, 46, 62), spins(wait, 64, false));
        assertEquals(List.of(14), spins(wait, 15, true));
        assertEquals(List.of(0, 1, 2, 3), spins(wait, 4, true));
    }

    @Test
    void withoutSpinTimeItNeverSpins() {
        assertEquals(List.of(), spins(begun(0, HOUR), 10, true));
    }

    /** Waits so often, and returns which of the waits spun. */
    private static List<Integer> spins(ClientWait wait, int waits, boolean done) {
        List<Integer> spins = new ArrayList<>();
        for (int i = 0; i < waits; i++) {
            int number = i;
            wait.spin(() -> {
                if (!spins.contains(number)) {
                    spins.add(number);
                }
                return done;
            });
        }
        return spins;
    }
}
