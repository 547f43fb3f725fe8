// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ermine.tee.limits.RepeatLog;

/**
 * Tells owners what became of their objects while a device or their bundle stops. That is foreign code: each owner has a thread of
 * its own, while there is something to be told, and so holds up itself only. Nothing that Ermine has to do stands behind it.
 *
 * <p>{@code lock} guards the owners' queues; it is not held while an owner is told.
 */
final class Closers {

    private final String device;
    private final RepeatLog problems;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    /** Those who have something left to be told, or are being told. */
    private final Map<Owner, Closer> closers = new HashMap<>();

    private static final class Closer {
        private final Queue<Runnable> left = new ArrayDeque<>();
        /** Null while the system has no thread for it. */
        private Thread thread;
        /** Somebody waited for this owner in vain: nobody does again. */
        private boolean late;
    }

    Closers(String device, RepeatLog problems) {
        this.device = device;
        this.problems = problems;
    }

    /** Runs an owner's code on the thread of this owner, after all that it was given before. Does not wait. */
    void execute(Owner owner, Runnable code) {
        lock.lock();
        try {
            Closer closer = closers.computeIfAbsent(owner, absent -> new Closer());
            closer.left.add(code);
            if (closer.thread == null) {
                start(owner, closer);
            }
        } finally {
            lock.unlock();
        }
    }

    private void start(Owner owner, Closer closer) {
        closer.thread = DaemonThreads.create(() -> tell(owner), "ermine-close-" + device);
        boolean started = false;
        try {
            closer.thread.start();
            started = true;
        } catch (OutOfMemoryError e) {
            problems.tell(
                    "thread",
                    () -> "device " + device + ": no thread to tell " + owner + " what was released: "
                            + e.getMessage());
        } finally {
            if (!started) {
                closer.thread = null;
            }
        }
    }

    private void tell(Owner owner) {
        Runnable next = next(owner);
        while (next != null) {
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                problems.tell(
                        List.of("told", owner),
                        () -> "device " + device + ": " + owner + " could not be told what was released: "
                                + Failure.text(e));
            } finally {
                Thread.interrupted();
            }
            next = next(owner);
        }
    }

    private Runnable next(Owner owner) {
        lock.lock();
        try {
            Runnable next = closers.get(owner).left.poll();
            if (next == null) {
                closers.remove(owner);
                ended.signalAll();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs an owner's code as {@link #execute(Owner, Runnable)} does, and waits for it; not if the owner was waited for in vain
     * before, or is the one that waits.
     *
     * @return whether it ended in time, and before the waiting thread was interrupted
     */
    boolean execute(Owner owner, List<Runnable> code, Duration patience) {
        if (code.isEmpty()) {
            return true;
        }
        CountDownLatch told = new CountDownLatch(1);
        code.forEach(each -> execute(owner, each));
        execute(owner, told::countDown);
        boolean inTime = isWorthWaiting(owner) && await(told, patience);
        if (!inTime) {
            markLate(owner);
        }
        return inTime;
    }

    private boolean isWorthWaiting(Owner owner) {
        lock.lock();
        try {
            Closer closer = closers.get(owner);
            return closer == null || !closer.late && closer.thread != Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    private void markLate(Owner owner) {
        lock.lock();
        try {
            Closer closer = closers.get(owner);
            if (closer != null) {
                closer.late = true;
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean await(CountDownLatch told, Duration patience) {
        try {
            return told.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return told.getCount() == 0;
        }
    }

    /**
     * Waits until all owners are told, those excepted that were waited for in vain before.
     *
     * @return those who are not told yet
     */
    List<Owner> awaitAll(Duration patience) {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (left > 0 && closers.values().stream().anyMatch(closer -> !closer.late)) {
                left = ended.awaitNanos(left);
            }
            closers.values().forEach(closer -> closer.late = true);
            return new ArrayList<>(closers.keySet());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ArrayList<>(closers.keySet());
        } finally {
            lock.unlock();
        }
    }
}
