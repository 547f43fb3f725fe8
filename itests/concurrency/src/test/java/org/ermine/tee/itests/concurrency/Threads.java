// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.concurrency;

import java.util.stream.Stream;

/** What scenarios do with threads. What a thread of theirs throws ends the scenario when it is joined. */
public final class Threads {

    private Threads() {}

    /** Something that a thread does. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    /** A thread that keeps what its action throws: the exploration would not see it. */
    private static final class Acting extends Thread {

        private final Action action;
        private Throwable thrown;

        Acting(Action action) {
            this.action = action;
        }

        @Override
        public void run() {
            try {
                action.run();
            } catch (Exception | AssertionError e) {
                thrown = e;
            }
        }
    }

    /** Does all of this at once, each on a thread of its own, and waits for all. */
    public static void together(Action... actions) {
        join(Stream.of(actions).map(Threads::start).toArray(Thread[]::new));
    }

    public static Thread start(Action action) {
        Thread thread = new Acting(action);
        thread.start();
        return thread;
    }

    public static void join(Thread... threads) {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        for (Thread thread : threads) {
            if (thread instanceof Acting acting && acting.thrown != null) {
                throw new IllegalStateException(acting.thrown.getMessage(), acting.thrown);
            }
        }
    }

    /** Ends the scenario unless this holds. */
    public static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalStateException(message);
        }
    }
}
