// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.threads;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;

/**
 * A daemon thread that does one service for everybody, turn by turn, from {@link #start} to {@link #stop}. Only stop
 * ends it:
 *
 * <ul>
 *   <li>An interrupt that comes from elsewhere, such as one that foreign code left behind in the course of a turn, may
 *       end that turn and no other.
 *   <li>Whatever a turn throws, an Error too, is reported, and after a pause the next turn follows.
 *   <li>What foreign code did to the context class loader ends with the turn.
 *   <li>Should the thread end all the same, another takes its place, and that is reported.
 * </ul>
 *
 * <p>The thread is begun on the stack of whoever happens to need it, and keeps nothing of it. Thread-safe.
 */
public final class ServiceThread {

    /** One piece of the service. */
    @FunctionalInterface
    public interface Turn {
        /**
         * Waits for something to do, as long as it takes, and does it. Called again and again, by one thread at a time.
         * However it ends, the next turn has to be able to go on with what it left.
         *
         * @throws InterruptedException if it was interrupted while it waited, by {@link ServiceThread#stop} or by
         *     somebody else
         */
        void take() throws InterruptedException;
    }

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int MOST_DOUBLINGS = 10;

    private final String name;
    private final ThreadFactory threads;
    private final Turn turn;
    private final RepeatLog problems;

    private volatile boolean stopped;
    private volatile Thread thread;
    /** Turns in a row that failed. The thread's own; a successor begins when its predecessor is about to end. */
    private int failures;

    /**
     * @param name of the thread
     * @param turn the service
     * @param log takes the reports, for example {@code LOG::error}
     */
    public ServiceThread(String name, Turn turn, Consumer<String> log) {
        this.name = Objects.requireNonNull(name, "name");
        this.threads = DaemonThreads.named(name);
        this.turn = Objects.requireNonNull(turn, "turn");
        this.problems = new RepeatLog(log);
    }

    /**
     * Begins the service. To be called once.
     *
     * @throws OutOfMemoryError if the system has no thread left
     */
    public void start() {
        begin();
    }

    /** Ends the service with the present turn, which is interrupted. Does not wait for that. */
    public void stop() {
        stopAfterTurn();
        Thread present = thread;
        if (present != null) {
            present.interrupt();
        }
    }

    /** Ends the service with the present turn, which is to come to its end by itself. Does not wait for that. */
    public void stopAfterTurn() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    /**
     * Lets that much time pass, but for the end of the service, which ends it too. Nothing else does: an interrupt that
     * a stranger left behind is forgotten. For the turn, on this thread.
     */
    public void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && !stopped; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            Thread.interrupted();
        }
    }

    /**
     * Waits for the end of a service that was stopped.
     *
     * @return whether it ended in time
     */
    public boolean awaitEnd(Duration wait) throws InterruptedException {
        Thread present = thread;
        if (present == null) {
            return true;
        }
        TimeUnit.NANOSECONDS.timedJoin(present, Math.max(1, wait.toNanos()));
        return !present.isAlive();
    }

    private void begin() {
        Thread next = threads.newThread(this::run);
        thread = next;
        next.start();
    }

    private void run() {
        try {
            while (!stopped) {
                takeTurn();
            }
        } finally {
            end();
        }
    }

    private void takeTurn() {
        try {
            turn.take();
            failures = 0;
        } catch (InterruptedException e) {
            if (!stopped) {
                problems.tell("interrupt", () -> name + " was interrupted by a stranger, and goes on");
            }
        } catch (Throwable e) {
            problems.tell(
                    e.getClass().getName(), () -> name + " failed at one thing, and goes on: " + FailureText.of(e));
            pauseAfterFailure();
        } finally {
            restoreThread();
        }
    }

    /** An interrupt that came from {@link #stop} is not needed any more: who looks at {@code stopped} next sees it. */
    private void restoreThread() {
        Thread.interrupted();
        DaemonThreads.restoreContextClassLoader();
    }

    private void pauseAfterFailure() {
        long nanos = FIRST_PAUSE << Math.min(failures, MOST_DOUBLINGS);
        failures++;
        pause(Duration.ofNanos(nanos));
    }

    private void end() {
        if (stopped) {
            problems.sumUp();
        } else {
            begin();
            problems.tell("end", () -> name + " ended unexpectedly, and is replaced");
        }
    }
}
