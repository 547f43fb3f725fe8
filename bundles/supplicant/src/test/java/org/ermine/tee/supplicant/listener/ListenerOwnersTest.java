// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.fakes.DirectArguments;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.callback.CallbackThread;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.call.Watchdog;
import org.ermine.tee.supplicant.fakes.Carrying;
import org.ermine.tee.supplicant.fakes.FakeCall;
import org.ermine.tee.supplicant.fakes.FakeSource;
import org.ermine.tee.supplicant.fakes.ListenerArguments;
import org.ermine.tee.supplicant.fakes.ManualWakeUp;
import org.ermine.tee.supplicant.fakes.Services;
import org.ermine.tee.supplicant.handler.HandlerInvoker;
import org.ermine.tee.supplicant.handler.HandlerProperties;
import org.ermine.tee.supplicant.handler.HandlerRegistry;
import org.ermine.tee.supplicant.handler.NamedCallback;
import org.ermine.tee.supplicant.support.WakeUpThread;
import org.ermine.tee.supplicant.worker.LookingOut;
import org.ermine.tee.supplicant.worker.Turns;
import org.ermine.tee.supplicant.worker.WorkerPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The listeners of all bundles are called in one context, the supplicant's own. */
@Timeout(60)
class ListenerOwnersTest {

    private static final int WORKERS = 4;
    private static final String SLOW = "org.example.slow 1.0.0 [7]";
    private static final String NEIGHBOUR = "org.example.neighbour 1.0.0 [8]";
    private static final int NEIGHBOURS_LISTENER = 100;

