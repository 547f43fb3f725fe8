// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.support;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon thread for one task. It sleeps until the task is due, and lives until {@link #end}, whatever the task throws
 * or whoever interrupts it.
 *
 * <p>{@code lock} guards all fields that are not final; it is not held while the task runs. {@code due} is also read
 * without it, and {@code leftBehind} is used without it.
 */
public final class WakeUpThread implements WakeUp {

    private static final Logger LOG = LoggerFactory.getLogger(WakeUpThread.class);
    private static final long NEVER = Long.MAX_VALUE;

    /** After how long the task runs again if a run broke off, which may not have asked for the next one yet. */
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final RepeatLog problems;
    private final String name;
    private final Runnable task;
    private final ThreadFactory threads;
    private final long origin = System.nanoTime();

    private final ReentrantLock lock = new ReentrantLock();
    /** Signals that the thread has to look at the fields again. */
    private final Condition changed = lock.newCondition();

    private volatile long due = NEVER;
    /** The earliest time that was asked for while no thread was to be had. */
    private long missed = NEVER;
    /** Null until it has begun. */
    private Thread thread;

    private Runnable last;
    /** Whether {@link #end} does not wait, or waited in vain, so that the thread may find what it needs gone. */
    private volatile boolean leftBehind;

    /** The thread begins when it is first needed. */
    public WakeUpThread(String name, Runnable task) {
        this(name, task, DaemonThreads.named(name), new RepeatLog(LOG::error));
    }

    WakeUpThread(String name, Runnable task, ThreadFactory threads, RepeatLog problems) {
        this.problems = problems;
        this.name = name;
        this.task = task;
        this.threads = threads;
    }

    @Override
    public long now() {
        return System.nanoTime() - origin;
    }

    @Override
    public void by(long time) {
        if (time >= due) {
            return;
        }
        lock.lock();
        try {
            if (time < due && last == null) {
                wake(Math.min(time, missed));
            }
        } finally {
            lock.unlock();
        }
    }

    private void wake(long time) {
        if (thread != null || begin()) {
            due = time;
            missed = NEVER;
            changed.signal();
        } else {
            missed = time;
        }
    }

    /** Returns false if the system has no thread left. Whoever asks goes on then, and whoever asks next tries again. */
    private boolean begin() {
        try {
            Thread next = threads.newThread(this::run);
            next.start();
            thread = next;
            return true;
        } catch (OutOfMemoryError e) {
            problems.tell("thread", () -> name + ": no thread, it is tried again when there is more to do: " + e);
            return false;
        }
    }

    private void run() {
        boolean over = false;
        try {
            while (awaitDue()) {
                carryOut(task);
            }
            over = true;
            carryOut(last);
        } finally {
            if (!over) {
                replace();
            }
        }
    }

    /** Has another thread take the place of this one, which ends, since without memory it cannot even tell why. */
    private void replace() {
        lock.lock();
        try {
            long asked = due;
            thread = null;
            due = NEVER;
            wake(Math.min(asked, now() + AGAIN_NANOS));
        } finally {
            lock.unlock();
        }
    }

    /** Returns false when only the last run is left. Whoever asks after this has returned asks for another run. */
    private boolean awaitDue() {
        lock.lock();
        try {
            while (last == null && now() < due) {
                sleep();
            }
            due = NEVER;
            return last == null;
        } finally {
            lock.unlock();
        }
    }

    private void sleep() {
        try {
            if (due == NEVER) {
                changed.await();
            } else {
                changed.awaitNanos(due - now());
            }
        } catch (InterruptedException e) {
            LOG.debug("{} was interrupted, which ends nothing", name);
        }
    }

    private void carryOut(Runnable what) {
        try {
            what.run();
        } catch (Throwable e) {
            by(now() + AGAIN_NANOS);
            report(e);
        }
    }

    private void report(Throwable failure) {
        if (leftBehind) {
            LOG.debug(
                    "{}: after the end what it has to do failed: {}",
                    name,
                    failure.getClass().getName());
        } else {
            problems.tell("failed", () -> name + ": what it has to do failed: " + FailureText.detailed(failure));
        }
    }

    @Override
    public boolean end(Runnable atEnd, Duration wait) {
        try {
            return endThread(atEnd, wait);
        } finally {
            problems.sumUp();
        }
    }

    private boolean endThread(Runnable atEnd, Duration wait) {
        Thread there = endThere(atEnd);
        if (there == null) {
            carryOut(atEnd);
            return true;
        }
        leftBehind = wait.isZero();
        try {
            TimeUnit.NANOSECONDS.timedJoin(there, wait.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean inVain = there.isAlive();
        leftBehind = wait.isZero() || inVain;
        there.interrupt();
        return wait.isZero() || !inVain;
    }

    /** Has the thread do {@code atEnd} last, and returns it; null if there never was a thread, nor will be. */
    private Thread endThere(Runnable atEnd) {
        lock.lock();
        try {
            last = atEnd;
            changed.signal();
            return thread;
        } finally {
            lock.unlock();
        }
    }
}
