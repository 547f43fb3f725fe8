// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.ermine.tee.Errno;
import org.ermine.tee.spi.CallbackCall;
import org.ermine.tee.spi.CallbackSource;
import org.ermine.tee.spi.CallbackWorkers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker threads. Each announced request is one turn: one call of {@link CallbackSource#next}. Sources take turns
 * round robin, and no turn is ever dropped, so no request can be left unserved whatever races with what; a turn whose
 * request somebody else served meanwhile ends at once.
 *
 * <p>At most {@code workers} threads are active, for one owner of sources at most all but one of them ({@link Turns}). A worker that waits for a handler's successor, is made to wait by the TEE, or
 * is held by a callback past its time limit, is lent: it does not count, another takes its place. Of {@code maxThreads} threads
 * at least {@code workers} are kept from waiting; and {@link Shares} bound how many are lent for one owner.
 *
 * <p>What foreign code keeps in thread locals cannot be erased; so a thread on which some ran goes on for a minute only, idle or
 * not, and another begins when it is needed.
 *
 * <p>It ends in two phases. While DRAINING no request is begun but those for which a thread in a call waits, which that thread
 * serves itself: so what is in progress can end, whoever else is there. When GONE everything that is left fails.
 *
 * <p>One idle worker at most looks out for a turn for a while before it waits, without the lock: to wake a thread up takes longer
 * than most turns. A turn wakes one worker, the one that looks out if there is one. What counts is {@code woken}: whichever idle
 * worker sees it first under the lock takes it, so it does not matter if that is another than the one it was meant for.
 */
final class WorkerPool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    private static final long RENEW_NANOS = TimeUnit.MINUTES.toNanos(1);

    private enum Phase {
        RUNNING,
        DRAINING,
        GONE
    }

    private final CallbackWorkers owner;
    private final int workers;
    private final int maxThreads;
    private final Watchdog watchdog;
    private final long spinNanos;
    private final long renewNanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wakeUp = lock.newCondition();
    private final Condition ended = lock.newCondition();

    // Guarded by lock. threads.size() = active + idle + lent; active + idle <= workers, but for a moment after a lent
    // worker came back; a turn may begin and is left only if active >= workers or no thread can be had. An owner's turn
    // that ends, or whose worker is lent, lets one more of it begin: who ends takes a turn, who is lent activates
    // another.

    private final Turns turns;
    private final Set<CallThread> threads = new HashSet<>();
    private final Shares shares;
    /** Whether shares knows of held threads. Also read without the lock: as a rule there are none, and nothing is refused. */
    private volatile boolean someHeld;

    private int started;
    private int active;
    private int idle;
    private int lent;
    /** Idle workers that were woken, count as active, and have not noticed yet. Also read without the lock. */
    private volatile int woken;
    /** The idle worker that looks out for a turn and was not woken yet, or null. */
    private Thread lookout;

    /** Written with the lock held. */
    private volatile Phase phase = Phase.RUNNING;
    /** Counts what {@link #drain} waits for: threads that ended or count no more. */
    private long departures;

    /**
     * @param owner whose threads they are
     * @param share how many threads may be lent for one owner of callbacks
     * @param spinNanos how long an idle worker looks out for a turn before it waits
     */
    WorkerPool(CallbackWorkers owner, int workers, int maxThreads, int share, Watchdog watchdog, long spinNanos) {
        this(owner, workers, maxThreads, share, watchdog, spinNanos, RENEW_NANOS);
    }

    /** @param renewNanos how long a thread on which foreign code ran goes on */
    WorkerPool(
            CallbackWorkers owner,
            int workers,
            int maxThreads,
            int share,
            Watchdog watchdog,
            long spinNanos,
            long renewNanos) {
        if (workers < 1 || maxThreads < workers) {
            throw new IllegalArgumentException(
                    "workers " + workers + ", maxThreads " + maxThreads + ": expected 1 <= workers <= maxThreads");
        }
        this.owner = owner;
        this.workers = workers;
        this.maxThreads = maxThreads;
        this.turns = new Turns(workers);
        this.shares = new Shares(share);
        this.watchdog = watchdog;
        this.spinNanos = spinNanos;
        this.renewNanos = renewNanos;
    }

    CallbackWorkers workers() {
        return owner;
    }

    boolean isGone() {
        return phase == Phase.GONE;
    }

    /** One more request waits in {@code source}. */
    void requestQueued(CallbackSource source) {
        lock.lock();
        try {
            if (phase == Phase.RUNNING) {
                turns.add(source);
                if (turns.mayBegin(source)) {
                    activateOne();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * A worker waits for a request of its own in {@code source}. Another takes its place; when too many wait already, or no
     * others are to be had any more, it serves that request itself.
     */
    void awaiting(CallThread worker, CallbackSource source) {
        if (phase == Phase.RUNNING && worker.lendForCall()) {
            return;
        }
        CallbackCall call = source.awaited();
        if (call != null) {
            watchdog.carryOut(worker, call);
        }
    }

    /** An active worker is about to wait for {@code owner}; false if it must not. Called by {@link CallThread} only, as the next five. */
    boolean tryLend(CallThread worker, String owner) {
        lock.lock();
        try {
            if (lent >= maxThreads - workers || !shares.mayLend(owner)) {
                return false;
            }
            lendOne(worker, owner);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** An active worker is held by a callback that exceeded its time limit. */
    void lend(CallThread worker, String owner) {
        lock.lock();
        try {
            lendOne(worker, owner);
        } finally {
            lock.unlock();
        }
    }

    void reclaim(CallThread worker, String owner) {
        lock.lock();
        try {
            shares.reclaimed(owner);
            turns.occupied(worker.turnOf);
            lent--;
            active++;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A callback of {@code owner} holds one thread more.
     *
     * @return whether there are other threads
     */
    boolean held(String owner) {
        boolean usedUp;
        boolean othersLeft;
        lock.lock();
        try {
            usedUp = shares.held(owner);
            someHeld = true;
            othersLeft = lent < maxThreads;
            departed();
        } finally {
            lock.unlock();
        }
        if (usedUp) {
            LOG.warn("callbacks of {} are refused until some return: {}", owner, refusal(owner));
        }
        return othersLeft;
    }

    /** It holds one thread less. */
    void returned(String owner) {
        lock.lock();
        try {
            shares.returned(owner);
            someHeld = shares.hasHeld();
        } finally {
            lock.unlock();
        }
    }

    /** Why callbacks of {@code owner} cannot be carried out now, or null. */
    String refusal(String owner) {
        if (!someHeld) {
            return null;
        }
        lock.lock();
        try {
            return shares.refusal(owner);
        } finally {
            lock.unlock();
        }
    }

    /** Why no thread may wait for {@code owner} now. */
    String lendingRefusal(String owner) {
        lock.lock();
        try {
            return shares.mayLend(owner)
                    ? lent + " of " + maxThreads + " threads wait or are held (maxThreads)"
                    : shares.lendingRefusal(owner);
        } finally {
            lock.unlock();
        }
    }

    private void departed() {
        departures++;
        ended.signalAll();
    }

    private void lendOne(CallThread worker, String owner) {
        shares.lent(owner);
        turns.left(worker.turnOf);
        lent++;
        active--;
        if (turns.isDue()) {
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
        Worker worker = new Worker(this);
        Thread thread = DaemonThreads.worker(worker, "ermine-supplicant-worker-" + ++started);
        worker.isOn(thread);
        threads.add(worker.thread());
        active++;
        boolean begun = false;
        try {
            thread.start();
            begun = true;
        } catch (OutOfMemoryError e) {
            LOG.error("no thread for a worker: {}; its requests wait for another worker", e.getMessage());
        } finally {
            if (!begun) {
                threads.remove(worker.thread());
                active--;
            }
        }
    }

    void work(CallThread self) {
        while (serveTurn(self)) {
            // The bracket round each call leaves nothing behind; what came later is meant for nobody.
            Thread.interrupted();
        }
    }

    private boolean serveTurn(CallThread self) {
        CallbackSource source = nextTurn(self);
        if (source == null) {
            return false;
        }
        try {
            CallbackCall call = source.next();
            if (call != null) {
                watchdog.carryOut(self, call);
            }
        } catch (RuntimeException | Error e) {
            report(e);
        }
        return true;
    }

    /** A worker that was left behind finds the bundles of its context gone, and classes that it needs first then. */
    private void report(Throwable failure) {
        if (isGone()) {
            LOG.debug("a context that is gone failed to serve a request: {}", failure.toString());
        } else {
            LOG.error("a context failed to serve a request", failure);
        }
    }

    private CallbackSource nextTurn(CallThread self) {
        lock.lock();
        try {
            endTurn(self);
            return takeTurn(self);
        } finally {
            lock.unlock();
        }
    }

    private void endTurn(CallThread self) {
        if (self.turnOf != null) {
            turns.left(self.turnOf);
            self.turnOf = null;
        }
    }

    /** Takes a turn, waiting for one; null ends the worker. */
    private CallbackSource takeTurn(CallThread self) {
        while (phase == Phase.RUNNING && active <= workers && self.cleanFor(renewNanos) > 0) {
            CallbackSource source = turns.poll();
            if (source != null) {
                self.turnOf = source.owner();
                turns.occupied(self.turnOf);
                return source;
            }
            if (active + idle > workers) {
                break;
            }
            active--;
            idle++;
            if (!awaitWakeUp(self)) {
                idle--;
                active++;
            }
        }
        active--;
        threads.remove(self);
        departed();
        if (turns.isDue()) {
            activateOne();
        }
        return null;
    }

    /**
     * Waits to be woken. Who does that has counted this worker as active already.
     *
     * @return false if nobody did while the thread may go on
     */
    private boolean awaitWakeUp(CallThread self) {
        if (woken == 0 && lookout == null && spinNanos > 0) {
            lookOut();
        }
        long left = self.cleanFor(renewNanos);
        while (woken == 0 && left > 0) {
            left = awaitSignal(left, self);
        }
        boolean isWoken = woken > 0;
        woken = isWoken ? woken - 1 : 0;
        return isWoken;
    }

    /** An interrupt that reaches an idle worker is meant for no call. */
    private long awaitSignal(long nanos, CallThread self) {
        try {
            return wakeUp.awaitNanos(nanos);
        } catch (InterruptedException e) {
            return self.cleanFor(renewNanos);
        }
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
     * The first phase of the end: idle workers end, and calls in progress may, which are waited for. No other is begun, but those
     * for which they wait.
     */
    void drain(Duration wait) {
        stop(Phase.DRAINING);
        others().forEach(CallThread::wake);
        awaitNone(CallThread::isBusy, wait);
    }

    private void stop(Phase next) {
        lock.lock();
        try {
            phase = next;
            turns.clear();
            woken = woken + idle;
            active += idle;
            idle = 0;
            wakeUp.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The second: what is left fails with ENODEV and is interrupted, and so does what these threads still begin. */
    void end() {
        stop(Phase.GONE);
        List<CallThread> left = others();
        left.forEach(thread -> thread.abortAll(Errno.ENODEV));
        left.forEach(CallThread::wake);
    }

    /**
     * Waits until the threads have ended.
     *
     * @return the names of those that are left behind
     */
    List<String> awaitEnd(Duration wait) {
        awaitNone(thread -> true, wait);
        return others().stream().map(CallThread::name).toList();
    }

    /** Without a first phase. */
    List<String> close(Duration wait) {
        end();
        return awaitEnd(wait);
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    private void awaitNone(Predicate<CallThread> which, Duration wait) {
        long deadline = System.nanoTime() + wait.toNanos();
        long seen;
        do {
            // Read first: what changes after the look is seen by the wait.
            seen = departures();
        } while (others().stream().anyMatch(which) && awaitDeparture(seen, deadline));
    }

    private long departures() {
        lock.lock();
        try {
            return departures;
        } finally {
            lock.unlock();
        }
    }

    /** False if there was none in time, or the thread was interrupted. */
    private boolean awaitDeparture(long seen, long deadline) {
        lock.lock();
        try {
            long left = deadline - System.nanoTime();
            while (departures == seen && left > 0) {
                left = ended.awaitNanos(left);
            }
            return departures != seen;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** All but the calling thread: a handler may stop this bundle. */
    private List<CallThread> others() {
        lock.lock();
        try {
            return threads.stream().filter(thread -> !thread.isCurrent()).toList();
        } finally {
            lock.unlock();
        }
    }
}
