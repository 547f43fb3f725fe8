// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.FutureTask;
import org.ermine.tee.qtee.emulator.message.AsyncReleases;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObject;
import org.ermine.tee.qtee.emulator.object.DomainObjectTable;
import org.ermine.tee.qtee.emulator.object.ObjectId.Hosting;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a call holds while its target loses its number. */
@Timeout(30)
class TrustedCallTest {

    private static final int FIRST = 2;
    private static final int SECOND = 3;

    private final AsyncReleases releases = new AsyncReleases();
    private final CallPool calls = new CallPool(number -> {
        throw new AssertionError("nothing is invoked");
    });
    private final DomainObjectTable objects = TestObjects.table(calls);
    private final Domain domain = new Domain("service", objects);
    private final TrustedCall call = TestObjects.call(objects, calls, releases);

    @Test
    @DisplayName(
            "OBJ-4: given a thread that passes from one object to another, when both lose their numbers and whoever "
                    + "lets the first one go comes late, then the second is told after its invocation")
    void lateHoldForTheInvocationBefore() throws Exception {
        Thread invoker = Thread.currentThread();
        CountingTarget first = new CountingTarget();
        CountingTarget second = new CountingTarget();
        DomainObject firstHosted = new DomainObject(first, new Hosting(null, domain));
        DomainObject secondHosted = new DomainObject(second, new Hosting(null, domain));
        FutureTask<Void> late = new FutureTask<>(() -> call.keepTarget(FIRST, firstHosted), null);

        assertTrue(call.take(invoker, FIRST));
        synchronized (call) {
            letWaitForTheMonitor(late);
            call.giveBack(FIRST);
            assertTrue(call.take(invoker, SECOND));
            call.keepTarget(SECOND, secondHosted);
        }
        late.get();
        firstHosted.release();
        secondHosted.release();

        assertEquals(1, first.releases());
        assertEquals(0, second.releases(), "released while it is invoked");
        call.giveBack(SECOND);
        assertEquals(1, second.releases());
    }

    /** Returns when the task has seen which object the call invokes, and waits for the monitor that this thread has. */
    private static void letWaitForTheMonitor(Runnable task) {
        Thread thread = new Thread(task, "late");
        thread.start();
        while (thread.getState() != Thread.State.BLOCKED) {
            assertTrue(thread.isAlive(), "it did not wait");
            Thread.onSpinWait();
        }
    }
}
