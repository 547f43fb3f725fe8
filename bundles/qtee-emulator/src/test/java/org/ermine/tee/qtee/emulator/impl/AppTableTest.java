// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ermine.tee.TeeException;
import org.ermine.tee.limits.OwnerShares;
import org.ermine.tee.limits.RepeatLog;
import org.ermine.tee.trusted.TrustedApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One client connects to an application while the last one of the others leaves it. */
@Timeout(60)
class AppTableTest {

    private static final String NAME = "app";
    private static final int ROUNDS = 20_000;

    private final SecureHeap heap = new SecureHeap(1 << 24);
    private final CallPool calls = new CallPool(number -> {
        throw new AssertionError("nothing is invoked");
    });
    private final ObjectTable objects = new ObjectTable(
            1000,
            new OwnerShares("objects", 1000, "none"),
            heap,
            calls,
            (op, arguments) -> {},
            new RepeatLog(line -> {}));
    private final AppTable apps = new AppTable(2, heap, objects, (name, domain) -> null);
    private final ExecutorService leaving = Executors.newSingleThreadExecutor();
    private final CyclicBarrier together = new CyclicBarrier(2);

    @AfterEach
    void endThread() {
        leaving.shutdownNow();
    }

    private LoadedApp load() throws TeeException {
        return apps.load(NAME, AppTable.EMBEDDED_IMAGE_NOT_FOUND);
    }

    /** The connection may come too late, and then the application can be loaded: the table does not say that it is there. */
    private LoadedApp connectOrLoad() throws TeeException {
        try {
            return apps.connect(NAME);
        } catch (TeeException e) {
            assertEquals(AppTable.APP_NOT_LOADED, e.result());
            return load();
        }
    }

    @Test
    void givenAClientThatLeavesWhenAnotherOneConnectsThenTheOtherOneHasALoadedApplication() throws Exception {
        TrustedApplication application = environment -> (op, arguments) -> {};
        apps.deploy(NAME, application, Map.of());
        LoadedApp present = load();
        for (int round = 0; round < ROUNDS; round++) {
            LoadedApp left = present;
            Future<?> leave = leaving.submit(() -> {
                together.await();
                left.disconnect();
                return null;
            });
            together.await();
            present = connectOrLoad();
            leave.get();
            assertTrue(present.isLoaded(), "round " + round + ": the application ended under the feet of its client");
        }
        present.disconnect();
        assertEquals(0, apps.loaded().size());
        assertEquals(0, heap.usage().used());
    }
}
