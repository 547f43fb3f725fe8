// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.spi.CallbackCall;
import org.ermine.tee.spi.DriverContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WatchdogTest {

    private final Watchdog watchdog = new Watchdog(Duration.ofSeconds(1), 256);
    private final WorkerPool pool = new WorkerPool(1, 4, watchdog, 0);
    private final FakeSource source = new FakeSource();

    @AfterEach
    void close() {
        assertEquals(List.of(), pool.close(Duration.ofSeconds(10)));
        watchdog.close();
    }

    @Test
    void givenAHandlerThatIgnoresItsInterruptThenItsCallTimesOutAndAnotherThreadServesTheNext() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger interrupts = new AtomicInteger();
        CountDownLatch returned = new CountDownLatch(1);
        FakeCall stuck = source.send(pool, (op, arguments) -> {
            while (go.getCount() > 0) {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    interrupts.incrementAndGet();
                }
            }
            returned.countDown();
        });
        assertEquals(Errno.ETIMEDOUT, stuck.await().errno());
        for (int i = 0; i < 100; i++) {
            assertTrue(source.send(pool, (op, arguments) -> {}).await().isOk());
        }
        go.countDown();
        assertTrue(returned.await(10, TimeUnit.SECONDS));
        assertEquals(1, interrupts.get(), "it is interrupted once");
    }

    @Test
    void givenANamedHandlerThatTakesTooLongThenItIsCountedAsFailed() throws Exception {
        HandlerRegistry<CallbackObject> registry = new HandlerRegistry<>(
                HandlerRegistry.Kind.CALLBACK, Duration.ofSeconds(1), Duration.ofSeconds(1), () -> {});
        registry.add(Services.service(1, Map.of(CallbackObject.NAME, "x"), () -> (op, arguments) -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted");
            }
        }));
        NamedCallback target = new NamedCallback(registry.slot("x", 0), new HandlerInvoker(watchdog));

        assertEquals(Errno.ETIMEDOUT, source.send(pool, target).await().errno());

        // The request is answered first.
        await().until(() -> registry.handlers().get(0).failures == 1);
        registry.close();
    }

    @Test
    void givenACallEndsInTimeThenNobodyIsInterruptedLater() throws Exception {
        Thread[] worker = new Thread[1];
        for (int i = 0; i < 50; i++) {
            FakeCall call = source.send(pool, (op, arguments) -> worker[0] = Thread.currentThread());
            assertTrue(call.await().isOk());
        }
        FakeCall patient = source.send(
                pool, (op, arguments) -> assertFalse(Thread.currentThread().isInterrupted()));
        assertTrue(patient.await().isOk());
    }

    @Test
    void givenCallsWithDifferentLimitsThenEachTimesOutByItsOwnWhateverCameFirst() throws Exception {
        CountDownLatch longOverdue = new CountDownLatch(1);
        List<CountDownLatch> overdue = new ArrayList<>();
        List<RunningCall> calls = new ArrayList<>();
        limited(Duration.ofHours(1), longOverdue, calls);
        for (int millis : new int[] {400, 100, 300, 200, 100}) {
            CountDownLatch one = new CountDownLatch(1);
            limited(Duration.ofMillis(millis), one, calls);
            overdue.add(one);
        }
        for (CountDownLatch one : overdue) {
            awaitThoughInterrupted(one);
        }
        assertEquals(1, longOverdue.getCount(), "a call is ended for the sake of others");
        leaveAll(calls);
    }

    @Test
    void givenManyCallsThatEndAboutWhenTheirTimeIsUpThenALaterOneStillTimesOut() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            List<RunningCall> calls = new ArrayList<>();
            limited(Duration.ofMillis(1 + i % 5), new CountDownLatch(1), calls);
            leaveAll(calls);
        }
        CountDownLatch overdue = new CountDownLatch(1);
        List<RunningCall> calls = new ArrayList<>();
        limited(Duration.ofMillis(1), overdue, calls);
        awaitThoughInterrupted(overdue);
        leaveAll(calls);
    }

    private void limited(Duration limit, CountDownLatch overdue, List<RunningCall> calls) {
        RunningCall call = watchdog.enter(new Recorder(new CountDownLatch(1)));
        calls.add(call);
        watchdog.limit(call, limit, () -> "test", overdue::countDown);
    }

    /** The calls are those of this thread, which is interrupted for their sake. */
    private static void awaitThoughInterrupted(CountDownLatch overdue) {
        boolean ended = false;
        while (!ended) {
            try {
                ended = overdue.await(20, TimeUnit.SECONDS);
                assertTrue(ended, "a call is not ended");
            } catch (InterruptedException e) {
                // Once for each call that is overdue.
            }
        }
    }

    /** The innermost first. */
    private void leaveAll(List<RunningCall> calls) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            watchdog.leave(calls.get(i));
        }
    }

    @Test
    void givenNestedCallsWhenTheOuterTimesOutThenItIsInterruptedOnlyAfterTheInnerEnded() throws Exception {
        CountDownLatch outerFailed = new CountDownLatch(1);
        boolean[] interrupted = new boolean[2];
        CallbackCall outer = new Recorder(outerFailed);
        CallbackCall inner = new Recorder(new CountDownLatch(1));
        Thread thread = new Thread(() -> {
            watchdog.begin(outer);
            CallThread self = watchdog.currentThread();
            watchdog.enter(inner);
            pass(outerFailed);
            // Not before the watchdog has done all it does.
            await().until(self::hasInterruptDue);
            interrupted[0] = Thread.currentThread().isInterrupted();
            watchdog.end(inner);
            interrupted[1] = Thread.currentThread().isInterrupted();
            watchdog.end(outer);
        });
        thread.start();
        thread.join();

        assertFalse(interrupted[0], "the inner call was interrupted for the outer one");
        assertTrue(interrupted[1], "the outer call was not interrupted");
    }

    private static void pass(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted at the wrong time", e);
        }
    }

    /** A call that tells when it is failed. */
    private record Recorder(CountDownLatch failed) implements CallbackCall {

        @Override
        public CallbackObject target() {
            return (op, arguments) -> {};
        }

        @Override
        public int op() {
            return 0;
        }

        @Override
        public String owner() {
            return "test owner";
        }

        @Override
        public boolean fail(Errno errno) {
            failed.countDown();
            return true;
        }
    }

    @Test
    void givenAsManyNestedCallsAsAllowedThenOneMoreIsRefusedButNoRelease() throws Exception {
        Watchdog shallow = new Watchdog(Duration.ofSeconds(30), 2);
        FakeCall outer = new FakeCall((op, arguments) -> {});
        FakeCall inner = new FakeCall((op, arguments) -> {});
        FakeCall tooMany = new FakeCall((op, arguments) -> {});
        FakeCall release = new FakeCall((op, arguments) -> {}, DriverContext.OP_RELEASE, new FakeArguments(0, 0));
        shallow.begin(outer);
        shallow.begin(inner);

        assertThrows(IllegalStateException.class, () -> shallow.begin(tooMany));
        assertEquals(Errno.ENOMEM, tooMany.await().errno());
        shallow.end(tooMany);
        shallow.begin(release);
        assertFalse(release.isAnswered());

        shallow.end(release);
        shallow.end(inner);
        shallow.end(outer);
        shallow.close();
    }
}
