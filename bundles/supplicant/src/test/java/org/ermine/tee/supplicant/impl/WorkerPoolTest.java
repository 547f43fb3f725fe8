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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerPoolTest {

    private static final int WORKERS = 4;
    private static final long SPIN_NANOS = 20_000;

    private final Watchdog watchdog = new Watchdog(Duration.ofSeconds(30), 256);
    private WorkerPool pool = new WorkerPool(WORKERS, 64, watchdog, SPIN_NANOS);

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
        FakeSource source = new FakeSource();
        List<FakeCall> first = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            first.add(source.send(pool, (op, arguments) -> passed(together)));
        }
        for (FakeCall call : first) {
            call.await();
        }
        for (int i = 0; i < 100; i++) {
            source.send(pool, (op, arguments) -> {}).await();
        }
        assertEquals(WORKERS + 100, source.turns.get(), "turns for " + (WORKERS + 100) + " requests");
    }

    @Test
    void givenOneBusySourceWhenAnotherHasARequestThenItIsServedInTheNextRound() throws Exception {
        pool = new WorkerPool(1, 1, watchdog, SPIN_NANOS);
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

    /** A handler that invokes the TEE, which calls the next one: the worker serves it or waits for another that does. */
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
            pool.awaiting(source, inner::isAnswered);
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
        FakeSource source = new FakeSource();
        CyclicBarrier together = new CyclicBarrier(WORKERS);
        CountDownLatch turn = new CountDownLatch(1);
        List<FakeCall> waiting = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            waiting.add(source.send(pool, (op, arguments) -> {
                passed(together);
                pool.blocked();
                pool.blocked();
                passed(turn);
            }));
        }
        source.send(pool, (op, arguments) -> turn.countDown()).await();
        for (FakeCall call : waiting) {
            assertTrue(call.await().isOk());
        }

        pool.blocked();
        assertEquals(WORKERS, activeAtOnce(source), "workers that are active when nobody waits any more");
    }

    /** How many of many requests are served at the same time. */
    private int activeAtOnce(FakeSource source) throws Exception {
        AtomicInteger active = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(WORKERS);
        List<FakeCall> calls = new ArrayList<>();
        for (int i = 0; i < 4 * WORKERS; i++) {
            calls.add(source.send(pool, (op, arguments) -> {
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
    void givenAThreadThatIsNoWorkerWhenItAwaitsThenItServesNothing() {
        FakeSource source = new FakeSource();
        pool.awaiting(source, () -> false);
        assertEquals(0, source.turns.get());
    }

    @Test
    void givenWorkersAreLentWhenRequestsComeThenOthersServeThemUntilTheBoundIsReached() throws Exception {
        pool = new WorkerPool(1, 3, watchdog, SPIN_NANOS);
        FakeSource source = new FakeSource();
        CountDownLatch lent = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        List<FakeCall> waiting = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            waiting.add(source.send(pool, (op, arguments) -> {
                assertTrue(watchdog.currentThread().tryLend());
                lent.countDown();
                passed(go);
                watchdog.currentThread().reclaim();
            }));
        }
        passed(lent);
        List<Boolean> third = new ArrayList<>();
        source.send(pool, (op, arguments) -> third.add(watchdog.currentThread().tryLend()))
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
        pool = new WorkerPool(2, 32, watchdog, SPIN_NANOS);
        FakeSource source = new FakeSource();
        CyclicBarrier all = new CyclicBarrier(20);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        List<FakeCall> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(source.send(pool, (op, arguments) -> {
                threads.add(Thread.currentThread());
                assertTrue(watchdog.currentThread().tryLend());
                passed(all);
                watchdog.currentThread().reclaim();
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
    void givenImpossibleNumbersThenThePoolRefusesThem() {
        assertThrows(IllegalArgumentException.class, () -> new WorkerPool(0, 4, watchdog, SPIN_NANOS));
        assertThrows(IllegalArgumentException.class, () -> new WorkerPool(5, 4, watchdog, SPIN_NANOS));
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
