// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ermine.tee.limits.RepeatLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon thread for one task. It sleeps until the task is due, and lives until {@link #end}, whatever the task throws or
 * whoever interrupts it.
 *
 * <p>{@code lock} guards all fields that are not final; it is not held while the task runs. {@code due} is also read without it.
 */
final class WakeUpThread implements WakeUp {

    private static final Logger LOG = LoggerFactory.getLogger(WakeUpThread.class);
    private static final long NEVER = Long.MAX_VALUE;

    private final Runnable task;
    private final Thread thread;
    private final long origin = System.nanoTime();

    private final ReentrantLock lock = new ReentrantLock();
    /** The thread has to look at the fields again. */
    private final Condition changed = lock.newCondition();

    private final RepeatLog problems = new RepeatLog(LOG::error);
    private volatile long due = NEVER;
    private boolean started;
    private Runnable last;

    /** The thread begins when it is needed first. */
    WakeUpThread(String name, Runnable task) {
        this.task = task;
        this.thread = DaemonThreads.named(name).newThread(this::run);
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
                due = time;
                wake();
            }
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        if (started) {
            changed.signal();
        } else {
            started = true;
            thread.start();
        }
    }

    private void run() {
        while (awaitDue()) {
            carryOut(task);
        }
        carryOut(last);
    }

    /** False when the last is due. Who asks from here on asks for another run. */
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
            LOG.debug("{} was interrupted, which ends nothing", thread.getName());
        }
    }

    private void carryOut(Runnable what) {
        try {
            what.run();
        } catch (RuntimeException | Error e) {
            problems.tell("failed", () -> thread.getName() + ": what it has to do failed: " + ThrownText.of(e));
        }
    }

    @Override
    public boolean end(Runnable finish, Duration wait) {
        if (!finishThere(finish)) {
            carryOut(finish);
            return true;
        }
        try {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, wait.toNanos()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean ended = !thread.isAlive();
        thread.interrupt();
        return ended;
    }

    /** False if there never was a thread, nor will there be. */
    private boolean finishThere(Runnable finish) {
        lock.lock();
        try {
            last = finish;
            changed.signal();
            return started;
        } finally {
            lock.unlock();
        }
    }
}
