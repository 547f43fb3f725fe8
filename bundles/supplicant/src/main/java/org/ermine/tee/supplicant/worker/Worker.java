// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.support.SpinTime;
import org.ermine.tee.supplicant.call.CallCarrier;
import org.ermine.tee.supplicant.call.CallThread;

/** What one thread of a {@link WorkerPool} does. */
final class Worker implements CallCarrier {

    private final WorkerPool pool;
    // These two are set before the thread is started.

    private Thread started;
    private CallThread thread;

    /** The owner of its turn, null between turns. Guarded by the pool's lock. */
    String turnOf;
    /** Whether it was idle and was woken, and counts as active. Written with the pool's lock held. */
    volatile boolean woken;
    /** When it was woken. Published by {@link #woken}. */
    long wokenAt;

    Worker(WorkerPool pool) {
        this.pool = pool;
    }

    void isOn(Thread ownThread) {
        started = ownThread;
        thread = new CallThread(ownThread, this);
    }

    @Override
    public CallThread thread() {
        return thread;
    }

    boolean isCurrent() {
        return thread.is(Thread.currentThread());
    }

    @Override
    public void run() {
        pool.work(this);
    }

    @Override
    public CallbackWorkers workers() {
        return pool.workers();
    }

    @Override
    public void awaiting(CallbackSource source) {
        pool.awaiting(this, source);
    }

    @Override
    public void blocked() {
        thread.lendForCall();
    }

    /**
     * Waits until it is woken, or has gone on for so long. An interrupt that reaches it here is meant for no call, and
     * is cleared.
     *
     * @param spinTime is told how long it took to wake it up
     */
    void awaitWakeUp(long renewNanos, SpinTime spinTime) {
        long left = thread.cleanFor(renewNanos);
        while (!woken && left > 0) {
            LockSupport.parkNanos(pool, left);
            Thread.interrupted();
            left = thread.cleanFor(renewNanos);
        }
        if (woken) {
            spinTime.woken(wokenAt, System.nanoTime());
        }
    }

    /** Has the worker look for what it may do, if it waits. */
    void wake() {
        LockSupport.unpark(started);
    }

    @Override
    public boolean tryLend(String owner) {
        return pool.tryLend(this, owner);
    }

    @Override
    public boolean tryLendSlow(String owner) {
        return pool.tryLendSlow(this, owner);
    }

    @Override
    public void lend(String owner) {
        pool.lend(this, owner);
    }

    @Override
    public void reclaim(String owner) {
        pool.reclaim(this, owner);
    }

    @Override
    public boolean held(String owner) {
        return pool.held(owner);
    }

    @Override
    public void returned(String owner) {
        pool.returned(owner);
    }

    @Override
    public String refusal(String owner) {
        return pool.refusal(owner);
    }

    @Override
    public String lendingRefusal(String owner) {
        return pool.lendingRefusal(owner);
    }

    @Override
    public boolean isLeftBehind() {
        return pool.isGone();
    }
}
