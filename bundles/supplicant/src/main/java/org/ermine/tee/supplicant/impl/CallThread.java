// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.ermine.tee.Errno;

/**
 * A thread with the calls it is in: several, when a handler invokes the TEE and serves what comes back meanwhile. All state
 * is guarded by this object's monitor, which is taken before the pool's lock and after a slot's.
 *
 * <p>An interrupt reaches the call it is meant for only: it is delivered while that call is the innermost one, and taken
 * back when the call ends.
 */
final class CallThread {

    private final Thread thread;
    /** Null for a thread that is no worker. */
    private final WorkerPool pool;

    private final Deque<RunningCall> calls = new ArrayDeque<>();
    /** Reasons why this worker does not count as active at present. */
    private int lent;

    CallThread(Thread thread, WorkerPool pool) {
        this.thread = thread;
        this.pool = pool;
    }

    boolean isWorkerOf(WorkerPool candidate) {
        return pool == candidate;
    }

    boolean isCurrent() {
        return thread == Thread.currentThread();
    }

    String name() {
        return thread.getName();
    }

    synchronized RunningCall innermost() {
        return calls.peek();
    }

    synchronized void enter(RunningCall call) {
        calls.push(call);
    }

    /** In how many calls, one within the other, the thread is. */
    synchronized int depth() {
        return calls.size();
    }

    /**
     * Ends the innermost call.
     *
     * @return whether the thread is in no call any more
     */
    synchronized boolean leave(RunningCall call) {
        if (calls.peek() != call) {
            throw new IllegalStateException(call + " ends, but " + calls.peek() + " is the innermost call");
        }
        calls.pop();
        if (call.stuck) {
            reclaim();
        }
        if (call.blocked) {
            reclaim();
        }
        settleInterrupt(call);
        return calls.isEmpty();
    }

    /** A worker is interrupted for the sake of a call only; a stranger's own interrupts are its own. */
    private void settleInterrupt(RunningCall ended) {
        if (pool != null || ended.interruptDue) {
            Thread.interrupted();
        }
        RunningCall outer = calls.peek();
        if (outer != null && outer.interruptDue) {
            thread.interrupt();
        }
    }

    /** Interrupts {@code call}, now or when the calls inside it have ended; not at all if it has ended itself. */
    synchronized void interrupt(RunningCall call) {
        if (calls.contains(call) && !call.interruptDue) {
            call.interruptDue = true;
            if (calls.peek() == call) {
                thread.interrupt();
            }
        }
    }

    /** Whether one of the calls is to be interrupted or was. */
    synchronized boolean hasInterruptDue() {
        return calls.stream().anyMatch(call -> call.interruptDue);
    }

    /**
     * {@code call} exceeded its limit: its thread counts no more until the call ends.
     *
     * @return whether other workers are left
     */
    synchronized boolean hold(RunningCall call) {
        if (!calls.contains(call)) {
            return true;
        }
        call.stuck = true;
        return lent++ > 0 || pool == null || pool.lend();
    }

    /**
     * The thread is about to wait for something that other calls bring about.
     *
     * @return false if it must not, because too many wait already
     */
    synchronized boolean tryLend() {
        if (lent == 0 && pool != null && !pool.tryLend()) {
            return false;
        }
        lent++;
        return true;
    }

    /**
     * The thread waits in the course of its innermost call. It counts no more until that call ends, since nobody tells when it
     * goes on.
     *
     * @return false if it must not wait, because too many do already
     */
    synchronized boolean lendForCall() {
        RunningCall call = calls.peek();
        if (call != null && !call.blocked) {
            call.blocked = tryLend();
        }
        return call != null && call.blocked;
    }

    synchronized void reclaim() {
        if (--lent == 0 && pool != null) {
            pool.reclaim();
        }
    }

    /** Fails and interrupts all calls of this thread. */
    void abortAll(Errno errno) {
        List<RunningCall> all;
        synchronized (this) {
            all = List.copyOf(calls);
        }
        all.forEach(call -> call.abort(errno));
    }
}
