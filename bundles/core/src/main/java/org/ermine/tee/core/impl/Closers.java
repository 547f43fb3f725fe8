// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A few threads that run code of clients while a device or their bundle stops: one that does not return keeps neither the device
 * nor its bundle nor, unless there are {@value #THREADS} of the kind, other clients. Has no thread while there is nothing to do.
 */
final class Closers {

    private static final int THREADS = 4;

    private static final int IDLE_MILLIS = 100;

    private final ThreadPoolExecutor executor;

    Closers(String device) {
        executor = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_MILLIS, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>());
        executor.allowCoreThreadTimeOut(true);
        executor.setThreadFactory(task -> DaemonThreads.create(task, "ermine-close-" + device));
        executor.setRejectedExecutionHandler((late, closed) -> late.run());
    }

    /** Runs it on one of the threads; after {@link #shutdown} on the caller's. */
    void execute(Runnable code) {
        executor.execute(code);
    }

    /**
     * Runs all of it, and waits.
     *
     * @return whether it ended in time, and before the waiting thread was interrupted
     */
    boolean execute(List<Runnable> code, Duration patience) {
        CountDownLatch running = new CountDownLatch(code.size());
        for (Runnable one : code) {
            execute(() -> {
                try {
                    one.run();
                } finally {
                    running.countDown();
                }
            });
        }
        try {
            return running.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return running.getCount() == 0;
        }
    }

    /** The threads end when what was given to them has ended. */
    void shutdown() {
        executor.shutdown();
    }
}
