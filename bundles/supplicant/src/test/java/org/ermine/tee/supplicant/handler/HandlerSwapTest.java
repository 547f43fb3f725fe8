// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.callback.CallbackThread;
import org.ermine.tee.supplicant.call.CallThread;
import org.ermine.tee.supplicant.call.Watchdog;
import org.ermine.tee.supplicant.fakes.Carrying;
import org.ermine.tee.supplicant.fakes.FakeCall;
import org.ermine.tee.supplicant.fakes.FakeSource;
import org.ermine.tee.supplicant.fakes.Services;
import org.ermine.tee.supplicant.support.WakeUpThread;
import org.ermine.tee.supplicant.worker.WorkerPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HandlerSwapTest {

    private static final int SWAPS = 5_000;
    private static final int CALLS = 50_000;

    private final Set<CallThread> watched = ConcurrentHashMap.newKeySet();
    private final Watchdog watchdog = new Watchdog(
            Duration.ofSeconds(30),
            256,
            task -> new WakeUpThread("test-watchdog", task),
            new RepeatLog(line -> {}),
            new RepeatLog(line -> {}),
            watched);
    private final WorkerPool pool = new WorkerPool(null, 4, 8, 8, watchdog, 0);
    private final HandlerInvoker invoker = new HandlerInvoker(watchdog);
    private final FakeSource source = new FakeSource();
    private HandlerRegistry<CallbackObject> registry = registry(Duration.ofSeconds(5), Duration.ofSeconds(20));
    private final AtomicLong ids = new AtomicLong();

    @AfterEach
    void close() {
        registry.close();
        assertEquals(List.of(), pool.close(Duration.ofSeconds(10)));
        watchdog.close();
    }

    private static HandlerRegistry<CallbackObject> registry(Duration drain, Duration grace) {
        return new HandlerRegistry<>(HandlerRegistry.Kind.CALLBACK, drain, grace, () -> {});
    }

    private NamedCallback named() {
        return new NamedCallback(registry.slot("x", 0), invoker);
    }

    private long register(int ranking, CallbackObject object) {
        long id = ids.incrementAndGet();
        registry.add(Services.callback(id, "x", ranking, object));
        return id;
    }

    /** A handler that knows whether it was unregistered. */
    private static final class Generation implements CallbackObject {

        private final AtomicLong calls;
        private final AtomicInteger late;
        volatile boolean gone;

        Generation(AtomicLong calls, AtomicInteger late) {
            this.calls = calls;
            this.late = late;
        }

        @Override
        public void dispatch(int op, IncomingArguments arguments) {
            if (gone) {
                late.incrementAndGet();
            }
            calls.incrementAndGet();
        }
    }

    /** A handler that counts how often it is told that the TEE has released it. */
    private static final class Told implements CallbackObject {

        final AtomicInteger times = new AtomicInteger();
        private final Runnable next;

        /** @param next what it does when it was told */
        Told(Runnable next) {
            this.next = next;
        }

        @Override
        public void dispatch(int op, IncomingArguments arguments) {
            // The tests do not call it.
        }

        @Override
        public void released() {
            times.incrementAndGet();
            next.run();
        }
    }

    @Test
    @DisplayName("ERM-3: a handler is replaced thousands of times under load: no late, lost or doubled call")
    void givenLoadWhenTheHandlerIsReplacedThousandsOfTimesThenNoCallIsLateLostOrDoubled() throws Exception {
        AtomicLong calls = new AtomicLong();
        AtomicInteger late = new AtomicInteger();
        AtomicLong sent = new AtomicLong();
        AtomicInteger bad = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            FakeSource own = new FakeSource();
            NamedCallback target = named();
            clients.add(new Thread(() -> {
                while (!stop.get()) {
                    FakeCall call = own.send(pool, target);
                    sent.incrementAndGet();
                    count(call, bad);
                }
            }));
        }
        clients.forEach(Thread::start);
        Generation current = new Generation(calls, late);
        long id = register(0, current);
        for (int i = 0; i < SWAPS || sent.get() < CALLS; i++) {
            boolean overlap = i % 2 == 0;
            Generation next = new Generation(calls, late);
            long nextId = overlap ? register(i, next) : 0;
            registry.remove(id);
            current.gone = true;
            id = overlap ? nextId : register(i, next);
            current = next;
        }
        stop.set(true);
        for (Thread client : clients) {
            client.join();
        }
        assertEquals(0, late.get(), "calls on a handler after its unregistering had returned");
        assertEquals(0, bad.get(), "requests without a good answer");
        assertEquals(sent.get(), calls.get(), "calls of handlers for as many requests");
    }

    private static void count(FakeCall call, AtomicInteger bad) {
        try {
            if (!call.await().isOk() || call.dispatched.get() != 1) {
                bad.incrementAndGet();
            }
        } catch (InterruptedException | AssertionError e) {
            bad.incrementAndGet();
        }
    }

    @Test
    void givenAHandlerAtWorkWhenABetterOneComesThenNewRequestsGoThereAndTheOldEndsWhereItBegan() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger old = new AtomicInteger();
        AtomicInteger better = new AtomicInteger();
        register(0, (op, arguments) -> {
            started.countDown();
            pass(go);
            old.incrementAndGet();
        });
        NamedCallback target = named();
        FakeCall first = source.send(pool, target);
        pass(started);
        register(1, (op, arguments) -> better.incrementAndGet());
        register(-1, (op, arguments) -> {
            throw new AssertionError("the worst handler is called");
        });

        assertTrue(source.send(pool, target).await().isOk());
        assertEquals(1, better.get());
        assertFalse(first.isAnswered());
        go.countDown();
        assertTrue(first.await().isOk());
        assertEquals(1, old.get());
    }

    @Test
    void givenEqualRankingsThenTheOlderServiceWinsUntilTheRankingChanges() throws Exception {
        List<String> called = new ArrayList<>();
        register(0, (op, arguments) -> called.add("first"));
        CallbackObject second = (op, arguments) -> called.add("second");
        long id = register(0, second);
        source.send(pool, named()).await();
        registry.update(Services.callback(id, "x", 5, second));
        source.send(pool, named()).await();

        assertEquals(List.of("first", "second"), called);
        assertEquals(2, registry.handlers().size());
    }

    @Test
    void givenNoHandlerWhenASuccessorComesWithinTheGraceTimeThenTheRequestIsServed() throws Exception {
        FakeCall early = source.send(pool, named());
        register(0, (op, arguments) -> {});
        assertTrue(early.await().isOk());
    }

    @Test
    @DisplayName("ERM-3: without a successor requests fail with ENODEV after the grace time, later ones at once")
    void givenNoSuccessorWhenTheGraceTimeEndsThenRequestsFailWithEnodev() throws Exception {
        registry = registry(Duration.ofSeconds(5), Duration.ofMillis(50));
        NamedCallback target = named();
        registry.remove(register(0, (op, arguments) -> {}));

        assertEquals(Errno.ENODEV, source.send(pool, target).await().errno());
        assertEquals(Errno.ENODEV, source.send(pool, target).await().errno());
    }

    @Test
    void givenMoreRequestsWaitForASuccessorThanThreadsMayThenTheOthersAreBusy() throws Exception {
        NamedCallback target = named();
        List<FakeCall> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            calls.add(source.send(pool, target));
        }
        // Of 8 threads 4 must stay active.
        FakeCall busy = null;
        while (busy == null) {
            busy = calls.stream().filter(FakeCall::isAnswered).findFirst().orElse(null);
            Thread.onSpinWait();
        }
        assertEquals(Errno.EBUSY, busy.await().errno());

        register(0, (op, arguments) -> {});
        calls.remove(busy);
        for (FakeCall call : calls) {
            assertTrue(call.await().isOk());
        }
    }

    @Test
    @DisplayName("ERM-3, TRAP-24: a handler that is still at work after the drain time is failed with ENODEV and "
            + "interrupted")
    void givenAHandlerThatGoesOnWorkingWhenTheDrainTimeEndsThenItsCallFailsAndIsInterrupted() throws Exception {
        registry = registry(Duration.ofMillis(50), Duration.ofSeconds(20));
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        long id = register(0, (op, arguments) -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        FakeCall call = source.send(pool, named());
        pass(started);

        registry.remove(id);

        assertEquals(Errno.ENODEV, call.await().errno());
        pass(interrupted);
    }

    @Test
    @DisplayName("ERM-3, ERM-29: given two calls that are left after the drain time when failing them breaks off then "
            + "both are failed and interrupted all the same")
    void givenCallsThatBreakOffWhenTheyAreFailedThenAllAreFailedAndInterrupted() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        CountDownLatch interrupted = new CountDownLatch(2);
        register(0, (op, arguments) -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        List<FakeCall> calls = List.of(new FakeCall(named()), new FakeCall(named()));
        for (FakeCall call : calls) {
            call.afterFailure = () -> {
                throw new IllegalStateException("thrown by the test");
            };
            source.send(pool, call);
        }
        pass(started);

        HandlerSlot<CallbackObject> slot = registry.slot("x", 0);
        assertThrows(IllegalStateException.class, () -> slot.remove(slot.best(), Duration.ZERO));

        for (FakeCall call : calls) {
            assertEquals(Errno.ENODEV, call.await().errno());
        }
        pass(interrupted);
    }

    @Test
    void givenAHandlerThatUnregistersItselfInACallThenItDoesNotWaitForItselfAndAnswers() throws Exception {
        registry = registry(Duration.ofSeconds(30), Duration.ZERO);
        long[] id = new long[1];
        id[0] = register(0, (op, arguments) -> registry.remove(id[0]));
        NamedCallback target = named();

        assertTrue(source.send(pool, target).await().isOk());
        assertEquals(Errno.ENODEV, source.send(pool, target).await().errno());
    }

    @Test
    @DisplayName(
            "ERM-3: given a handler that ends all handlers in a call then nobody waits for that call, and it answers")
    void givenAHandlerThatEndsAllInACallThenItDoesNotWaitForItselfAndAnswers() throws Exception {
        registry = registry(Duration.ofSeconds(30), Duration.ZERO);
        register(0, (op, arguments) -> registry.close());

        assertTrue(source.send(pool, named()).await().isOk());
    }

    @Test
    @DisplayName(
            "ERM-3: given a handler in a call when it is unregistered and that call makes another one of it then it "
                    + "serves that"
                    + " too, and nobody waits for the drain time")
    void givenAHandlerIsUnregisteredWhenItsCallCallsItAgainThenItServesThat() throws Exception {
        Duration beyondTheTest = Duration.ofMinutes(10);
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<CountDownLatch> retired = new AtomicReference<>(new CountDownLatch(1));
        registry = new HandlerRegistry<>(
                HandlerRegistry.Kind.CALLBACK,
                beyondTheTest,
                beyondTheTest,
                () -> retired.get().countDown());
        AtomicInteger depth = new AtomicInteger();
        long id = register(0, (op, arguments) -> {
            if (depth.getAndIncrement() > 0) {
                return;
            }
            started.countDown();
            pass(retired.get());
            FakeCall nested = source.send(pool, named());
            CallbackThread.current().awaiting(source);
            assertTrue(answerOf(nested).isOk());
        });
        retired.set(new CountDownLatch(1));
        FakeCall call = source.send(pool, named());
        pass(started);

        registry.remove(id);

        assertTrue(call.await().isOk());
        assertEquals(2, depth.get());
        FakeCall late = source.send(pool, named());
        registry.close();
        assertEquals(Errno.ENODEV, late.await().errno(), "served by a handler that is gone");
    }

    private static FakeCall.Answer answerOf(FakeCall call) {
        try {
            return call.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("ERM-15: whatever a handler throws becomes a result; it is counted and the next request is served")
    void givenAHandlerThatThrowsThenTheRequestFailsWithAResultAndTheNextIsServed() throws Exception {
        List<Throwable> throwables = List.of(
                new TeeException(TeeResult.of(17), "its own"),
                new TeeException(Errno.ENODEV, "a forged transport error"),
                new IllegalStateException("unchecked"),
                new IOException("checked and not declared"),
                new InterruptedException("its own"),
                new NoClassDefFoundError("gone"),
                new StackOverflowError(),
                new OutOfMemoryError("not really"),
                new RuntimeException() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public String getMessage() {
                        throw new IllegalStateException("hostile");
                    }
                });
        AtomicInteger next = new AtomicInteger();
        register(0, (op, arguments) -> HandlerSwapTest.<RuntimeException>raise(throwables.get(next.getAndIncrement())));
        for (Throwable thrown : throwables) {
            TeeException answer = source.send(pool, named()).await().thrown();
            TeeResult expected = thrown == throwables.get(0) ? TeeResult.of(17) : TeeResult.ERROR;
            assertEquals(expected, answer.result());
            assertNull(answer.getCause());
        }
        HandlerDTO dto = registry.handlers().get(0);
        assertEquals(throwables.size(), dto.requests);
        assertEquals(throwables.size(), dto.failures);
        assertEquals(0, dto.inProgress);
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void raise(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    void givenTheTeeReleasesANamedCallbackThenTheHandlerOfThatTimeIsTold() {
        NamedCallback target = named();
        target.released();
        Told told = new Told(() -> {});
        register(0, told);
        target.released();
        assertEquals(1, told.times.get());
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle that does not return when it is told of releases, when it has used up its share "
                    + "of the threads, then it is told of no more, and others are served")
    void givenReleasesThatHoldTheShareOfABundleThenItIsToldOfNoMore() throws Exception {
        Watchdog quick = new Watchdog(Duration.ofMillis(50), 256);
        WorkerPool small = new WorkerPool(null, 1, 8, 2, quick, 0);
        NamedCallback target = new NamedCallback(registry.slot("x", 0), new HandlerInvoker(quick));
        CountDownLatch go = new CountDownLatch(1);
        Told told = new Told(() -> {
            while (go.getCount() > 0) {
                pass(go);
                Thread.interrupted();
            }
        });
        register(0, told);
        try {
            assertEquals(Errno.ETIMEDOUT, release(small, target).errno());
            assertEquals(Errno.ETIMEDOUT, release(small, target).errno());
            await().until(() -> isRefused(small, "test.bundle 1.0.0"));

            // Whatever holds a thread up for longer than the limit of 50 ms ends a release that is refused as well.
            await().until(() -> release(small, target).errno() == Errno.EBUSY);
            assertEquals(2, told.times.get());
        } finally {
            go.countDown();
            assertEquals(List.of(), small.close(Duration.ofSeconds(10)));
            quick.close();
        }
    }

    private FakeCall.Answer release(WorkerPool workers, CallbackObject target) throws InterruptedException {
        return source.send(workers, new FakeCall(target, DriverContext.OP_RELEASE, new DirectArguments()))
                .await();
    }

    private boolean isRefused(WorkerPool workers, String owner) throws InterruptedException {
        AtomicBoolean refused = new AtomicBoolean();
        source.send(workers, (op, arguments) -> refused.set(Carrying.thread().refusal(owner) != null))
                .await();
        return refused.get();
    }

    @Test
    @DisplayName(
            "given a handler that a bundle invokes itself, when it ends since the thread was interrupted, then the "
                    + "thread knows")
    void givenAHandlerThatIsInterruptedOnTheThreadOfABundleThenThatStaysInterrupted() {
        register(
                0,
                (op, arguments) ->
                        HandlerSwapTest.<RuntimeException>raise(new InterruptedException("waited no longer")));

        assertThrows(TeeException.class, () -> named().dispatch(0, new DirectArguments()));
        assertTrue(Thread.interrupted(), "an interrupt was lost");
    }

    @Test
    void givenABundleInvokesANamedCallbackItselfThenTheHandlerRunsOnItsThread() throws Exception {
        Thread[] ran = new Thread[1];
        register(0, (op, arguments) -> ran[0] = Thread.currentThread());
        named().dispatch(0, new DirectArguments());
        assertSame(Thread.currentThread(), ran[0]);
        assertEquals(Set.of(), watched, "something is kept of the thread");
    }

    @Test
    @DisplayName("given a bundle that invokes a named callback itself, when the handler invokes another one, then the "
            + "two calls are known to be of one thread, also when the second one fails")
    void givenABundleInvokesWithinItsInvocationThenThatIsOneThread() throws Exception {
        List<Integer> depths = new ArrayList<>();
        registry.add(Services.callback(1, "inner", 0, (op, arguments) -> {
            depths.add(depthOfThisThread());
            throw new IllegalStateException("thrown by the test");
        }));
        registry.add(Services.callback(2, "outer", 0, (op, arguments) -> {
            depths.add(depthOfThisThread());
            NamedCallback inner = new NamedCallback(registry.slot("inner", 0), invoker);
            assertThrows(TeeException.class, () -> inner.dispatch(op, arguments));
            depths.add(depthOfThisThread());
        }));
        new NamedCallback(registry.slot("outer", 0), invoker).dispatch(0, new DirectArguments());
        assertEquals(List.of(1, 2, 1), depths);
        assertEquals(Set.of(), watched, "something is kept of the thread");
    }

    private int depthOfThisThread() {
        return watched.stream()
                .filter(thread -> thread.is(Thread.currentThread()))
                .mapToInt(CallThread::depth)
                .sum();
    }

    @Test
    void givenAnAbandonedRequestThenNoHandlerIsCalled() throws Exception {
        register(0, (op, arguments) -> {
            throw new AssertionError("called");
        });
        DirectArguments arguments = new DirectArguments();
        arguments.abandon();
        FakeCall call = source.send(pool, new FakeCall(named(), 0, arguments));
        assertEquals(Errno.ENODEV, call.await().errno());
        assertEquals(0, registry.handlers().get(0).failures);
    }

    @Test
    @DisplayName("ERM-15: after its unregistering nothing refers to a handler, not even after it threw")
    void givenAHandlerThatThrewWhenItIsUnregisteredThenNothingRefersToItAnyMore() throws Exception {
        WeakReference<CallbackObject> handler = useAndUnregister();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (handler.get() != null && System.nanoTime() < deadline) {
            System.gc();
        }
        assertNull(handler.get(), "the handler is still referred to");
    }

    private WeakReference<CallbackObject> useAndUnregister() throws InterruptedException {
        CallbackObject handler = new CallbackObject() {
            @Override
            public void dispatch(int op, IncomingArguments arguments) {
                throw new IllegalStateException("thrown by " + this) {
                    private static final long serialVersionUID = 1L;
                };
            }
        };
        long id = register(0, handler);
        source.send(pool, named()).await();
        registry.remove(id);
        return new WeakReference<>(handler);
    }

    private static void pass(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
