// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.ermine.tee.Errno;
import org.ermine.tee.spi.CallbackSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker threads. Each announced request is one turn: one call of {@link CallbackSource#serveNext}. Sources take turns
 * round robin, and no turn is ever dropped, so no request can be left unserved whatever races with what; a turn whose
 * request somebody else served meanwhile ends at once.
 *
 * <p>At most {@code workers} threads are active. A worker that waits for a handler's successor, is made to wait by the TEE, or
 * is held by a handler past its time limit, is lent: it does not count, another takes its place. Of {@code maxThreads} threads at least {@code
 * workers} are kept from waiting.
 *
 * <p>One idle worker at most looks out for a turn for a while before it waits, without the lock: to wake a thread up takes longer
 * than most turns. A turn wakes one worker, the one that looks out if there is one. What counts is {@code woken}: whichever idle
 * worker sees it first under the lock takes it, so it does not matter if that is another than the one it was meant for.
 */
final class WorkerPool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    private final int workers;
    private final int maxThreads;
    private final Watchdog watchdog;
    private final long spinNanos;
    private final ThreadFactory factory = DaemonThreads.workers("ermine-supplicant-worker-");

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wakeUp = lock.newCondition();
    private final Condition ended = lock.newCondition();

    // Guarded by lock. threads.size() = active + idle + lent; active + idle <= workers, but for a moment after a lent
    // worker came back; turns is not empty only if active >= workers or no thread can be had.

    /** Turns due by source, in the order in which sources get them. */
    private final LinkedHashMap<CallbackSource, Integer> turns = new LinkedHashMap<>();

    private final Map<Thread, CallThread> threads = new HashMap<>();
    private int active;
    private int idle;
    private int lent;
    /** Idle workers that were woken, count as active, and have not noticed yet. Also read without the lock. */
    private volatile int woken;
    /** The idle worker that looks out for a turn and was not woken yet, or null. */
    private Thread lookout;

    private boolean closed;

    /** @param spinNanos how long an idle worker looks out for a turn before it waits */
    WorkerPool(int workers, int maxThreads, Watchdog watchdog, long spinNanos) {
        if (workers < 1 || maxThreads < workers) {
            throw new IllegalArgumentException(
                    "workers " + workers + ", maxThreads " + maxThreads + ": expected 1 <= workers <= maxThreads");
        }
        this.workers = workers;
        this.maxThreads = maxThreads;
        this.watchdog = watchdog;
        this.spinNanos = spinNanos;
    }

    /** One more request waits in {@code source}. */
    void requestQueued(CallbackSource source) {
        lock.lock();
        try {
            if (!closed) {
                turns.merge(source, 1, Integer::sum);
                activateOne();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * If the calling thread is a worker, another takes its place. When too many wait already it serves {@code source} itself,
     * until {@code done} or nothing is left: what it serves then stands in the way of what it waits for, but not for ever.
     */
    void awaiting(CallbackSource source, BooleanSupplier done) {
        CallThread thread = watchdog.currentThread();
        if (thread == null || !thread.isWorkerOf(this) || thread.lendForCall()) {
            return;
        }
        boolean served = true;
        while (served && !done.getAsBoolean()) {
            served = source.serveNext(watchdog);
        }
    }

    /** If the calling thread is a worker, another takes its place until its innermost call ends, unless too many wait. */
    void blocked() {
        CallThread thread = watchdog.currentThread();
        if (thread != null && thread.isWorkerOf(this)) {
            thread.lendForCall();
        }
    }

    /** An active worker is about to wait; false if it must not. Called by {@link CallThread} only, as the next two. */
    boolean tryLend() {
        lock.lock();
        try {
            if (lent >= maxThreads - workers) {
                return false;
            }
            lendOne();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * An active worker is held by a handler that exceeded its time limit.
     *
     * @return whether there are other threads
     */
    boolean lend() {
        lock.lock();
        try {
            lendOne();
            return lent < maxThreads;
        } finally {
            lock.unlock();
        }
    }

    void reclaim() {
        lock.lock();
        try {
            lent--;
            active++;
        } finally {
            lock.unlock();
        }
    }

    private void lendOne() {
        lent++;
        active--;
        if (!turns.isEmpty()) {
            activateOne();
        }
    }

    private void activateOne() {
        if (active >= workers) {
            return;
        }
        if (idle > 0) {
            idle--;
            active++;
            wakeOne();
        } else if (threads.size() < maxThreads) {
            startWorker();
        }
    }

    private void wakeOne() {
        woken = woken + 1;
        if (lookout == null) {
            wakeUp.signal();
        } else {
            lookout = null;
        }
    }

    private void startWorker() {
        Thread thread = factory.newThread(this::work);
        threads.put(thread, new CallThread(thread, this));
        active++;
        boolean started = false;
        try {
            thread.start();
            started = true;
        } catch (OutOfMemoryError e) {
            LOG.error("no thread for a worker: {}; its requests wait for another worker", e.getMessage());
        } finally {
            if (!started) {
                threads.remove(thread);
                active--;
            }
        }
    }

    private void work() {
        watchdog.adopt(self());
        while (serveTurn()) {
            // What a handler did to the interrupt status is no concern of the next one.
            Thread.interrupted();
        }
    }

    private CallThread self() {
        lock.lock();
        try {
            return threads.get(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    private boolean serveTurn() {
        CallbackSource source = nextTurn();
        if (source == null) {
            return false;
        }
        try {
            source.serveNext(watchdog);
        } catch (RuntimeException | Error e) {
            report(e);
        }
        return true;
    }

    /** A worker that was left behind finds the bundles of its context gone, and classes that it needs first then. */
    private void report(Throwable failure) {
        if (isClosed()) {
            LOG.debug("a context that is gone failed to serve a request: {}", failure.toString());
        } else {
            LOG.error("a context failed to serve a request", failure);
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private CallbackSource nextTurn() {
        lock.lock();
        try {
            return takeTurn();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a turn, waiting for one; null ends the worker. */
    private CallbackSource takeTurn() {
        while (!closed && active <= workers) {
            if (!turns.isEmpty()) {
                return pollTurn();
            }
            if (active + idle > workers) {
                break;
            }
            active--;
            idle++;
            awaitWakeUp();
        }
        active--;
        threads.remove(Thread.currentThread());
        ended.signalAll();
        return null;
    }

    private CallbackSource pollTurn() {
        var first = turns.entrySet().iterator().next();
        CallbackSource source = first.getKey();
        int left = first.getValue() - 1;
        turns.remove(source);
        if (left > 0) {
            turns.put(source, left);
        }
        return source;
    }

    /** Who wakes this worker has counted it as active already. */
    private void awaitWakeUp() {
        if (woken == 0 && lookout == null && spinNanos > 0) {
            lookOut();
        }
        while (woken == 0) {
            wakeUp.awaitUninterruptibly();
        }
        woken = woken - 1;
    }

    /** Spins without the lock until a worker is woken, or for so long. */
    private void lookOut() {
        lookout = Thread.currentThread();
        lock.unlock();
        try {
            long end = System.nanoTime() + spinNanos;
            while (woken == 0 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        } finally {
            lock.lock();
        }
        if (lookout == Thread.currentThread()) {
            lookout = null;
        }
    }

    /**
     * Ends all workers. Calls in progress are failed with ENODEV and interrupted.
     *
     * @param wait how long to wait for handlers that do not return
     * @return the names of threads that are left behind
     */
    List<String> close(Duration wait) {
        stop().forEach(thread -> thread.abortAll(Errno.ENODEV));
        return awaitEnd(wait.toNanos());
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    private List<CallThread> stop() {
        lock.lock();
        try {
            closed = true;
            turns.clear();
            woken = woken + idle;
            active += idle;
            idle = 0;
            wakeUp.signalAll();
            return others();
        } finally {
            lock.unlock();
        }
    }

    private List<String> awaitEnd(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (!others().isEmpty() && left > 0) {
                left = ended.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return threadNames();
    }

    private List<String> threadNames() {
        lock.lock();
        try {
            return others().stream().map(CallThread::name).toList();
        } finally {
            lock.unlock();
        }
    }

    /** All but the calling thread: a handler may stop this bundle. */
    private List<CallThread> others() {
        return threads.values().stream().filter(thread -> !thread.isCurrent()).toList();
    }
}
