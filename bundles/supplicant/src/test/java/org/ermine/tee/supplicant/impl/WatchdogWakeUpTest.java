// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WatchdogWakeUpTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final AtomicInteger overdue = new AtomicInteger();
    private ManualWakeUp wakeUp;
    private final Watchdog watchdog = new Watchdog(DAY, 256, this::manual);

    private WakeUp manual(Runnable task) {
        wakeUp = new ManualWakeUp(task);
        return wakeUp;
    }

    private RunningCall begin(Duration limit) {
        RunningCall call = new RunningCall(new FakeCall((op, arguments) -> {}), new CallThread(new Thread(), null));
        watchdog.limit(call, limit, new FakeCalled("a handler of the test", overdue::incrementAndGet));
        return call;
    }

    @Test
    void givenManyShortLimitsBesideALongOneThenNothingIsLeftOfTheShortOnes() {
        begin(DAY);
        for (int i = 0; i < 10_000; i++) {
            begin(MILLISECOND);
            wakeUp.pass(MILLISECOND);
        }
        assertEquals(10_000, overdue.get(), "calls that exceeded their limit");
        assertEquals(10_000, wakeUp.runs(), "one look for each");
        wakeUp.pass(DAY);
        assertEquals(10_001, overdue.get());
        assertTrue(wakeUp.runs() <= 10_002, wakeUp.runs() + " looks");
    }

    @Test
    @DisplayName("ERM-22: given a call whose end fails with an Error, then others that are overdue end all the same")
    void oneCannotBeEnded() {
        for (int i = 0; i < 10; i++) {
            RunningCall call = new RunningCall(new FakeCall((op, arguments) -> {}), new CallThread(new Thread(), null));
            watchdog.limit(call, MILLISECOND, new FakeCalled("a handler of the test", () -> {
                overdue.incrementAndGet();
                throw new NoClassDefFoundError("thrown by the test");
            }));
        }
        wakeUp.pass(MILLISECOND);
        assertEquals(10, overdue.get());
    }
}
