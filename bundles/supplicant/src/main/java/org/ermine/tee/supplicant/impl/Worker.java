// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import org.ermine.tee.spi.CallbackSource;
import org.ermine.tee.spi.CallbackThread;
import org.ermine.tee.spi.CallbackWorkers;

/** What one thread of a {@link WorkerPool} does, and what others ask of it. */
final class Worker implements CallbackThread.Carrier {

    private final WorkerPool pool;
    /** Set before the thread is started. */
    private CallThread thread;

    Worker(WorkerPool pool) {
        this.pool = pool;
    }

    void isOn(Thread started) {
        thread = new CallThread(started, pool);
    }

    CallThread thread() {
        return thread;
    }

    @Override
    public void run() {
        pool.work(thread);
    }

    @Override
    public CallbackWorkers workers() {
        return pool.workers();
    }

    @Override
    public void awaiting(CallbackSource source) {
        pool.awaiting(thread, source);
    }

    @Override
    public void blocked() {
        thread.lendForCall();
    }
}
