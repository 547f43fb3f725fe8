// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A few threads that run code of clients while a device stops: one that does not return keeps neither the device nor, unless
 * there are {@value #THREADS} of the kind, other clients. Has no thread until then.
 */
final class Closers {

    private static final int THREADS = 4;

    private final ThreadPoolExecutor executor;

    Closers(String device) {
        executor = new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        executor.setThreadFactory(task -> DaemonThreads.create(task, "ermine-close-" + device));
        executor.setRejectedExecutionHandler((late, closed) -> late.run());
    }

    /** Runs it on one of the threads; after {@link #shutdown} on the caller's. */
    void execute(Runnable code) {
        executor.execute(code);
    }

    /** The threads end when what was given to them has ended. */
    void shutdown() {
        executor.shutdown();
    }
}
