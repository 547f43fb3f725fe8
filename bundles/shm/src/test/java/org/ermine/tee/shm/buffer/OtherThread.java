// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.buffer;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A thread that stays, to do things on, one after the other. */
public final class OtherThread implements AutoCloseable {

    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    public <T> T get(Callable<T> action) throws Exception {
        return executor.submit(action).get(20, TimeUnit.SECONDS);
    }

    public <T> Future<T> start(Callable<T> action) {
        return executor.submit(action);
    }

    public void run(Action action) throws Exception {
        get(() -> {
            action.run();
            return null;
        });
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    public interface Action {
        void run() throws Exception;
    }
}
