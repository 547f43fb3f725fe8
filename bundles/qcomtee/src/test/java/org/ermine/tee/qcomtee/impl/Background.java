// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something that another thread does. */
public final class Background<T> {

    private final FutureTask<T> task;
    public final Thread thread;

    private Background(Callable<T> work) {
        task = new FutureTask<>(work);
        thread = new Thread(task, "test");
        thread.setDaemon(true);
    }

    public static <T> Background<T> start(Callable<T> work) {
        Background<T> background = new Background<>(work);
        background.thread.start();
        return background;
    }

    /** Waits for what another thread is to do. Nobody interrupts the thread of a test. */
    public static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What came out, within 10 seconds. */
    public T get() throws Exception {
        try {
            return task.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } catch (TimeoutException e) {
            AssertionError hangs = new AssertionError("the thread hangs");
            hangs.setStackTrace(thread.getStackTrace());
            throw hangs;
        }
    }

    public boolean isDone() {
        return task.isDone();
    }
}
