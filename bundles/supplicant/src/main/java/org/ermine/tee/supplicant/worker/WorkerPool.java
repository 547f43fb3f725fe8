// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.ermine.tee.Errno;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.DaemonThreads;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.CallbackThread;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.support.SpinTime;
import org.ermine.tee.supplicant.call.HandlerCallback;
import org.ermine.tee.supplicant.call.RunningCall;
import org.ermine.tee.supplicant.call.Watchdog;
import org.ermine.tee.supplicant.options.SupplicantConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker threads. Each announced request is one turn: one call of {@link CallbackSource#next}. Sources take turns
 * round robin, and no turn is ever dropped, so no request is left unserved, whatever happens at the same time. A turn
 * whose request was served by another thread meanwhile ends at once.
 *
 * <p>At most {@code workers} threads are active, for one owner of calls at most all but one of them ({@link Turns}). A
 * worker that waits for a handler's successor, is made to wait by the TEE, is held by a callback past its time limit,
 * or is in a slow call while turns wait, is lent: it does not count, another takes its place. Of {@code maxThreads}
 * threads at least {@code workers} are kept from waiting; and {@link Shares} bound how many are lent for one owner.
 *
 * <p>What foreign code keeps in thread locals cannot be erased. So a thread on which some ran goes on for a minute
 * only, idle or not, and another one begins when it is needed.
 *
 * <p>It ends in two phases. While DRAINING no request is begun but those for which a thread in a call waits, which that
 * thread serves itself: so what is in progress can end, whoever else is there. When GONE everything that is left fails.
 *
 * <p>A worker that has nothing to do looks out for a turn for a while ({@link Lookout}, {@link SpinTime}), if no other
 * does, since to wake it up takes longer than most turns. It still counts as active meanwhile, and whoever announces a
 * request hands it the turn without the lock. Only after that it waits. The worker that has waited for the shortest
 * time is woken first, so that one client that is busy is served by one worker.
 */
public final class WorkerPool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    private static final long RENEW_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** A call that takes longer is slow: turns that wait for a worker get another thread then. */
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** How long the turn of a call that could not be taken waits. */
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /**
     * Workers nest: a handler may invoke the TEE, which calls another handler, which is served on the same stack. The
     * memory is only reserved, not used, until a stack really grows that deep.
     */
    private static final long WORKER_STACK = 8L << 20;

    private enum Phase {
        RUNNING,
        DRAINING,
        GONE
    }

    private final RepeatLog problems;
    private final RepeatLog faults = new RepeatLog(LOG::error);
    private final CallbackWorkers owner;
    private final int workers;
    private final int maxThreads;
    private final Watchdog watchdog;
    private final SpinTime spinTime;
    private final long renewNanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();

    // The lock guards what follows. threads.size() = active + idle + lent. active + idle <= workers, except for a
    // moment after a lent worker came back. A turn that may begin is left only if active >= workers, if no worker looks
    // out for it, or if there is no memory for another thread. When an owner's turn ends, or its worker is lent, one
    // more turn of that owner may begin: a worker that ends its turn takes it, and one that is lent activates another
    // worker for it.
    private final Turns turns;
    private final Set<Worker> threads = new HashSet<>();
    private final Shares shares;
    /**
     * Whether shares knows of held threads. Also read without the lock: as a rule there are none, and nothing is
     * refused.
     */
    private volatile boolean someHeld;

    private int started;
    private int active;
    private int lent;
    /** The workers that wait, the one that has waited for the shortest time first. */
    private final Deque<Worker> idle;
    /** The worker to be woken once the lock is given up, so that it does not find the lock taken; or null. */
    private Worker woken;

    /**
     * Where an active worker is handed turns without the lock. It begins to look out there only if no turn is due that
     * may begin.
     */
    private final Lookout lookout = new Lookout();

    /** Written with the lock held. */
    private volatile Phase phase = Phase.RUNNING;
    /** Counts what {@link #drain} and {@link #awaitEnd} wait for: threads that ended, or are held by a callback. */
    private long departures;

    /**
     * @param owner whose threads they are
     * @param share how many threads may be lent for one owner of callbacks
     * @param spinNanos how long an idle worker looks out for a turn at the most before it waits
     */
    public WorkerPool(
            CallbackWorkers owner, int workers, int maxThreads, int share, Watchdog watchdog, long spinNanos) {
        this(owner, workers, maxThreads, share, watchdog, spinNanos, RENEW_NANOS, new RepeatLog(LOG::warn));
    }

    /**
     * @param renewNanos how long a thread on which foreign code ran goes on
     * @param problems where to tell of what bundles can repeat
     */
    public WorkerPool(
            CallbackWorkers owner,
            int workers,
            int maxThreads,
            int share,
            Watchdog watchdog,
            long spinNanos,
            long renewNanos,
            RepeatLog problems) {
        if (workers < 1 || maxThreads < workers) {
            throw new IllegalArgumentException(
                    "workers " + workers + ", maxThreads " + maxThreads + ": expected 1 <= workers <= maxThreads");
        }
        this.owner = owner;
        this.workers = workers;
        this.maxThreads = maxThreads;
        this.turns = new Turns(workers, maxThreads + 1);
        this.idle = new ArrayDeque<>(maxThreads);
        this.shares = new Shares(share);
        this.watchdog = watchdog;
        this.spinTime = new SpinTime(spinNanos);
        this.renewNanos = renewNanos;
        this.problems = problems;
        watchdog.alsoLook(this::lendSlow, SLOW_NANOS);
    }

    CallbackWorkers workers() {
        return owner;
    }

    boolean isGone() {
        return phase == Phase.GONE;
    }

    /** Tells that one more request waits in {@code source}. */
    public void requestQueued(CallbackSource source) {
        if (!lookout.hand(source) && addTurn(source)) {
            watchdog.lookWithin(SLOW_NANOS);
        }
    }

    /** Adds a turn, and returns whether it may have to wait, because all workers are at work. */
    private boolean addTurn(CallbackSource source) {
        lock.lock();
        try {
            if (phase != Phase.RUNNING) {
                return false;
            }
            turns.add(source);
            if (turns.mayBegin(source.owner())) {
                activateOne();
                return active >= workers;
            }
            return true;
        } finally {
            unlockAndWake();
        }
    }

    /**
     * While turns wait, lends the workers that are in slow calls, so that others take their place. Called by the
     * watchdog.
     *
     * @return whether turns still wait
     */
    private boolean lendSlow() {
        int waiting = waitingTurns();
        if (waiting == 0) {
            return false;
        }
        for (Worker worker : others()) {
            if (waiting > 0 && worker.thread().lendIfSlow(SLOW_NANOS)) {
                waiting--;
            }
        }
        return true;
    }

    private int waitingTurns() {
        lock.lock();
        try {
            return turns.count();
        } finally {
            lock.unlock();
        }
    }

    private void unlockAndWake() {
        Worker next = woken;
        woken = null;
        lock.unlock();
        if (next != null) {
            next.wake();
        }
    }

    /**
     * Tells that a worker waits for a request of its own in {@code source}. Another worker takes its place; if too many
     * wait already, or the pool ends, it serves that request itself.
     */
    void awaiting(Worker worker, CallbackSource source) {
        if (phase == Phase.RUNNING && worker.thread().lendForCall()) {
            return;
        }
        CallbackCall call = source.awaited(owner);
        if (call == null) {
            call = takePostponed();
        }
        if (call != null) {
            watchdog.carryOut(worker.thread(), call);
        }
    }

    private CallbackCall takePostponed() {
        lock.lock();
        try {
            return turns.takeAwaited();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lends an active worker that is about to wait for {@code owner}. Returns false if it must not wait. Called by
     * {@link Worker} only, as the next seven methods.
     */
    boolean tryLend(Worker worker, String owner) {
        lock.lock();
        try {
            if (lent >= maxThreads - workers || !shares.mayLend(owner)) {
                return false;
            }
            lendOne(worker, owner);
            return true;
        } finally {
            unlockAndWake();
        }
    }

    /**
     * Lends a worker that is in a slow call, if turns wait. Half of all threads that may be lent is left for those that
     * must wait.
     */
    boolean tryLendSlow(Worker worker, String owner) {
        lock.lock();
        try {
            boolean may = phase == Phase.RUNNING
                    && turns.count() > 0
                    && lent < (maxThreads - workers) / 2
                    && shares.mayLendSlow(owner);
            if (may) {
                lendOne(worker, owner);
            }
            return may;
        } finally {
            unlockAndWake();
        }
    }

    /** Lends an active worker that is held by a callback that exceeded its time limit. */
    void lend(Worker worker, String owner) {
        lock.lock();
        try {
            lendOne(worker, owner);
        } finally {
            unlockAndWake();
        }
    }

    void reclaim(Worker worker, String owner) {
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
     * Counts one more thread that a callback of {@code owner} holds.
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
            problems.tell(
                    List.of("share", owner),
                    () -> "callbacks of " + owner + " are refused until some return: " + refusal(owner));
        }
        return othersLeft;
    }

    /** Counts one thread less that a callback of {@code owner} holds. */
    void returned(String owner) {
        lock.lock();
        try {
            shares.returned(owner);
            someHeld = shares.hasHeld();
        } finally {
            lock.unlock();
        }
    }

    /** Returns why callbacks of {@code owner} cannot be carried out now, or null if they can. */
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

    /** Returns why no thread may wait for {@code owner} now. */
    String lendingRefusal(String owner) {
        lock.lock();
        try {
            return shares.mayLend(owner)
                    ? lent + " of " + maxThreads + " threads wait or are held (option maxThreads of "
                            + SupplicantConfiguration.PID + ")"
                    : shares.lendingRefusal(owner);
        } finally {
            lock.unlock();
        }
    }

    private void departed() {
        departures++;
        ended.signalAll();
    }

    private void lendOne(Worker worker, String owner) {
        shares.lent(owner);
        turns.left(worker.turnOf);
        lent++;
        active--;
        if (turns.isDue()) {
            activateOne();
        }
    }

    /**
     * Has a worker look for a turn that may begin, but not while DRAINING. To be called once at most while the lock is
     * held.
     */
    private void activateOne() {
        if (phase == Phase.DRAINING) {
            return;
        }
        if (lookout.recall() || active >= workers) {
            return;
        }
        if (!idle.isEmpty()) {
            woken = idle.pop();
            isActive(woken);
        } else if (threads.size() < maxThreads) {
            startWorker();
        }
    }

    private void isActive(Worker worker) {
        worker.wokenAt = System.nanoTime();
        worker.woken = true;
        active++;
    }

    private void startWorker() {
        Worker worker = new Worker(this);
        Thread thread = DaemonThreads.create(
                () -> CallbackThread.run(worker), "ermine-supplicant-worker-" + ++started, WORKER_STACK);
        worker.isOn(thread);
        threads.add(worker);
        active++;
        boolean begun = false;
        try {
            thread.start();
            begun = true;
        } catch (OutOfMemoryError e) {
            faults.tell(
                    "thread",
                    () -> "no thread for a worker: " + e.getMessage() + "; its requests wait for another worker");
        } finally {
            if (!begun) {
                threads.remove(worker);
                active--;
            }
        }
    }

    void work(Worker self) {
        try {
            while (serveTurn(self)) {
                // The bracket round each call leaves nothing behind; what came later is meant for nobody.
                Thread.interrupted();
            }
        } catch (Throwable e) {
            report("a worker ends, and another takes its place", e);
        } finally {
            hasEnded(self);
        }
    }

    /**
     * Ends what a worker that was broken off between two turns, for want of memory, has not ended: its last turn, and
     * that it counts.
     */
    private void hasEnded(Worker self) {
        lock.lock();
        try {
            if (threads.contains(self)) {
                endTurn(self);
                end(self);
            }
        } finally {
            unlockAndWake();
            watchdog.hasEnded(self.thread());
        }
    }

    private boolean serveTurn(Worker self) {
        CallbackSource source = nextTurn(self);
        if (source == null) {
            return false;
        }
        try {
            CallbackCall call = take(source);
            if (call != null) {
                serve(self, call);
            }
        } catch (Throwable e) {
            report("a context failed to serve a request", e);
        }
        return true;
    }

    /** Takes a call. If that fails, for want of memory, the turn is due again a little later: a client waits for it. */
    private CallbackCall take(CallbackSource source) {
        boolean looked = false;
        try {
            CallbackCall call = source.next(owner);
            looked = true;
            return call;
        } finally {
            if (!looked) {
                LockSupport.parkNanos(this, AGAIN_NANOS);
                requestQueued(source);
            }
        }
    }

    /** Whatever happens here, a call that was taken is run, now or when its owner has a turn. */
    private void serve(Worker self, CallbackCall call) {
        boolean now = true;
        try {
            String reached = HandlerCallback.ownerOf(call);
            now = reached.equals(self.turnOf) || takeTurnOf(reached, self, call);
        } finally {
            if (now) {
                watchdog.carryOut(self.thread(), call);
            }
        }
        if (!now) {
            watchdog.lookWithin(SLOW_NANOS);
        }
    }

    /**
     * Makes the worker's turn one of {@code owner}. Returns false if that one has no turn left: the call waits for it.
     */
    private boolean takeTurnOf(String owner, Worker self, CallbackCall call) {
        Thread client = call.client();
        boolean begins;
        boolean refused;
        lock.lock();
        try {
            endTurn(self);
            begins = phase != Phase.RUNNING || turns.mayBegin(owner);
            if (begins) {
                self.turnOf = owner;
                turns.occupied(owner);
            }
            if (turns.isDue()) {
                activateOne();
            }
            refused = !begins && !turns.postpone(owner, call);
        } finally {
            unlockAndWake();
        }
        if (refused) {
            refuse(owner, call);
        } else if (!begins) {
            // It may be a worker that serves the call itself, because no other can take its place.
            LockSupport.unpark(client);
        }
        return begins || refused;
    }

    private void refuse(String owner, CallbackCall call) {
        int most = Turns.mostBeside(call);
        String refused = call.op() == DriverContext.OP_RELEASE ? "notices of releases" : "calls";
        problems.tell(
                List.of("turns", owner, refused),
                () -> refused + " to " + owner + " are refused while " + most
                        + " wait for it, as many as may (a fixed limit): it is slow, and occupies its share of the "
                        + "workers");
        call.fail(Errno.EBUSY);
    }

    /** A worker that was left behind finds the bundles of its context gone, and classes that it needs first then. */
    private void report(String problem, Throwable failure) {
        if (isGone()) {
            LOG.debug("after the end {}: {}", problem, failure.toString());
        } else {
            faults.tell(problem, () -> problem + ": " + FailureText.detailed(failure));
        }
    }

    private CallbackSource nextTurn(Worker self) {
        lock.lock();
        try {
            endTurn(self);
            CallbackSource source = takeTurn(self);
            if (source == null) {
                end(self);
            }
            return source;
        } finally {
            unlockAndWake();
        }
    }

    private void endTurn(Worker self) {
        if (self.turnOf != null) {
            turns.left(self.turnOf);
            self.turnOf = null;
        }
    }

    /** Takes a turn, and waits for one if need be. Returns null if the worker is to end. */
    private CallbackSource takeTurn(Worker self) {
        CallbackSource source = null;
        while (source == null && mayGoOn(self)) {
            source = active > workers ? null : turns.poll();
            if (source == null && isSurplus()) {
                return null;
            }
            if (source == null) {
                source = awaitTurn(self);
            }
        }
        if (source == null && phase == Phase.GONE) {
            source = turns.pollPostponed();
        }
        if (source != null) {
            self.turnOf = source.owner();
            turns.occupied(self.turnOf);
        }
        return source;
    }

    private boolean mayGoOn(Worker self) {
        return phase == Phase.RUNNING && self.thread().cleanFor(renewNanos) > 0;
    }

    /**
     * Returns whether a worker that has nothing to do is one too many. It is kept while turns wait, since another one
     * may be lent at any moment.
     */
    private boolean isSurplus() {
        return active + idle.size() > workers && (active <= workers || !turns.isDue());
    }

    private void end(Worker self) {
        active--;
        threads.remove(self);
        departed();
        if (turns.isDue()) {
            activateOne();
        }
    }

    /** Waits until there may be a turn. Returns the source of the turn if this worker was handed one, or null. */
    private CallbackSource awaitTurn(Worker self) {
        long start = System.nanoTime();
        long nanos = spinTime.from(start);
        if (nanos > 0 && active <= workers && lookout.begin()) {
            lookOut(nanos);
            if (!lookout.giveUp()) {
                return accept(lookout.take(), self);
            }
            spinTime.inVain(start, start + nanos);
        }
        await(self);
        return null;
    }

    private void lookOut(long nanos) {
        boolean looked = false;
        lock.unlock();
        try {
            lookout.await(nanos);
            looked = true;
        } finally {
            lock.lock();
            if (!looked) {
                leaveLookout();
            }
        }
    }

    /** Ends a look-out that was broken off. Another worker gets the turn that was handed over meanwhile. */
    private void leaveLookout() {
        CallbackSource handed = lookout.giveUp() ? null : lookout.take();
        if (handed != null && phase == Phase.RUNNING) {
            turns.add(handed);
        }
    }

    /**
     * Returns the source of a turn that was handed to this worker. If the turn must not begin here, it becomes due as
     * any other, and null is returned.
     */
    private CallbackSource accept(CallbackSource handed, Worker self) {
        if (handed == null || phase != Phase.RUNNING) {
            return null;
        }
        if (active <= workers && mayGoOn(self) && turns.mayBegin(handed.owner())) {
            return handed;
        }
        turns.add(handed);
        lookSoon();
        return null;
    }

    /** Has slow calls looked for, since a turn waits. Gives the lock up meanwhile. */
    private void lookSoon() {
        unlockAndWake();
        try {
            watchdog.lookWithin(SLOW_NANOS);
        } finally {
            lock.lock();
        }
    }

    /** Waits to be woken, without the lock. Whoever wakes this worker has counted it as active already. */
    private void await(Worker self) {
        active--;
        idle.push(self);
        self.woken = false;
        lock.unlock();
        try {
            self.awaitWakeUp(renewNanos, spinTime);
        } finally {
            lock.lock();
            if (!self.woken) {
                idle.remove(self);
                active++;
            }
        }
    }

    /**
     * Carries out the first phase of the end: idle workers end, and calls in progress are waited for. No other call is
     * begun, but those for which they wait.
     */
    public void drain(Duration wait) {
        stop(Phase.DRAINING);
        awaitNone(worker -> worker.thread().isBusy(), wait);
    }

    private void stop(Phase next) {
        lock.lock();
        try {
            boolean gone = phase == Phase.GONE;
            phase = next;
            turns.clear();
            lookout.recall();
            idle.forEach(this::isActive);
            idle.clear();
            if (!gone && phase == Phase.GONE && !turns.isEmpty()) {
                // Those that wait for a turn of their owner fail, and what came with them is given back.
                startWorker();
            }
        } finally {
            lock.unlock();
        }
        others().forEach(Worker::wake);
    }

    /**
     * Begins the second phase of the end: calls that are left fail with ENODEV and are interrupted. What their threads
     * still begin fails too.
     */
    public void end() {
        stop(Phase.GONE);
        List<RunningCall> left = others().stream()
                .flatMap(worker -> worker.thread().inProgress().stream())
                .toList();
        RunningCall.abortAll(left.iterator(), Errno.ENODEV);
    }

    /**
     * Waits until the threads have ended.
     *
     * @return the names of those that are left behind
     */
    public List<String> awaitEnd(Duration wait) {
        awaitNone(worker -> true, wait);
        problems.sumUp();
        faults.sumUp();
        return others().stream().map(worker -> worker.thread().name()).toList();
    }

    /** Ends the pool without the first phase. Returns as {@link #awaitEnd} does. */
    public List<String> close(Duration wait) {
        end();
        return awaitEnd(wait);
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    private void awaitNone(Predicate<Worker> which, Duration wait) {
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

    /** Returns false if there was none in time, or the thread was interrupted. */
    private boolean awaitDeparture(long seen, long deadline) {
        lock.lock();
        try {
            long left = deadline - System.nanoTime();
            while (departures == seen && left > 0) {
                left = ended.awaitNanos(left);
            }
            return departures != seen && left > 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Returns all workers but that of the calling thread: a handler may stop this bundle. */
    private List<Worker> others() {
        lock.lock();
        try {
            return threads.stream().filter(worker -> !worker.isCurrent()).toList();
        } finally {
            lock.unlock();
        }
    }
}
