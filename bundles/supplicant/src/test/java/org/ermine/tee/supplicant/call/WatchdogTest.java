// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.supplicant.fakes.Carrying;
import org.ermine.tee.supplicant.fakes.FakeCall;
import org.ermine.tee.supplicant.fakes.FakeCalled;
import org.ermine.tee.supplicant.fakes.FakeSource;
import org.ermine.tee.supplicant.fakes.Services;
import org.ermine.tee.supplicant.handler.HandlerInvoker;
import org.ermine.tee.supplicant.handler.HandlerRegistry;
import org.ermine.tee.supplicant.handler.NamedCallback;
import org.ermine.tee.supplicant.support.WakeUp;
import org.ermine.tee.supplicant.support.WakeUpThread;
import org.ermine.tee.supplicant.worker.WorkerPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WatchdogTest {

    private final Watchdog watchdog = new Watchdog(Duration.ofSeconds(1), 256);
    private final WorkerPool pool = new WorkerPool(null, 1, 4, 4, watchdog, 0);
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
        RunningCall call = watchdog.enterLocal((op, arguments) -> {});
        calls.add(call);
        watchdog.limit(call, limit, new FakeCalled("test", overdue::countDown));
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
        boolean[] interrupted = new boolean[2];
        CountDownLatch done = new CountDownLatch(1);
        FakeCall outer = source.send(pool, (op, arguments) -> {
            RunningCall inner = watchdog.enterLocal((innerOp, none) -> {});
            // This is awaited until the watchdog has done all that it does.
            await().until(Carrying.thread()::hasInterruptDue);
            interrupted[0] = Thread.currentThread().isInterrupted();
            watchdog.leave(inner);
            interrupted[1] = Thread.currentThread().isInterrupted();
            done.countDown();
        });
        assertEquals(Errno.ETIMEDOUT, outer.await().errno());
        pass(done);

        assertFalse(interrupted[0], "the inner call was interrupted for the outer one");
        assertTrue(interrupted[1], "the outer call was not interrupted");
    }

    @Test
    @DisplayName("ERM-21: given foreign code that leaves an interrupt and a context class loader behind when it has "
            + "returned then"
            + " neither the next call nor the one around it sees them")
    void givenForeignCodeThatLeavesThingsBehindThenTheyEndWithTheCall() throws Exception {
        List<Object> seen = Collections.synchronizedList(new ArrayList<>());
        Runnable look = () -> {
            seen.add(Thread.currentThread().isInterrupted());
            seen.add(Thread.currentThread().getContextClassLoader());
        };
        ClassLoader foreign = new ClassLoader() {};
        Runnable spoil = () -> {
            Thread.currentThread().interrupt();
            Thread.currentThread().setContextClassLoader(foreign);
        };
        source.send(pool, (op, arguments) -> {
                    FakeCall inner = new FakeCall((innerOp, none) -> spoil.run());
                    inner.afterAnswer = spoil;
                    watchdog.carryOut(Carrying.thread(), inner);
                    look.run();
                    spoil.run();
                })
                .await();
        source.send(pool, (op, arguments) -> look.run()).await();
        ClassLoader ours = Watchdog.class.getClassLoader();
        assertEquals(List.of(false, ours, false, ours), seen);
    }

    @Test
    @DisplayName(
            "ERM-21: given a call that left an interrupt for itself when it calls back then the nested call does not "
                    + "see it, and it"
                    + " has it again afterwards")
    void givenAnInterruptOfTheOuterCallThenTheInnerDoesNotSeeIt() throws Exception {
        boolean[] seen = new boolean[2];
        source.send(pool, (op, arguments) -> {
                    Thread.currentThread().interrupt();
                    watchdog.carryOut(
                            Carrying.thread(),
                            new FakeCall((innerOp, none) ->
                                    seen[0] = Thread.currentThread().isInterrupted()));
                    seen[1] = Thread.interrupted();
                })
                .await();
        assertFalse(seen[0]);
        assertTrue(seen[1]);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "ERM-20: given objects that block when they are told of a release or after their answer when others are "
                    + "called"
                    + " then those are served after a time limit")
    void givenObjectsThatBlockOutsideOfARequestThenTheirThreadsAreReplaced(boolean released) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 3; i++) {
            CallbackObject blocking = new CallbackObject() {
                @Override
                public void dispatch(int op, IncomingArguments arguments) {}

                @Override
                public void released() {
                    block(never);
                }
            };
            FakeCall call = released
                    ? new FakeCall(blocking, DriverContext.OP_RELEASE, new DirectArguments().out(0))
                    : new FakeCall(blocking);
            call.afterAnswer = () -> block(never);
            source.send(pool, call);
        }
        assertTrue(source.send(pool, (op, arguments) -> {}).await().isOk());
        never.countDown();
    }

    /** It goes on, whatever interrupts it. */
    private static void block(CountDownLatch latch) {
        boolean over = false;
        while (!over) {
            try {
                latch.await();
                over = true;
            } catch (InterruptedException e) {
                // Hostile code does the same.
            }
        }
    }

    private static void pass(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted at the wrong time", e);
        }
    }

    @Test
    void givenAsManyNestedCallsAsAllowedThenOneMoreIsRefusedButNoRelease() throws Exception {
        Watchdog shallow = new Watchdog(Duration.ofSeconds(30), 2);
        FakeCall tooMany = new FakeCall((op, arguments) -> {});
        FakeCall release = new FakeCall((op, arguments) -> {}, DriverContext.OP_RELEASE, new DirectArguments().out(0));
        source.send(
                        pool,
                        (op, arguments) -> shallow.carryOut(Carrying.thread(), new FakeCall((innerOp, none) -> {
                            shallow.carryOut(Carrying.thread(), tooMany);
                            shallow.carryOut(Carrying.thread(), release);
                        })))
                .await();
        assertEquals(Errno.ENOMEM, tooMany.await().errno());
        assertEquals(0, tooMany.dispatched.get());
        assertEquals(1, release.dispatched.get());
        shallow.close();
    }

    /** Fails when it is asked, and when it ends. */
    private static WakeUp failing(Runnable task) {
        return new WakeUp() {
            @Override
            public long now() {
                return 0;
            }

            @Override
            public void by(long time) {
                throw new OutOfMemoryError("thrown by the test");
            }

            @Override
            public boolean end(Runnable last, Duration wait) {
                last.run();
                return true;
            }
        };
    }

    @Test
    @DisplayName("ERM-29: given a call that cannot be limited, then it is failed, and its client waits for nothing")
    void cannotBegin() throws Exception {
        Watchdog broken = new Watchdog(Duration.ofSeconds(1), 256, WatchdogTest::failing);
        WorkerPool served = new WorkerPool(null, 1, 4, 4, broken, 0);
        for (int i = 0; i < 10; i++) {
            FakeCall call = source.send(served, (op, arguments) -> {});
            assertEquals(Errno.ENOMEM, call.await().errno());
            assertEquals(0, call.dispatched.get());
        }
        assertEquals(List.of(), served.close(Duration.ofSeconds(10)));
        broken.close();
    }

    @Test
    @DisplayName("ERM-29: given a call that cannot be limited and a log that fails, then what came with the call is "
            + "given back all the same")
    void cannotBeginAndCannotTell() throws Exception {
        Watchdog broken = new Watchdog(
                Duration.ofSeconds(1),
                256,
                WatchdogTest::failing,
                new RepeatLog(WatchdogTest::cannotTell),
                new RepeatLog(line -> {}),
                ConcurrentHashMap.newKeySet());
        FakeCall call = new FakeCall((op, arguments) -> {});
        CountDownLatch givenBack = new CountDownLatch(1);
        call.givingBack = givenBack::countDown;
        List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
        source.send(pool, (op, arguments) -> {
                    try {
                        broken.carryOut(Carrying.thread(), call);
                    } catch (IllegalStateException e) {
                        thrown.add(e);
                    }
                })
                .await();
        assertEquals(Errno.ENOMEM, call.await().errno());
        assertEquals(0, givenBack.getCount());
        assertEquals(1, call.runs.get());
        assertEquals(0, call.dispatched.get());
        assertEquals(1, thrown.size(), "what the log has thrown");
        broken.close();
    }

    private static void cannotTell(String line) {
        throw new IllegalStateException("thrown by the test");
    }

    @Test
    @DisplayName("ERM-20, ERM-29: given a call that does not return and a log that fails, then its thread is "
            + "interrupted all the same")
    void overdueAndCannotTell() throws Exception {
        Watchdog mute = new Watchdog(
                Duration.ofMillis(50),
                256,
                task -> new WakeUpThread("test-watchdog", task),
                new RepeatLog(WatchdogTest::cannotTell),
                new RepeatLog(line -> {}),
                ConcurrentHashMap.newKeySet());
        WorkerPool served = new WorkerPool(null, 1, 2, 2, mute, 0);
        CountDownLatch interrupted = new CountDownLatch(1);
        FakeCall stuck = source.send(served, (op, arguments) -> {
            untilInterrupted();
            interrupted.countDown();
        });
        assertEquals(Errno.ETIMEDOUT, stuck.await().errno());
        assertTrue(interrupted.await(10, TimeUnit.SECONDS), "not interrupted");
        assertEquals(List.of(), served.close(Duration.ofSeconds(10)));
        mute.close();
    }

    @Test
    @DisplayName(
            "ERM-20, ERM-29: given a worker that could not be watched in its first call, for want of memory, when its "
                    + "next call does"
                    + " not return then that times out")
    void givenAWorkerThatCouldNotBeWatchedThenItsNextCallIs() throws Exception {
        Watchdog poor = new Watchdog(
                Duration.ofMillis(50),
                256,
                task -> new WakeUpThread("test-watchdog", task),
                new RepeatLog(line -> {}),
                new RepeatLog(line -> {}),
                Collections.newSetFromMap(new FullAtFirst<>()));
        WorkerPool served = new WorkerPool(null, 1, 1, 1, poor, 0);
        assertEquals(
                Errno.ENOMEM, source.send(served, (op, arguments) -> {}).await().errno());
        FakeCall stuck = source.send(served, (op, arguments) -> untilInterrupted());
        assertEquals(Errno.ETIMEDOUT, stuck.await().errno());
        assertEquals(List.of(), served.close(Duration.ofSeconds(10)));
        poor.close();
    }

    private static void untilInterrupted() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Finds no memory for its first entry. */
    private static final class FullAtFirst<K> extends ConcurrentHashMap<K, Boolean> {

        private static final long serialVersionUID = 1;

        private final AtomicBoolean full = new AtomicBoolean(true);

        @Override
        public Boolean put(K key, Boolean value) {
            if (full.getAndSet(false)) {
                throw new OutOfMemoryError("thrown by the test");
            }
            return super.put(key, value);
        }
    }
}
