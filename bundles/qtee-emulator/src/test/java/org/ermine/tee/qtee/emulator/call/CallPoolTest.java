// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import org.ermine.tee.qtee.emulator.message.AsyncReleases;
import org.ermine.tee.qtee.emulator.message.TransportFormat;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObject;
import org.ermine.tee.qtee.emulator.object.DomainObjectTable;
import org.ermine.tee.qtee.emulator.object.ObjectId.Hosting;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CallPoolTest {

    /** More than a table has places at first, and at second. */
    private static final int MANY = 200;

    private static final int TARGET = 7;

    private final List<Integer> made = new ArrayList<>();
    private final AsyncReleases releases = new AsyncReleases();
    private final CallPool calls = new CallPool(this::call);
    private final DomainObjectTable objects = TestObjects.table(calls);

    private TrustedCall call(int number) {
        made.add(number);
        return TestObjects.call(objects, calls, releases);
    }

    @Test
    @DisplayName("given calls within each other, when there are more than places, then each is a call of its own")
    void moreThanPlaces() throws Exception {
        Set<TrustedCall> inProgress = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < MANY; i++) {
            TrustedCall call = calls.enter(TransportFormat.NULL_ID);
            call.setOutside(true);
            inProgress.add(call);
        }
        TrustedCall innermost = calls.enter(TransportFormat.NULL_ID);

        assertEquals(MANY, inProgress.size());
        assertEquals(MANY + 1, calls.inProgress());
        assertSame(innermost, calls.current());
    }

    @Test
    @DisplayName("given calls that ended, when as many begin, then those are used again")
    void usedAgain() throws Exception {
        enterAndLeaveMany();
        // Now the table has the length that it needs.
        enterAndLeaveMany();
        int before = made.size();

        enterAndLeaveMany();

        assertEquals(before, made.size());
        assertEquals(0, calls.inProgress());
        assertEquals(before - 1, made.get(before - 1), "they are numbered as they are made");
    }

    private void enterAndLeaveMany() throws Exception {
        List<TrustedCall> inProgress = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            inProgress.add(calls.enter(TransportFormat.NULL_ID));
        }
        for (TrustedCall call : inProgress) {
            calls.leave(call, TransportFormat.NULL_ID);
        }
    }

    @Test
    @DisplayName(
            "OBJ-4: given calls all over a table that became longer, when their target loses its number, then it is "
                    + "told of its release once the last of them has ended")
    void keptByAllThatInvokeIt() throws Exception {
        CountingTarget target = new CountingTarget();
        DomainObject hosted = new DomainObject(target, new Hosting(null, new Domain("service", objects)));
        List<TrustedCall> inProgress = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            inProgress.add(calls.enter(TARGET));
        }
        calls.keepTarget(TARGET, hosted);
        hosted.release();

        for (TrustedCall call : inProgress) {
            assertEquals(0, target.releases(), "released while it is invoked");
            calls.leave(call, TARGET);
        }
        assertEquals(1, target.releases());
    }

    @Test
    @DisplayName("given threads that begin at once, then no two have the same call")
    void noTwoHaveTheSame() throws Exception {
        int threads = 8;
        CyclicBarrier together = new CyclicBarrier(threads);
        Set<TrustedCall> entered = ConcurrentHashMap.newKeySet();
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread = new Thread(() -> enter(together, entered), "caller");
            all.add(thread);
            thread.start();
        }
        for (Thread thread : all) {
            thread.join();
        }
        assertEquals(threads * 10, entered.size());
    }

    private void enter(CyclicBarrier together, Set<TrustedCall> entered) {
        try {
            together.await();
            for (int i = 0; i < 10; i++) {
                entered.add(calls.enter(TransportFormat.NULL_ID));
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
