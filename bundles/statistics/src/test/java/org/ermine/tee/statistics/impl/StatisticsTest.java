// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.statistics.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.ermine.tee.runtime.LatencyDTO;
import org.ermine.tee.spi.TeeObserver.Activity;
import org.ermine.tee.spi.TeeObserver.Ended;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    private static final long NOT_KNOWN = -1;

    private final Statistics statistics = new Statistics();

    private void ended(String device, Activity activity, long waitedNanos, int result) {
        statistics.ended(device, activity, new Ended(1, 0, 5000, waitedNanos, result));
    }

    /** Each row as its device, its kind, how many were measured, and how many failed. */
    private List<String> rows() {
        return Arrays.stream(statistics.describe(1).latencies)
                .map(each -> each.device + " " + each.kind + " " + each.count + " " + each.failures)
                .toList();
    }

    @Test
    void givenNothingHappenedThenThereIsNoRow() {
        assertEquals(List.of(), rows());
    }

    @Test
    void givenInvocationsThenTheyAreCountedAndTheirFailuresAreToldApart() {
        ended("one", Activity.INVOCATION, NOT_KNOWN, 0);
        ended("one", Activity.INVOCATION, NOT_KNOWN, -22);
        statistics.invocationFailed("one");

        assertEquals(List.of("one invocation 2 1"), rows());
    }

    @Test
    void givenCallbacksThenTheirQueueIsARowOfItsOwnAndTheirResultSaysWhetherTheyFailed() {
        ended("one", Activity.CALLBACK, 0, 0);
        ended("one", Activity.CALLBACK, 700, 1);

        assertEquals(List.of("one callback 2 1", "one queue 2 0"), rows());
    }

    @Test
    void givenACallbackWhoseQueueIsNotKnownThenItCountsForItsWorkAlone() {
        ended("one", Activity.CALLBACK, NOT_KNOWN, 0);

        assertEquals(List.of("one callback 1 0"), rows());
    }

    @Test
    void givenTwoDevicesThenEachHasItsOwnRowsInTheOrderOfTheirNames() {
        ended("two", Activity.INVOCATION, NOT_KNOWN, 0);
        ended("one", Activity.CALLBACK, 10, 0);
        ended("one", Activity.INVOCATION, NOT_KNOWN, 0);

        assertEquals(List.of("one callback 1 0", "one invocation 1 0", "one queue 1 0", "two invocation 1 0"), rows());
    }

    @Test
    void givenSamplingThenItIsToldWithTheTimeFromWhichOnWasCounted() {
        long before = System.currentTimeMillis();
        Statistics begun = new Statistics();
        long after = System.currentTimeMillis();

        assertEquals(64, begun.describe(64).sampling);
        assertEquals(begun.describe(1).since, begun.describe(1).since);
        assertEquals(begun.describe(1).since, Math.max(before, Math.min(after, begun.describe(1).since)));
    }

    @Test
    void givenATimeThenItIsInTheRowOfItsKind() {
        ended("one", Activity.CALLBACK, 900_000, 0);

        LatencyDTO[] rows = statistics.describe(1).latencies;
        assertEquals(LatencyDTO.CALLBACK, rows[0].kind);
        assertEquals(5000, rows[0].max, 50);
        assertEquals(LatencyDTO.QUEUE, rows[1].kind);
        assertEquals(900_000, rows[1].max, 9000);
    }
}
