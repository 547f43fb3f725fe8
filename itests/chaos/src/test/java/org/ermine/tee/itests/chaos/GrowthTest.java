// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GrowthTest {

    private static final int THREADS = 4;

    @Test
    void givenTooManyTimersThenTheyAreFoundWhoeverPlannedThem() throws Exception {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try {
            for (int i = 0; i < 2_000; i++) {
                timer.schedule(() -> {}, 1, TimeUnit.HOURS);
            }
            List<String> excess = new Growth(THREADS).excess();
            assertEquals(1, excess.size(), excess.toString());
            assertTrue(excess.get(0).contains("ScheduledFutureTask"), excess.get(0));
        } finally {
            timer.shutdownNow();
        }
    }

    @Test
    void givenNothingIsPlannedThenNothingIsFound() throws Exception {
        assertEquals(List.of(), new Growth(THREADS).excess());
    }
}
