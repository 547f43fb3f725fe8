// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Errno;
import org.ermine.tee.spi.support.SpinTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ClientWaitTest {

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final long GRACE = 0;

    private static ClientWait begun(long spinNanos, long limit) {
        ClientWait wait = new ClientWait(new SpinTime(spinNanos), GRACE, () -> false);
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
    void whatSpinsInVainForMoreThanItsShareSleepsAtOnce() {
        SpinTime spinTime = new SpinTime(TimeUnit.MILLISECONDS.toNanos(1));
        ClientWait wait = new ClientWait(spinTime, GRACE, () -> false);
        wait.begin(HOUR);
        long now = System.nanoTime();
        spinTime.inVain(now, now + HOUR);
        assertEquals(1, looks(wait));
    }

    @Test
    void withoutSpinTimeItNeverSpins() {
        assertEquals(1, looks(begun(0, HOUR)));
    }

    @Test
    @DisplayName(
            "ERM-25: given callbacks that wait for nothing and take longer than they may, then QTEE is left all the"
                    + " same")
    void theTimeOfCallbacksThatWaitForNothing() {
        ClientWait wait = begun(0, 1);

        assertFalse(wait.isGraceOver(), "the first one has all of the time");
        while (!wait.isGraceOver()) {
            Thread.onSpinWait();
        }

        assertEquals(Errno.ETIMEDOUT, wait.reasonToLeave());
    }

    @Test
    @DisplayName("ERM-25: given a thread that is interrupted before the first callback, then that is a reason to leave")
    void anInterruptCountsAtTheFirstCallback() {
        ClientWait wait = begun(0, HOUR);
        Thread.currentThread().interrupt();

        assertTrue(wait.isGraceOver());
        assertEquals(Errno.ENODEV, wait.reasonToLeave());
    }

    @Test
    @DisplayName("ERM-25: given a second invocation, then its first callback has all of the time again")
    void eachInvocationHasItsOwnTime() {
        ClientWait wait = begun(0, 0);
        assertFalse(wait.isGraceOver());
        assertTrue(wait.isGraceOver());

        wait.begin(HOUR);

        assertFalse(wait.isGraceOver());
        assertFalse(wait.isGraceOver());
    }

    /** How often one wait that is in vain looks whether it is over. */
    private static int looks(ClientWait wait) {
        AtomicInteger looks = new AtomicInteger();
        assertFalse(wait.spin(() -> looks.incrementAndGet() == 0));
        return looks.get();
    }
}
