// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.threads;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;

/**
 * Threads for foreign code that has to run, but not on the thread of whoever treats all owners in turn: to tell an
 * owner that something of its was let go, to get or give back a service object of it. Each owner has a thread of its
 * own, a daemon, while there is something to run for it, and so holds up itself only. Thread-safe.
 *
 * <p>The threads are begun on the stack of whoever happens to need them, and keep nothing of it.
 *
 * <p>{@code lock} guards the owners' queues; it is not held while foreign code runs.
 *
 * @param <O> tells owners apart, with {@code equals}, and names them in texts
 */
public final class OwnerThreads<O> {

    private final String name;
    private final ThreadFactory threads;
    private final RepeatLog problems;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    /** Those who have something left to run, or are running it. */
    private final Map<O, Present> owners = new HashMap<>();

    private static final class Present {
        private final Queue<Runnable> left = new ArrayDeque<>();
        /** Null while the system has no thread for it. */
        private Thread thread;
        /** Somebody waited for this owner in vain: nobody does again. */
        private boolean late;
    }

    /**
     * @param name of the threads
     * @param problems where to tell of code that throws, and of threads that cannot be had
     */
    public OwnerThreads(String name, RepeatLog problems) {
        this.name = name;
        this.threads = DaemonThreads.named(name);
        this.problems = problems;
    }

    /** Runs an owner's code on the thread of this owner, after all that it was given before. Does not wait. */
    public void execute(O owner, Runnable code) {
        lock.lock();
        try {
            Present present = owners.computeIfAbsent(owner, absent -> new Present());
            present.left.add(code);
            if (present.thread == null) {
                start(owner, present);
            }
        } finally {
            lock.unlock();
        }
    }

    private void start(O owner, Present present) {
        boolean started = false;
        try {
            present.thread = threads.newThread(() -> runAll(owner));
            present.thread.start();
            started = true;
        } catch (OutOfMemoryError e) {
            problems.tell("thread", () -> name + ": no thread for code of " + owner + ": " + e.getMessage());
        } finally {
            if (!started) {
                present.thread = null;
            }
        }
    }

    private void runAll(O owner) {
        try {
            run(owner);
        } finally {
            replaceIfBrokenOff(owner);
        }
    }

    /** One that could not even tell of what was thrown has not come to its end: another does what is left. */
    private void replaceIfBrokenOff(O owner) {
        lock.lock();
        try {
            Present present = owners.get(owner);
            if (present != null && present.thread == Thread.currentThread()) {
                start(owner, present);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run(O owner) {
        Runnable next = next(owner);
        while (next != null) {
            try {
                next.run();
            } catch (Throwable e) {
                problems.tell(
                        List.of("failed", owner), () -> name + ": code of " + owner + " failed: " + FailureText.of(e));
            } finally {
                Thread.interrupted();
            }
            next = next(owner);
        }
    }

    private Runnable next(O owner) {
        lock.lock();
        try {
            Runnable next = owners.get(owner).left.poll();
            if (next == null) {
                owners.remove(owner);
                ended.signalAll();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs an owner's code as {@link #execute(Object, Runnable)} does, and waits for it; not if the owner was waited
     * for in vain before, or is the one that waits.
     *
     * @return whether it ended in time, and before the waiting thread was interrupted
     */
    public boolean execute(O owner, List<Runnable> code, Duration patience) {
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

    /**
     * Runs an owner's code for what it answers, and waits for that, whether or not the thread is interrupted. An owner
     * that was waited for in vain before, and is still at that, is not asked; nor is the one that waits.
     *
     * @return whether it ended in time; if not, it may end later
     */
    public boolean ask(O owner, Runnable code, Duration patience) {
        if (!isWorthWaiting(owner)) {
            return false;
        }
        CountDownLatch answered = new CountDownLatch(1);
        execute(owner, () -> {
            try {
                code.run();
            } finally {
                answered.countDown();
            }
        });
        boolean inTime = awaitUninterrupted(answered, patience.toNanos());
        if (!inTime) {
            markLate(owner);
        }
        return inTime;
    }

    private static boolean awaitUninterrupted(CountDownLatch latch, long nanos) {
        long end = System.nanoTime() + nanos;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return latch.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean isWorthWaiting(O owner) {
        lock.lock();
        try {
            Present present = owners.get(owner);
            return present == null || isWorthWaiting(present);
        } finally {
            lock.unlock();
        }
    }

    private static boolean isWorthWaiting(Present present) {
        return !present.late && present.thread != Thread.currentThread();
    }

    private void markLate(O owner) {
        lock.lock();
        try {
            Present present = owners.get(owner);
            if (present != null) {
                present.late = true;
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
     * Waits until nothing is left to run, but for owners that were waited for in vain before, and for the one that
     * waits.
     *
     * @return those for whom something is left
     */
    public List<O> awaitAll(Duration patience) {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (left > 0 && owners.values().stream().anyMatch(OwnerThreads::isWorthWaiting)) {
                left = ended.awaitNanos(left);
            }
            owners.values().forEach(present -> present.late = true);
            return new ArrayList<>(owners.keySet());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ArrayList<>(owners.keySet());
        } finally {
            lock.unlock();
        }
    }
}
