// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that each do something over and over until they are told to stop, or until it fails. */
final class Load implements AutoCloseable {

    private final List<Worker> workers = new ArrayList<>();
    private volatile boolean stopped;

    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    private final class Worker {

        private final AtomicInteger rounds = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final Thread thread;

        Worker(String name, Work work) {
            thread = new Thread(() -> run(work), name);
            thread.setDaemon(true);
            thread.start();
        }

        private void run(Work work) {
            try {
                while (!stopped) {
                    work.run();
                    rounds.incrementAndGet();
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        }

        private void check() {
            Throwable thrown = failure.get();
            if (thrown != null) {
                throw new AssertionError(thread.getName() + " failed in round " + rounds, thrown);
            }
        }
    }

    Load with(String name, Work work) {
        workers.add(new Worker(name, work));
        return this;
    }

    /** Waits until each thread has completed something that it began after this was called. */
    void awaitProgress() {
        int[] before = workers.stream().mapToInt(worker -> worker.rounds.get()).toArray();
        for (int i = 0; i < before.length; i++) {
            Worker worker = workers.get(i);
            int wanted = before[i] + 2;
            InContainer.await(worker.thread.getName() + " gets on", () -> {
                worker.check();
                return worker.rounds.get() >= wanted;
            });
        }
    }

    /** Stops all threads; fails if one of them did, or does not end. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Worker worker : workers) {
            worker.thread.join(TimeUnit.SECONDS.toMillis(20));
            if (worker.thread.isAlive()) {
                throw new AssertionError(worker.thread.getName() + " hangs");
            }
            worker.check();
        }
    }

    /** Ends what a test that failed left running. */
    @Override
    public void close() {
        stopped = true;
        workers.forEach(worker -> worker.thread.interrupt());
    }
}
