// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.fakes.IdleSource;
import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackThread;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.supplicant.call.Watchdog;
import org.ermine.tee.supplicant.fakes.Carrying;
import org.ermine.tee.supplicant.fakes.FakeCall;
import org.ermine.tee.supplicant.fakes.FakeSource;
import org.ermine.tee.supplicant.fakes.ManualWakeUp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerPoolTest {

    private static final int WORKERS = 4;
    private static final long SPIN_NANOS = 20_000;

    private final Watchdog watchdog = new Watchdog(Duration.ofSeconds(30), 256);
    /** For it time stands still, so that no call is slow, and no thread is added for one. */
    private final Watchdog timeless = new Watchdog(Duration.ofSeconds(30), 256, ManualWakeUp::new);

    private WorkerPool pool = new WorkerPool(null, WORKERS, 64, 64, timeless, SPIN_NANOS);

    @AfterEach
    void close() {
        assertEquals(List.of(), pool.close(Duration.ofSeconds(10)), "threads are left behind");
        watchdog.close();
    }

    @Test
    void givenManyThreadsQueueRequestsWhenWorkersServeThemThenEachIsServedExactlyOnceByAtMostFour() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CallbackObject target = (op, arguments) -> threads.add(Thread.currentThread());
        List<FakeCall> calls = new ArrayList<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            FakeSource source = new FakeSource();
            List<FakeCall> own = new ArrayList<>();
            for (int j = 0; j < 5_000; j++) {
                own.add(new FakeCall(target));
            }
            calls.addAll(own);
            clients.add(new Thread(() -> own.forEach(call -> source.send(pool, call))));
        }
        clients.forEach(Thread::start);
        for (FakeCall call : calls) {
            assertTrue(call.await().isOk());
        }
        for (FakeCall call : calls) {
            assertEquals(1, call.dispatched.get());
        }
        assertTrue(threads.size() <= WORKERS, threads.size() + " threads");
    }

    @Test
    void givenAllWorkersSleepWhenOneRequestIsQueuedThenOneOnlyWakesUp() throws Exception {
        CyclicBarrier together = new CyclicBarrier(WORKERS);
        List<FakeSource> sources = ofTwoOwners();
        List<FakeCall> first = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            first.add(sources.get(i % 2).send(pool, (op, arguments) -> passed(together)));
        }
        for (FakeCall call : first) {
            call.await();
        }
        for (int i = 0; i < 100; i++) {
            sources.get(0).send(pool, (op, arguments) -> {}).await();
        }
        assertEquals(WORKERS / 2 + 100, sources.get(0).turns.get(), "turns for " + (WORKERS / 2 + 100) + " requests");
    }

    @Test
    @DisplayName("given all workers wait when one client calls again and again then it is served by one of them only")
    void givenAllWorkersWaitWhenOneClientCallsAgainAndAgainThenOneWorkerServesIt() throws Exception {
        pool = new WorkerPool(null, WORKERS, 64, 64, timeless, 0);
        CyclicBarrier together = new CyclicBarrier(WORKERS);
        Set<Thread> all = ConcurrentHashMap.newKeySet();
        List<FakeSource> sources = ofTwoOwners();
        List<FakeCall> first = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            first.add(sources.get(i % 2).send(pool, (op, arguments) -> {
                all.add(Thread.currentThread());
                passed(together);
            }));
        }
        for (FakeCall call : first) {
            call.await();
        }
        Set<Thread> serving = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 20; i++) {
            await().until(() -> all.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
            sources.get(0)
                    .send(pool, (op, arguments) -> serving.add(Thread.currentThread()))
                    .await();
        }
        assertEquals(1, serving.size());
    }

    @Test
    @DisplayName(
            "ERM-23: given an owner that occupies its share of workers when its next request is handed to a worker "
                    + "that looks out"
                    + " then it waits, and a neighbour's is served")
    void givenAnOwnersShareIsUsedUpWhenAWorkerThatLooksOutIsHandedMoreThenItWaits() throws Exception {
        pool = new WorkerPool(null, 2, 2, 2, watchdog, TimeUnit.SECONDS.toNanos(1));
        FakeSource slow = new FakeSource("slow owner");
        FakeSource neighbour = new FakeSource("neighbour");
        CountDownLatch occupied = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        List<FakeCall> calls = new ArrayList<>();
        calls.add(slow.send(pool, (op, arguments) -> {
            begun.incrementAndGet();
            occupied.countDown();
            passed(go);
        }));
        passed(occupied);
        for (int i = 0; i < 10; i++) {
            // Once it is served, a worker looks out.
            assertTrue(neighbour.send(pool, (op, arguments) -> {}).await().isOk());
            calls.add(slow.send(pool, (op, arguments) -> begun.incrementAndGet()));
        }
        assertTrue(neighbour.send(pool, (op, arguments) -> {}).await().isOk());
        assertEquals(1, begun.get(), "requests of the slow owner that were begun");
        go.countDown();
        for (FakeCall call : calls) {
            assertTrue(call.await().isOk());
        }
        assertEquals(11, begun.get());
    }

    @Test
    @DisplayName(
            "ERM-23: given a worker that looks out when it is handed a turn that has to wait for a slow one of its "
                    + "owner then a thread"
                    + " is added for that")
    void givenATurnThatIsHandedOverAndHasToWaitThenSlowCallsAreLookedFor() throws Exception {
        ManualWakeUp[] time = new ManualWakeUp[1];
        Watchdog manual = new Watchdog(Duration.ofMinutes(5), 256, task -> time[0] = new ManualWakeUp(task));
        pool = new WorkerPool(null, 2, 8, 8, manual, TimeUnit.HOURS.toNanos(1));
        FakeSource slow = new FakeSource("slow owner");
        CountDownLatch occupied = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        FakeCall first = slow.send(pool, (op, arguments) -> {
            occupied.countDown();
            passed(go);
        });
        passed(occupied);
        Thread[] looking = new Thread[1];
        new FakeSource("neighbour")
                .send(pool, (op, arguments) -> looking[0] = Thread.currentThread())
                .await();
        await().until(() -> LookingOut.is(looking[0]));
        // What was asked for until now comes to nothing.
        time[0].pass(Duration.ofSeconds(1));
        FakeCall second = slow.send(pool, (op, arguments) -> {});
        await().until(() -> {
            time[0].pass(Duration.ofMillis(10));
            return second.isAnswered();
        });
        assertFalse(first.isAnswered());
        go.countDown();
        assertTrue(first.await().isOk());
    }

    @Test
    @DisplayName(
            "ERM-21, ERM-29: given a worker for which memory runs out between two turns when it ends for that then "
                    + "another takes its"
                    + " place, and serves the request")
    void givenAWorkerThatIsBrokenOffBetweenTurnsThenAnotherTakesItsPlace() throws Exception {
        pool = new WorkerPool(null, 1, 1, 1, watchdog, 0);
        for (int i = 0; i < 10; i++) {
            FakeCall call = new FakeCall((op, arguments) -> {});
            call.owner = "test owner";
            pool.requestQueued(new Poor(call));
            assertTrue(call.await().isOk());
        }
    }

    /** A context with one request; the worker that looks first whose it is finds no memory. */
    private static final class Poor extends IdleSource {

        private final AtomicReference<FakeCall> call;
        private final AtomicBoolean poor = new AtomicBoolean(true);

        Poor(FakeCall call) {
            super("test owner");
            this.call = new AtomicReference<>(call);
        }

        @Override
        public String owner() {
            if (CallbackThread.current() != null && poor.getAndSet(false)) {
                throw new OutOfMemoryError("thrown by the test");
            }
            return super.owner();
        }

        @Override
        public CallbackCall next(CallbackWorkers workers) {
            return call.getAndSet(null);
        }
    }

    @Test
    @DisplayName("ERM-21: given a context that throws a checked exception that it does not declare, when it is served, "
            + "then the worker goes on")
    void givenAContextThatThrowsAnUndeclaredExceptionThenItsWorkerGoesOn() throws Exception {
        pool = new WorkerPool(null, 1, 1, 1, watchdog, 0);
        FakeSource source = new FakeSource();
        Set<Thread> workers = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 3; i++) {
            FakeCall call = new FakeCall((op, arguments) -> workers.add(Thread.currentThread()));
            call.afterAnswer = () -> WorkerPoolTest.<RuntimeException>raise(new IOException("thrown by the test"));
            assertTrue(source.send(pool, call).await().isOk());
        }
        assertEquals(1, workers.size(), "workers ended for what a context threw");
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void raise(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    @DisplayName(
            "given a worker that looks out when the workers end then it ends too, and begins nothing that it is handed")
    void givenAWorkerLooksOutWhenTheWorkersEndThenItEndsAtOnce() throws Exception {
        pool = new WorkerPool(null, 1, 1, 1, watchdog, TimeUnit.HOURS.toNanos(1));
        FakeSource source = new FakeSource();
        assertTrue(source.send(pool, (op, arguments) -> {}).await().isOk());
        pool.drain(Duration.ZERO);
        FakeCall late = source.send(pool, (op, arguments) -> {});
        assertEquals(List.of(), pool.close(Duration.ofSeconds(10)), "threads that look out for ever");
        assertFalse(late.isAnswered(), "a request was begun after the end");
    }

    @Test
    void givenOneBusySourceWhenAnotherHasARequestThenItIsServedInTheNextRound() throws Exception {
        pool = new WorkerPool(null, 1, 1, 1, watchdog, SPIN_NANOS);
        ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        FakeSource busy = new FakeSource();
        FakeSource quiet = new FakeSource();
        busy.send(pool, (op, arguments) -> {
            started.countDown();
            passed(go);
        });
        passed(started);
        FakeCall last = null;
        for (int i = 0; i < 100; i++) {
            last = busy.send(pool, (op, arguments) -> order.add("busy"));
        }
        quiet.send(pool, (op, arguments) -> order.add("quiet"));
        go.countDown();
        last.await();

        assertTrue(
                List.copyOf(order).indexOf("quiet") <= 1,
                "served as number " + List.copyOf(order).indexOf("quiet"));
    }

    @Test
    void givenHandlersNest64DeepWhenEightClientsCallAtOnceThenFourWorkersDoNotDeadlock() throws Exception {
        FakeSource shared = new FakeSource();
        List<FakeCall> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            FakeSource source = i % 2 == 0 ? shared : new FakeSource();
            clients.add(source.send(pool, new Nesting(source, 64)));
        }
        for (FakeCall client : clients) {
            assertTrue(client.await().isOk());
        }
    }

    /**
     * A handler that invokes the TEE, which calls the next one: the worker serves it or waits for another that does.
     */
    private final class Nesting implements CallbackObject {

        private final FakeSource source;
        private final int depth;

        Nesting(FakeSource source, int depth) {
            this.source = source;
            this.depth = depth;
        }

        @Override
        public void dispatch(int op, IncomingArguments arguments) throws TeeException {
            if (depth == 0) {
                return;
            }
            FakeCall inner = source.send(pool, new Nesting(source, depth - 1));
            CallbackThread.current().awaiting(source);
            try {
                if (!inner.await().isOk()) {
                    throw new TeeException(TeeResult.ERROR, "at depth " + depth);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void givenAllWorkersAreMadeToWaitByTheTeeWhenTheyWaitForAnotherRequestThenItIsServed() throws Exception {
        pool = new WorkerPool(null, WORKERS, 64, 64, timeless, SPIN_NANOS);
        List<FakeSource> sources = ofTwoOwners();
        CyclicBarrier together = new CyclicBarrier(WORKERS);
        CountDownLatch turn = new CountDownLatch(1);
        List<FakeCall> waiting = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            waiting.add(sources.get(i % 2).send(pool, (op, arguments) -> {
                passed(together);
                CallbackThread.current().blocked();
                CallbackThread.current().blocked();
                passed(turn);
            }));
        }
        sources.get(0).send(pool, (op, arguments) -> turn.countDown()).await();
        for (FakeCall call : waiting) {
            assertTrue(call.await().isOk());
        }

        assertEquals(WORKERS, activeAtOnce(sources), "workers that are active when nobody waits any more");
    }

    private static List<FakeSource> ofTwoOwners() {
        return List.of(new FakeSource("one owner"), new FakeSource("another owner"));
    }

    /** How many of many requests are served at the same time. */
    private int activeAtOnce(List<FakeSource> sources) throws Exception {
        AtomicInteger active = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(WORKERS);
        List<FakeCall> calls = new ArrayList<>();
        for (int i = 0; i < 4 * WORKERS; i++) {
            calls.add(sources.get(i % 2).send(pool, (op, arguments) -> {
                most.accumulateAndGet(active.incrementAndGet(), Math::max);
                full.countDown();
                passed(full);
                active.decrementAndGet();
            }));
        }
        for (FakeCall call : calls) {
            call.await();
        }
        return most.get();
    }

    @Test
    @DisplayName(
            "ERM-20, ERM-23: given one owner whose slow callbacks are due in many contexts then one worker less than "
                    + "there are is"
                    + " occupied by them, another owner is served at once, and all of the first are served in the end")
    void givenOneOwnersSlowCallbacksWhenAnotherHasARequestThenItIsServedAtOnce() throws Exception {
        pool = new WorkerPool(null, WORKERS, 64, 64, timeless, SPIN_NANOS);
        CountDownLatch occupied = new CountDownLatch(WORKERS - 1);
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        List<FakeCall> slow = new ArrayList<>();
        for (int i = 0; i < 5 * WORKERS; i++) {
            slow.add(new FakeSource("slow owner").send(pool, (op, arguments) -> {
                begun.incrementAndGet();
                occupied.countDown();
                passed(go);
            }));
        }
        passed(occupied);
        FakeSource neighbour = new FakeSource("neighbour");
        for (int i = 0; i < 100; i++) {
            assertTrue(neighbour.send(pool, (op, arguments) -> {}).await().isOk());
        }
        assertEquals(WORKERS - 1, begun.get());
        go.countDown();
        for (FakeCall call : slow) {
            assertTrue(call.await().isOk());
        }
    }

    @Test
    @DisplayName(
            "ERM-23: given one owner whose callbacks occupy its share of workers when one of them waits for a request "
                    + "of the same"
                    + " owner then that is served")
    void givenAnOwnerThatHasItsShareOfWorkersWhenOneWaitsForANestedRequestThenItIsServed() throws Exception {
        FakeSource source = new FakeSource();
        CountDownLatch occupied = new CountDownLatch(WORKERS - 2);
        CountDownLatch go = new CountDownLatch(1);
        List<FakeCall> slow = new ArrayList<>();
        for (int i = 0; i < WORKERS - 2; i++) {
            slow.add(source.send(pool, (op, arguments) -> {
                occupied.countDown();
                passed(go);
            }));
        }
        passed(occupied);
        CountDownLatch served = new CountDownLatch(1);
        FakeCall outer = source.send(pool, (op, arguments) -> {
            source.send(pool, (innerOp, none) -> served.countDown());
            CallbackThread.current().awaiting(source);
            passed(served);
        });
        assertTrue(outer.await().isOk());
        go.countDown();
        for (FakeCall call : slow) {
            assertTrue(call.await().isOk());
        }
    }

    @Test
    @DisplayName(
            "ERM-23: given callbacks that wait for one another when there are more of them than workers then threads "
                    + "are added"
                    + " until all that may begin have, and a neighbour is served meanwhile")
    void givenSlowCallbacksWhenMoreWaitThanThereAreWorkersThenThreadsAreAdded() throws Exception {
        int share = 32;
        pool = new WorkerPool(null, WORKERS, 64, share, watchdog, SPIN_NANOS);
        int together = WORKERS - 1 + share / 2;
        CountDownLatch inside = new CountDownLatch(together);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        List<FakeCall> slow = new ArrayList<>();
        for (int i = 0; i < 2 * together; i++) {
            slow.add(new FakeSource("slow owner").send(pool, (op, arguments) -> {
                begun.incrementAndGet();
                inside.countDown();
                passed(go);
            }));
        }
        passed(inside);
        FakeSource neighbour = new FakeSource("neighbour");
        for (int i = 0; i < 100; i++) {
            assertTrue(neighbour.send(pool, (op, arguments) -> {}).await().isOk());
        }
        assertEquals(together, begun.get(), "callbacks of one owner that are at work at once");
        go.countDown();
        for (FakeCall call : slow) {
            assertTrue(call.await().isOk());
        }
    }

    @Test
    @DisplayName(
            "ERM-23: given many contexts of one owner whose slow callbacks never cease when threads are added then "
                    + "none of the"
                    + " contexts is served more than twice as often as another")
    void givenManyContextsWithSlowCallbacksThenEachGetsItsTurns() throws Exception {
        pool = new WorkerPool(null, WORKERS, 64, 64, watchdog, SPIN_NANOS);
        CyclicBarrier together = new CyclicBarrier(10);
        AtomicInteger total = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(1);
        List<Endless> contexts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            contexts.add(new Endless(together, total, enough));
        }
        contexts.forEach(Endless::send);
        passed(enough);
        List<Integer> served =
                contexts.stream().map(context -> context.served.get()).sorted().toList();
        assertTrue(
                served.get(served.size() - 1) <= 2 * served.get(0),
                "served " + served.get(0) + " to " + served.get(served.size() - 1) + " times");
    }

    /** A context whose callback ends when others are at work too, and is then queued again. */
    private final class Endless implements CallbackObject {

        final AtomicInteger served = new AtomicInteger();
        private final FakeSource source = new FakeSource();
        private final CyclicBarrier together;
        private final AtomicInteger total;
        private final CountDownLatch enough;

        Endless(CyclicBarrier together, AtomicInteger total, CountDownLatch enough) {
            this.together = together;
            this.total = total;
            this.enough = enough;
        }

        void send() {
            source.send(pool, this);
        }

        @Override
        public void dispatch(int op, IncomingArguments arguments) {
            if (enough.getCount() == 0) {
                return;
            }
            passed(together);
            served.incrementAndGet();
            if (total.incrementAndGet() == 1000) {
                enough.countDown();
                together.reset();
            }
            send();
        }
    }

    @Test
    void givenWorkersAreLentWhenRequestsComeThenOthersServeThemUntilTheBoundIsReached() throws Exception {
        pool = new WorkerPool(null, 1, 3, 3, timeless, SPIN_NANOS);
        FakeSource source = new FakeSource();
        CountDownLatch lent = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        List<FakeCall> waiting = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            waiting.add(source.send(pool, (op, arguments) -> {
                assertTrue(Carrying.thread().tryLend("test owner"));
                lent.countDown();
                passed(go);
                Carrying.thread().reclaim();
            }));
        }
        passed(lent);
        List<Boolean> third = new ArrayList<>();
        source.send(pool, (op, arguments) -> third.add(Carrying.thread().tryLend("test owner")))
                .await();
        assertEquals(List.of(false), third, "one worker of three must stay active");

        go.countDown();
        for (FakeCall call : waiting) {
            assertTrue(call.await().isOk());
        }
        assertTrue(source.send(pool, (op, arguments) -> {}).await().isOk());
    }

    @Test
    void givenTheWorkersWereLentAndCameBackThenNoMoreThanTheWorkersStay() throws Exception {
        pool = new WorkerPool(null, 2, 32, 32, watchdog, SPIN_NANOS);
        FakeSource source = new FakeSource();
        CyclicBarrier all = new CyclicBarrier(20);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        List<FakeCall> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(source.send(pool, (op, arguments) -> {
                threads.add(Thread.currentThread());
                assertTrue(Carrying.thread().tryLend("test owner"));
                passed(all);
                Carrying.thread().reclaim();
            }));
        }
        for (FakeCall call : calls) {
            call.await();
        }
        assertEquals(20, threads.size());
        await().untilAsserted(() ->
                assertTrue(threads.stream().filter(Thread::isAlive).count() <= 2, "threads that are left over"));
    }

    @Test
    void givenACallThatDoesNotReturnWhenThePoolClosesThenItIsFailedInterruptedAndAllThreadsEnd() throws Exception {
        FakeSource source = new FakeSource();
        CountDownLatch started = new CountDownLatch(1);
        FakeCall call = source.send(pool, (op, arguments) -> {
            started.countDown();
            passed(new CountDownLatch(1));
        });
        passed(started);
        assertEquals(List.of(), pool.close(Duration.ofSeconds(10)));
        assertEquals(Errno.ENODEV, call.await().errno());

        FakeCall late = source.send(pool, (op, arguments) -> {});
        assertFalse(late.isAnswered(), "a closed pool serves nothing");
    }

    @Test
    @DisplayName(
            "ERM-3: given a call that waits for a nested one when the workers drain then its own thread serves that, "
                    + "no other"
                    + " request is begun, and the drain ends with the call")
    void givenANestedCallWhenThePoolDrainsThenItsOwnThreadServesIt() throws Exception {
        pool = new WorkerPool(null, 1, 1, 1, watchdog, 0);
        FakeSource source = new FakeSource();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Thread[] threads = new Thread[2];
        FakeCall outer = source.send(pool, (op, arguments) -> {
            threads[0] = Thread.currentThread();
            started.countDown();
            passed(go);
            FakeCall inner = source.send(pool, (innerOp, none) -> threads[1] = Thread.currentThread());
            CallbackThread.current().awaiting(source);
            assertTrue(inner.isAnswered());
        });
        passed(started);
        FakeCall root = source.send(pool, (op, arguments) -> {});
        Thread draining = new Thread(() -> pool.drain(Duration.ofSeconds(20)));
        draining.start();
        await().until(() -> draining.getState() == Thread.State.TIMED_WAITING);
        go.countDown();
        draining.join();
        assertTrue(outer.await().isOk());
        assertSame(threads[0], threads[1]);
        assertFalse(root.isAnswered(), "a request that nobody in a call waits for");
    }

    @Test
    @DisplayName("ERM-3: given a worker that waits for a nested call when the workers drain then it is woken, to serve "
            + "that itself")
    void givenAWorkerThatWaitsWhenThePoolDrainsThenItIsWoken() throws Exception {
        FakeSource source = new FakeSource();
        CountDownLatch waiting = new CountDownLatch(1);
        FakeCall outer = source.send(pool, (op, arguments) -> {
            waiting.countDown();
            LockSupport.park();
        });
        passed(waiting);
        pool.drain(Duration.ofSeconds(20));
        assertTrue(outer.isAnswered());
    }

    @Test
    @DisplayName(
            "ERM-3: given a call that swallows its interrupt when the workers are gone then what it still waits for "
                    + "fails at once")
    void givenAnInterruptThatIsSwallowedWhenThePoolIsGoneThenNestedCallsFail() throws Exception {
        FakeSource source = new FakeSource();
        CountDownLatch started = new CountDownLatch(1);
        FakeCall[] inner = new FakeCall[1];
        FakeCall outer = source.send(pool, (op, arguments) -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                inner[0] = source.send(pool, (innerOp, none) -> {});
                CallbackThread.current().awaiting(source);
            }
        });
        passed(started);
        pool.drain(Duration.ZERO);
        pool.end();
        assertEquals(List.of(), pool.awaitEnd(Duration.ofSeconds(20)));
        assertEquals(Errno.ENODEV, outer.await().errno());
        assertEquals(Errno.ENODEV, inner[0].await().errno());
        assertEquals(0, inner[0].dispatched.get());
    }

    @Test
    @DisplayName(
            "ERM-3: given a call that was failed and does not return when the workers drain then it is not waited for")
    void givenACallThatWasFailedWhenThePoolDrainsThenItIsNotWaitedFor() throws Exception {
        FakeSource source = new FakeSource();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        FakeCall call = source.send(pool, (op, arguments) -> {
            started.countDown();
            passed(go);
        });
        passed(started);
        call.fail(Errno.ETIMEDOUT);
        long begun = System.nanoTime();
        pool.drain(Duration.ofSeconds(20));
        assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(10));
        go.countDown();
    }

    @Test
    @DisplayName(
            "ERM-23: given an owner whose callbacks hold its share of threads when it is called then that is refused "
                    + "with its"
                    + " name and option, another owner is served, and it is served again when one returns")
    void givenAnOwnerThatUsedItsShareUpThenItIsRefusedAlone() throws Exception {
        Watchdog quick = new Watchdog(Duration.ofMillis(50), 256);
        pool = new WorkerPool(null, 1, 8, 2, quick, 0);
        FakeSource source = new FakeSource();
        CountDownLatch go = new CountDownLatch(1);
        for (int i = 0; i < 2; i++) {
            FakeCall stuck = source.send(pool, (op, arguments) -> {
                while (go.getCount() > 0) {
                    passed(go);
                    Thread.interrupted();
                }
            });
            assertEquals(Errno.ETIMEDOUT, stuck.await().errno());
        }
        await().until(() -> pool.refusal("test owner") != null);
        assertEquals(
                "2 worker threads are held by callbacks of test owner that do not return, its share (option "
                        + "maxThreadsPerOwner of"
                        + " org.ermine.tee.supplicant)",
                pool.refusal("test owner"));
        FakeCall refused = source.send(pool, (op, arguments) -> {});
        assertEquals(Errno.EBUSY, refused.await().errno());
        assertEquals(0, refused.dispatched.get());
        FakeCall other = new FakeCall((op, arguments) -> {});
        other.owner = "another";
        assertTrue(source.send(pool, other).await().isOk());
        go.countDown();
        await().until(() -> pool.refusal("test owner") == null);
        assertTrue(source.send(pool, (op, arguments) -> {}).await().isOk());
        quick.close();
    }

    @Test
    @DisplayName(
            "ERM-23: given an owner for whom its share of threads waits when one more would then that is refused with "
                    + "its name and"
                    + " option, and another owner's may wait")
    void givenAnOwnerForWhomItsShareWaitsThenNoMoreDo() throws Exception {
        pool = new WorkerPool(null, 1, 8, 1, watchdog, 0);
        FakeSource source = new FakeSource();
        CountDownLatch lent = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        FakeCall waiting = source.send(pool, (op, arguments) -> {
            assertTrue(Carrying.thread().tryLend("test owner"));
            lent.countDown();
            passed(go);
            Carrying.thread().reclaim();
        });
        passed(lent);
        List<Object> seen = new ArrayList<>();
        source.send(pool, (op, arguments) -> {
                    seen.add(Carrying.thread().tryLend("test owner"));
                    seen.add(Carrying.thread().lendingRefusal("test owner"));
                    seen.add(Carrying.thread().tryLend("another"));
                    Carrying.thread().reclaim();
                })
                .await();
        assertEquals(
                List.of(
                        false,
                        "1 worker threads wait for test owner or are held by it, its share (option maxThreadsPerOwner "
                                + "of"
                                + " org.ermine.tee.supplicant)",
                        true),
                seen);
        go.countDown();
        assertTrue(waiting.await().isOk());
    }

    @Test
    @DisplayName(
            "ERM-21: given foreign code that leaves a thread local behind when its thread was used for long enough "
                    + "then the thread"
                    + " ends, idle or not, and others go on")
    void givenAThreadLocalThatIsLeftBehindThenItsThreadEnds() throws Exception {
        pool = new WorkerPool(null, 1, 1, 1, watchdog, 0, TimeUnit.MILLISECONDS.toNanos(50), new RepeatLog(line -> {}));
        FakeSource source = new FakeSource();
        ThreadLocal<Object> left = new ThreadLocal<>();
        Thread[] threads = new Thread[1];
        source.send(pool, (op, arguments) -> {
                    left.set("left behind");
                    threads[0] = Thread.currentThread();
                })
                .await();
        await().until(() -> !threads[0].isAlive());
        CountDownLatch due = new CountDownLatch(1);
        FakeCall slow = source.send(pool, (op, arguments) -> {
            left.set("left behind");
            threads[0] = Thread.currentThread();
            passed(due);
        });
        List<Object> seen = new ArrayList<>();
        FakeCall next = source.send(pool, (op, arguments) -> {
            seen.add(left.get());
            seen.add(Thread.currentThread() == threads[0]);
        });
        long begun = System.nanoTime();
        await().until(() -> System.nanoTime() - begun > TimeUnit.MILLISECONDS.toNanos(60));
        due.countDown();
        slow.await();
        assertTrue(next.await().isOk());
        assertEquals(Arrays.asList(null, false), seen);
    }

    @Test
    void givenImpossibleNumbersThenThePoolRefusesThem() {
        assertThrows(IllegalArgumentException.class, () -> new WorkerPool(null, 0, 4, 4, watchdog, SPIN_NANOS));
        assertThrows(IllegalArgumentException.class, () -> new WorkerPool(null, 5, 4, 4, watchdog, SPIN_NANOS));
    }

    private static void passed(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void passed(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
