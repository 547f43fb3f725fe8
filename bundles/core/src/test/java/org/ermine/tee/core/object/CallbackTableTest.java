// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.fakes.FakeWorkers;
import org.ermine.tee.core.fakes.Fixture;
import org.ermine.tee.embedded.log.RepeatLog;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallbackTableTest {

    private static final CallbackObject OBJECT = (op, arguments) -> {};

    private final CallbackTable table = new CallbackTable(Fixture.OWNER, new RepeatLog(line -> {}));

    @Test
    @DisplayName("ERM-12: nothing is handed over once the context is closed")
    void aClosedTableTakesNothing() {
        table.close();
        TeeException e = assertThrows(TeeException.class, () -> table.handOver(OBJECT));
        assertEquals(Errno.ENODEV, e.errno().orElseThrow());
    }

    @Test
    void idsThatMeanNothingAreIgnored() {
        assertNull(table.release(5));
        assertNull(table.settle(5, true));
        assertNull(table.find(-1));
    }

    @Test
    @DisplayName("given very many callback objects, when one looks at a few, then that takes no longer than a few take")
    void aLookAtAFewIsShort() throws TeeException {
        for (int i = 0; i < 100_000; i++) {
            long id = table.handOver(new Plain());
            table.settle(id, i % 2 == 0);
        }
        List<Long> oldest = List.of(0L, 2L, 4L);
        assertTimeout(Duration.ofSeconds(5), () -> {
            for (int i = 0; i < 50_000; i++) {
                assertEquals(oldest, table.list(3).stream().map(each -> each.id).toList());
            }
        });
    }

    private static final class Plain implements CallbackObject {
        @Override
        public void dispatch(int op, IncomingArguments arguments) {
            throw new IllegalStateException("not to be invoked");
        }
    }

    @Test
    void closeEndsWhatReachedTheTeeAndLeavesWhatIsPending() throws TeeException {
        long held = table.handOver(OBJECT);
        table.settle(held, true);
        CallbackObject second = (op, arguments) -> {};
        long pending = table.handOver(second);
        HostedCallback ended = table.close();
        assertEquals(held, ended.id);
        assertNull(ended.younger);
        assertNotNull(table.find(pending));
        assertNull(table.settle(pending, false));
        assertEquals(0, table.count());
    }

    @Test
    @DisplayName("CBO-4: with many threads, each entry that reached the TEE is notified exactly once, and none is left")
    void eachEntryEndsOnce() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(4);
        List<CallbackObject> objects = List.of(
                new FakeWorkers.NamedObject("a"), new FakeWorkers.NamedObject("b"), new FakeWorkers.NamedObject("c"));
        Set<Long> reached = ConcurrentHashMap.newKeySet();
        Set<Long> notified = ConcurrentHashMap.newKeySet();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> all = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Random random = new Random(t);
            all.add(executor.submit((Callable<Void>) () -> {
                start.await();
                for (int i = 0; i < 20_000; i++) {
                    carry(objects.get(random.nextInt(3)), random, reached, notified);
                }
                return null;
            }));
        }
        start.countDown();
        for (Future<?> each : all) {
            each.get();
        }
        executor.shutdown();
        assertEquals(0, table.count());
        assertEquals(reached, notified);
    }

    /** One hand-over: it fails, or it reaches the TEE, which releases it before or after that is known. */
    private void carry(CallbackObject object, Random random, Set<Long> reached, Set<Long> notified)
            throws TeeException {
        long id = table.handOver(object);
        switch (random.nextInt(3)) {
            case 0 -> note(table.settle(id, false), notified);
            case 1 -> {
                reached.add(id);
                note(table.settle(id, true), notified);
                note(table.release(id), notified);
            }
            default -> {
                reached.add(id);
                note(table.release(id), notified);
                note(table.settle(id, true), notified);
            }
        }
    }

    private static void note(HostedCallback ended, Set<Long> notified) {
        if (ended != null) {
            assertTrue(notified.add(ended.id), "notified twice: " + ended);
        }
    }
}
