// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.spi.callback.CallbackThread;
import org.ermine.tee.trusted.NormalObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callback objects that harm whom they can, and what their neighbours see of it. */
@Timeout(60)
class HostileCallbackTest {

    private static final String SUPPLICANT = "org.ermine.tee.supplicant";
    private static final TeeResult BUSY = TeeResult.BUSY;

    private final CountDownLatch never = new CountDownLatch(1);
    private InMemoryTee tee;

    private void start(int workers, int maxThreads, int share, long timeLimitMillis, long graceMillis) {
        tee = InMemoryTee.builder()
                .option(SUPPLICANT, "workers", workers)
                .option(SUPPLICANT, "maxThreads", maxThreads)
                .option(SUPPLICANT, "maxThreadsPerOwner", share)
                .option(SUPPLICANT, "timeLimitMillis", timeLimitMillis)
                .option(SUPPLICANT, "graceMillis", graceMillis)
                .start();
    }

    @AfterEach
    void close() {
        never.countDown();
        tee.close();
    }

    private static void pass(CountDownLatch latch) {
        boolean passed = false;
        while (!passed) {
            try {
                latch.await();
                passed = true;
            } catch (InterruptedException e) {
                // Hostile code ignores an interrupt.
            }
        }
    }

    private void callBack(CallbackObject target) throws TeeException {
        tee.callBack(target, 1, new Arguments());
    }

    private static <T> FutureTask<T> begin(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "test-client");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** A callback that is at work when this returns, and until it may go on. */
    private FutureTask<Void> occupyWorker(CountDownLatch goOn) {
        CountDownLatch inside = new CountDownLatch(1);
        FutureTask<Void> occupying = begin(() -> {
            callBack((op, arguments) -> {
                inside.countDown();
                pass(goOn);
            });
            return null;
        });
        pass(inside);
        return occupying;
    }

    private FutureTask<TeeResult> call(TeeContext context, CallbackObject target) {
        return begin(() -> {
            try {
                tee.inSecureWorld(
                        context,
                        (environment, objects) -> ((NormalObject) objects.get(0)).invoke(1, new Arguments()),
                        target);
                return TeeResult.OK;
            } catch (TeeException e) {
                return e.result();
            }
        });
    }

    @Test
    @DisplayName(
            "ERM-20, ERM-23: given a bundle whose callbacks never return when it used up its share of threads then it "
                    + "is answered"
                    + " BUSY, and a neighbour is served as before")
    void neverReturning() throws Exception {
        start(2, 8, 3, 100, 1000);
        List<TeeResult> results = new ArrayList<>();
        TeeContext hostile = tee.device("com.example.hostile").open();
        for (int i = 0; i < 6; i++) {
            results.add(call(hostile, (op, arguments) -> pass(never)).get());
        }
        assertEquals(List.of(TeeResult.TIMEOUT, TeeResult.TIMEOUT, TeeResult.TIMEOUT, BUSY, BUSY, BUSY), results);
        long slowest = 0;
        for (int i = 0; i < 200; i++) {
            long begun = System.nanoTime();
            callBack((op, arguments) -> {});
            slowest = Math.max(slowest, System.nanoTime() - begun);
        }
        assertTrue(slowest < TimeUnit.SECONDS.toNanos(5), "a neighbour waited " + slowest + " ns");
    }

