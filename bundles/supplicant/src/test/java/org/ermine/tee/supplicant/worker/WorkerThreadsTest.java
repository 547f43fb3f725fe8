// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.ermine.tee.embedded.threads.ForeignStack;
import org.ermine.tee.supplicant.call.Watchdog;
import org.ermine.tee.supplicant.fakes.FakeCall;
import org.ermine.tee.supplicant.fakes.FakeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerThreadsTest {

    @Test
    void givenAWorkerBegunOnTheStackOfAClientWhenTheClientGoesThenItsClassLoaderGoesThoughTheWorkerStays()
            throws Exception {
        Watchdog watchdog = new Watchdog(Duration.ofSeconds(30), 256);
        WorkerPool pool = new WorkerPool(null, 1, 1, 1, watchdog, 0);
        FakeSource source = new FakeSource();
        FakeCall call = new FakeCall((op, arguments) -> {});
        try {
            ForeignStack.assertCollected(ForeignStack.run(() -> source.send(pool, call)));
            call.await();
        } finally {
            assertEquals(List.of(), pool.close(Duration.ofSeconds(10)));
            watchdog.close();
        }
    }
}
