// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads that call what is tested. */
final class Callers {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Callers() {}

    /** What a caller does. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }

    /** Several threads that begin together and make the same calls. Fails as the first of them fails. */
    static void run(int threads, int times, Call call) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        Callable<Void> caller = () -> {
            start.await();
            for (int i = 0; i < times; i++) {
                call.run();
            }
            return null;
        };
        List<Callable<Void>> callers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            callers.add(caller);
        }
        ExecutorService executor = executor(threads);
        try {
            for (Future<Void> ended : executor.invokeAll(callers, LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                if (ended.isCancelled()) {
                    throw new AssertionError("the calls did not end within " + LIMIT);
                }
                result(ended, LIMIT, "the calls");
            }
        } finally {
            executor.shutdownNow();
        }
    }

    /** A call on a thread of its own, with a time limit. */
    static void within(Duration limit, String what, Call call) throws Exception {
        ExecutorService executor = executor(1);
        try {
            Callable<Void> task = () -> {
                call.run();
                return null;
            };
            result(executor.submit(task), limit, what);
        } finally {
            executor.shutdownNow();
        }
    }

    private static void result(Future<Void> call, Duration limit, String what) throws Exception {
        try {
            call.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(what + " did not end within " + limit, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }

    private static ExecutorService executor(int threads) {
        return Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "caller");
            thread.setDaemon(true);
            return thread;
        });
    }
}