    @Test
    @DisplayName("ERM-20: given objects that block when they are told of their release when as many block as there are "
            + "workers then a"
            + " neighbour is served after a time limit")
    void blockingReleases() throws Exception {
        start(2, 8, 3, 100, 1000);
        CountDownLatch inside = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            callBack(new CallbackObject() {
                @Override
                public void dispatch(int op, IncomingArguments arguments) {}

                @Override
                public void released() {
                    inside.countDown();
                    pass(never);
                }
            });
        }
        pass(inside);
        callBack((op, arguments) -> {});
    }

    @Test
    @DisplayName(
            "ERM-3, ERM-20: given a callback in progress when the supplicant stops and the callback then calls back "
                    + "itself then its"
                    + " own thread serves that, and both end long before the drain time")
    void stoppingUnderANestedCall() throws Exception {
        start(1, 1, 1, 30_000, 1000);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Thread[] threads = new Thread[2];
        AtomicReference<NormalObject> held = new AtomicReference<>();
        CallbackObject inner = (op, arguments) -> threads[1] = Thread.currentThread();
        tee.inSecureWorld((environment, objects) -> held.set(((NormalObject) objects.get(0)).duplicate()), inner);
        CallbackObject handler = (op, arguments) -> {
            threads[0] = Thread.currentThread();
            inside.countDown();
            pass(go);
            tee.inSecureWorld((environment, objects) -> held.get().invoke(1, new Arguments()));
        };
        tee.deploy(handler, Map.of(CallbackObject.NAME, "outer"));
        TeeContext client = tee.open();
        FutureTask<TeeResult> outer = call(client, client.callback("outer"));
        pass(inside);
        FutureTask<Void> stopping = begin(() -> {
            tee.killSupplicant();
            return null;
        });
        Awaitility.await().until(() -> !servesCallbacks());
        assertFalse(stopping.isDone(), "it stopped though a callback is in progress");
        long begun = System.nanoTime();
        go.countDown();
        assertEquals(TeeResult.OK, outer.get());
        stopping.get();
        long taken = System.nanoTime() - begun;
        assertTrue(taken < TimeUnit.SECONDS.toNanos(4), "the end of a nested call took " + taken + " ns");
        assertEquals(threads[0], threads[1]);
    }

    private boolean servesCallbacks() {
        try (TeeContext context = tee.open()) {
            context.callback("any");
            return true;
        } catch (TeeException e) {
            return false;
        }
    }

    @Test
    @DisplayName(
            "ERM-3: given a request that is queued when the supplicant goes then it waits for another for the grace "
                    + "time, then fails"
                    + " with DEFUNCT")
    void queuedWhenTheSupplicantGoes() throws Exception {
        start(1, 1, 1, 30_000, 200);
        CountDownLatch go = new CountDownLatch(1);
        FutureTask<Void> first = occupyWorker(go);
        FutureTask<TeeException> queued =
                begin(() -> assertThrows(TeeException.class, () -> callBack((op, arguments) -> {})));
        Awaitility.await().until(() -> isQueued());
        FutureTask<Void> stopping = begin(() -> {
            tee.killSupplicant();
            return null;
        });
        long begun = System.nanoTime();
        assertEquals(TeeResult.DEFUNCT, queued.get().result());
        long taken = System.nanoTime() - begun;
        assertTrue(taken > TimeUnit.MILLISECONDS.toNanos(150), "it did not wait: " + taken + " ns");
        assertTrue(taken < TimeUnit.SECONDS.toNanos(4), "it waited for " + taken + " ns");
        go.countDown();
        first.get();
        stopping.get();
    }

    @Test
    @DisplayName("ERM-3: given a request that is queued when the supplicant goes when another comes in time then that "
            + "serves it")
    void queuedWhenTheSupplicantIsReplaced() throws Exception {
        start(1, 1, 1, 30_000, 20_000);
        CountDownLatch go = new CountDownLatch(1);
        FutureTask<Void> first = occupyWorker(go);
        FutureTask<Void> queued = begin(() -> {
            callBack((op, arguments) -> {});
            return null;
        });
        Awaitility.await().until(() -> isQueued());
        go.countDown();
        FutureTask<Void> replacing = begin(() -> {
            tee.killSupplicant();
            tee.startSupplicant();
            return null;
        });
        queued.get(10, TimeUnit.SECONDS);
        first.get();
        replacing.get();
    }

    /** Notes where it is called outside of the workers' bracket, and returns another of its kind. */
    private record Bracketed(List<String> strays, CountDownLatch told) implements CallbackObject {

        @Override
        public void dispatch(int op, IncomingArguments arguments) {
            note("dispatch");
            if (arguments.outputObjectCount() > 0) {
                arguments.outputObject(0, new Bracketed(strays, told));
            }
        }

        @Override
        public void released() {
            note("released");
            told.countDown();
        }

        private void note(String what) {
            if (isOutsideOfBracket()) {
                strays.add(what);
            }
        }

        /**
         * Whether the calling thread is a worker, and in no call: foreign code that finds itself there has no time
         * limit.
         */
        private static boolean isOutsideOfBracket() {
            CallbackThread.Carrier carrier = CallbackThread.current();
            return carrier != null && asked(asked(carrier, "thread"), "depth").equals(0);
        }

        /** What the supplicant's classes tell each other. */
        private static Object asked(Object object, String method) {
            try {
                Method found = object.getClass().getDeclaredMethod(method);
                found.setAccessible(true);
                return found.invoke(object);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    @DisplayName("ERM-20: given objects that are called, returned, let go and closed with their context when a worker "
            + "calls them then always"
            + " within its bracket")
    void alwaysWithinTheBracket() throws Exception {
        start(2, 8, 3, 30_000, 1000);
        List<String> strays = new CopyOnWriteArrayList<>();
        int rounds = 50;
        CountDownLatch told = new CountDownLatch(rounds);
        for (int i = 0; i < rounds; i++) {
            TeeContext context = tee.open();
            FutureTask<TeeResult> calling = begin(() -> {
                try {
                    tee.inSecureWorld(
                            context,
                            (environment, objects) -> {
                                Arguments arguments = new Arguments().outObject();
                                ((NormalObject) objects.get(0)).invoke(1, arguments);
                            },
                            new Bracketed(strays, told));
                    return TeeResult.OK;
                } catch (TeeException e) {
                    return e.result();
                }
            });
            if (i % 2 == 0) {
                calling.get();
            }
            context.close();
            calling.get();
        }
        assertTrue(told.await(10, TimeUnit.SECONDS), told.getCount() + " objects were not told of their release");
        assertEquals(List.of(), strays);
    }

    private boolean isQueued() {
        return List.of(tee.runtime().snapshot().devices[0].contexts).stream()
                .flatMap(context -> List.of(context.requests).stream())
                .anyMatch(request -> request.state.equals("QUEUED"));
    }
}