    private ManualWakeUp time;
    /** For it time stands still, so that no call is slow, unless a test lets it pass. */
    private final Watchdog watchdog = new Watchdog(Duration.ofMinutes(5), 256, task -> time = new ManualWakeUp(task));

    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    private WorkerPool pool = pool(WORKERS, 64, 0);
    private final HandlerRegistry<ListenerHandler> registry = new HandlerRegistry<>(
            HandlerRegistry.Kind.LISTENER, Duration.ofSeconds(5), Duration.ofSeconds(10), () -> {});
    private final HandlerInvoker invoker = new HandlerInvoker(watchdog);
    private final FakeSource supplicant = new FakeSource("the supplicant");
    private final CountDownLatch occupied = new CountDownLatch(WORKERS - 1);
    private final AtomicInteger begun = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);

    private WorkerPool pool(int workers, int maxThreads, long spinNanos) {
        RepeatLog problems = new RepeatLog(lines::add);
        return new WorkerPool(null, workers, maxThreads, 32, watchdog, spinNanos, Long.MAX_VALUE, problems);
    }

    @AfterEach
    void close() {
        go.countDown();
        registry.close();
        assertEquals(List.of(), pool.close(Duration.ofSeconds(10)));
        watchdog.close();
    }

    private ListenerCallback listener(String bundle, int id, ListenerHandler handler) {
        registry.add(Services.listener(id, bundle, id, 64, handler));
        return new ListenerCallback(
                registry.slot(HandlerProperties.listenerName(id), id),
                invoker,
                ByteBuffer.allocateDirect(64),
                Duration.ofSeconds(10),
                () -> {});
    }

    private ListenerCallback slowListener(int id) {
        return listener(SLOW, id, message -> {
            begun.incrementAndGet();
            occupied.countDown();
            passed(go);
        });
    }

    private FakeCall request(ListenerCallback listener) {
        return supplicant.send(pool, new FakeCall(listener, 0, ListenerArguments.request()));
    }

    private List<FakeCall> occupyShare(int listeners) {
        List<FakeCall> slow = new ArrayList<>();
        for (int id = 1; id <= listeners; id++) {
            slow.add(request(slowListener(id)));
        }
        passed(occupied);
        return slow;
    }

    private static void passed(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle whose listeners block in all the workers that it may occupy when another bundle's "
                    + "listener is"
                    + " called in the same context then it is served at once, and the first one's rest in the end")
    void givenABundleWhoseListenersBlockThenAnotherBundlesListenerIsServed() throws Exception {
        ListenerCallback neighbour = listener(NEIGHBOUR, NEIGHBOURS_LISTENER, message -> {});
        List<FakeCall> slow = occupyShare(3 * WORKERS);
        for (int i = 0; i < 100; i++) {
            assertTrue(request(neighbour).await().isOk());
        }
        assertEquals(WORKERS - 1, begun.get(), "workers that the blocking bundle occupies");
        go.countDown();
        for (FakeCall call : slow) {
            assertTrue(call.await().isOk());
        }
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle's listener that waits for another one of the same bundle when no thread can be "
                    + "lent then its"
                    + " own thread serves that, also if another has taken it already")
    void givenANestedCallThatWaitsForATurnThenTheThreadThatAwaitsItServesIt() throws Exception {
        pool.close(Duration.ofSeconds(10));
        pool = pool(2, 2, 0);
        for (int i = 0; i < 200; i++) {
            ListenerCallback inner = listener(SLOW, 1000 + i, message -> {});
            ListenerCallback outer = listener(SLOW, 2000 + i, message -> {
                FakeCall call = request(inner);
                while (!call.isAnswered()) {
                    CallbackThread.current().awaiting(supplicant);
                    if (!call.isAnswered()) {
                        LockSupport.park(this);
                    }
                }
            });
            assertTrue(request(outer).await().isOk());
        }
    }

    @Test
    @DisplayName(
            "ERM-3, ERM-23: given calls that wait for a turn of their bundle when the workers go then they fail, and "
                    + "what came"
                    + " with them is given back")
    void givenCallsThatWaitForATurnWhenTheWorkersGoThenTheyEnd() throws Exception {
        List<FakeCall> slow = occupyShare(2 * WORKERS);
        await().until(() -> supplicant.turns.get() == 2 * WORKERS);
        pool.drain(Duration.ZERO);
        pool.end();
        go.countDown();
        assertEquals(List.of(), pool.awaitEnd(Duration.ofSeconds(20)));
        for (FakeCall call : slow) {
            assertEquals(Errno.ENODEV, call.await().errno());
            assertEquals(1, call.runs.get());
        }
        assertEquals(WORKERS - 1, begun.get());
    }

    @Test
    @DisplayName(
            "ERM-23, ERM-24: given a bundle to which as many calls wait as may when more come then these are refused "
                    + "with EBUSY,"
                    + " one line names it and the limit, and its neighbour is served")
    void givenTooManyCallsThatWaitThenMoreAreRefused() throws Exception {
        ListenerCallback neighbour = listener(NEIGHBOUR, NEIGHBOURS_LISTENER, message -> {});
        List<FakeCall> slow = occupyShare(WORKERS - 1);
        ListenerCallback one = slowListener(50);
        List<FakeCall> waiting = new ArrayList<>();
        for (int i = 0; i < Turns.MOST_POSTPONED; i++) {
            waiting.add(request(one));
        }
        await().until(() -> supplicant.turns.get() == slow.size() + waiting.size());
        for (int i = 0; i < 1000; i++) {
            assertEquals(Errno.EBUSY, request(one).await().errno());
        }
        assertTrue(request(neighbour).await().isOk());
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.peek().contains("calls to " + SLOW + " are refused while 256 wait for it"), lines::toString);
        go.countDown();
        for (FakeCall call : waiting) {
            call.await();
        }
    }

    @Test
    @DisplayName(
            "ERM-22, ERM-23: given a refused call whose worker is lent because it is slow to give back what came with "
                    + "it when others"
                    + " are called then they are served")
    void givenARefusedCallThatIsSlowThenOthersAreServedAllTheSame() throws Exception {
        ListenerCallback neighbour = listener(NEIGHBOUR, NEIGHBOURS_LISTENER, message -> {});
        occupyShare(WORKERS - 1);
        ListenerCallback one = slowListener(50);
        for (int i = 0; i < Turns.MOST_POSTPONED; i++) {
            request(one);
        }
        FakeCall refused = new FakeCall(one, 0, ListenerArguments.request());
        CompletableFuture<Boolean> lent = new CompletableFuture<>();
        refused.givingBack = () -> lent.complete(Carrying.thread().lendIfSlow(0));
        supplicant.send(pool, refused);
        assertTrue(lent.get(10, TimeUnit.SECONDS));
        assertEquals(Errno.EBUSY, refused.await().errno());
        for (int i = 0; i < 100; i++) {
            assertTrue(request(neighbour).await().isOk());
        }
    }

    @Test
    @DisplayName("ERM-23, ERM-24: given a bundle that occupies its share of the workers when more of its objects are "
            + "released than may"
            + " wait for it then it is not told of the rest, one line says so, and its neighbour is served")
    void givenTooManyReleasesThatWaitThenMoreAreRefused() throws Exception {
        ListenerCallback neighbour = listener(NEIGHBOUR, NEIGHBOURS_LISTENER, message -> {});
        HandlerRegistry<CallbackObject> objects = new HandlerRegistry<>(
                HandlerRegistry.Kind.CALLBACK, Duration.ofSeconds(5), Duration.ofSeconds(10), () -> {});
        objects.add(Services.callback(1, "slow", 0, (op, arguments) -> {
            occupied.countDown();
            passed(go);
        }));
        NamedCallback slow = new NamedCallback(objects.slot("slow", 0), invoker);
        for (int i = 0; i < WORKERS - 1; i++) {
            supplicant.send(pool, slow);
        }
        passed(occupied);
        List<FakeCall> waiting = releases(slow, Turns.MOST_WITH_RELEASES);
        List<FakeCall> refused = releases(slow, 10);
        for (FakeCall release : refused) {
            assertEquals(Errno.EBUSY, release.await().errno());
        }
        assertTrue(request(neighbour).await().isOk());
        await().until(() -> refused.stream().allMatch(release -> release.runs.get() == 1));
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(
                lines.peek().contains("notices of releases to test.bundle 1.0.0 are refused while 4096 wait for it"),
                lines::toString);
        go.countDown();
        for (FakeCall release : waiting) {
            assertTrue(release.await().isOk());
        }
        objects.close();
    }

    private List<FakeCall> releases(CallbackObject object, int count) {
        List<FakeCall> releases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FakeCall release = new FakeCall(object, DriverContext.OP_RELEASE, new DirectArguments().out(0));
            releases.add(supplicant.send(pool, release));
        }
        return releases;
    }

    @Test
    @DisplayName(
            "ERM-3, ERM-23: given calls that wait for a turn when the workers drain and their bundle has turns again "
                    + "then no thread"
                    + " begins for them, and they fail in the end")
    void givenCallsThatWaitForATurnWhenTheWorkersDrainThenNoThreadBeginsForThem() throws Exception {
        List<FakeCall> slow = occupyShare(2 * WORKERS);
        await().until(() -> supplicant.turns.get() == 2 * WORKERS);
        pool.drain(Duration.ZERO);
        go.countDown();
        assertEquals(List.of(), pool.awaitEnd(Duration.ofSeconds(5)), "threads begin again and again");
        pool.end();
        for (FakeCall call : slow) {
            FakeCall.Answer answer = call.await();
            assertTrue(answer.isOk() || answer.errno() == Errno.ENODEV, answer::toString);
        }
        assertEquals(List.of(), pool.awaitEnd(Duration.ofSeconds(10)));
        slow.forEach(call -> assertEquals(1, call.runs.get()));
    }

    @Test
    @DisplayName(
            "ERM-23: given a worker that looks out when it is handed a call that has to wait for a slow bundle's turn "
                    + "then a thread is"
                    + " added for that")
    void givenACallThatWaitsForATurnThenSlowCallsAreLookedFor() throws Exception {
        pool.close(Duration.ofSeconds(10));
        pool = pool(WORKERS, 64, TimeUnit.HOURS.toNanos(1));
        Thread[] looking = new Thread[1];
        ListenerCallback neighbour =
                listener(NEIGHBOUR, NEIGHBOURS_LISTENER, message -> looking[0] = Thread.currentThread());
        occupyShare(WORKERS - 1);
        assertTrue(request(neighbour).await().isOk());
        await().until(() -> LookingOut.is(looking[0]));
        // What was asked for until now comes to nothing.
        time.pass(Duration.ofSeconds(1));
        request(slowListener(50));
        await().until(() -> {
            time.pass(Duration.ofMillis(10));
            return begun.get() == WORKERS;
        });
    }

    @Test
    @DisplayName("ERM-24: given a listener that returns long after its time limit then the log names it and its bundle")
    void givenAListenerThatReturnsLateThenTheLogNamesIt() throws Exception {
        Watchdog quick = new Watchdog(
                Duration.ofMillis(50),
                256,
                task -> new WakeUpThread("test-watchdog", task),
                new RepeatLog(lines::add),
                new RepeatLog(lines::add),
                ConcurrentHashMap.newKeySet());
        WorkerPool served = new WorkerPool(null, 1, 8, 8, quick, 0);
        CountDownLatch late = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        registry.add(Services.listener(60, SLOW, 60, 64, message -> {
            while (late.getCount() > 0) {
                passed(late);
                if (Thread.interrupted()) {
                    interrupted.countDown();
                }
            }
        }));
        ListenerCallback listener = new ListenerCallback(
                registry.slot("0x3c", 60),
                new HandlerInvoker(quick),
                ByteBuffer.allocateDirect(64),
                Duration.ofSeconds(10),
                () -> {});
        FakeCall call = supplicant.send(served, new FakeCall(listener, 0, ListenerArguments.request()));
        assertEquals(Errno.ETIMEDOUT, call.await().errno());
        // Its thread is interrupted when it counts as held.
        passed(interrupted);
        late.countDown();
        await().until(() -> lines.stream().anyMatch(line -> line.contains(" ended after ")));
        lines.forEach(line -> assertTrue(line.startsWith("listener 0x3c of " + SLOW + " (service 60): op 0x0"), line));
        assertEquals(List.of(), served.close(Duration.ofSeconds(10)));
        quick.close();
    }
}
