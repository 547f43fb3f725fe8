// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A thread with the calls it is in: several, when a handler invokes the TEE and serves what comes back meanwhile. All
 * state is guarded by this object's monitor, which is taken before the pool's lock and after a slot's.
 *
 * <p>An interrupt reaches the call it is meant for only: it is delivered while that call is the innermost one, and
 * taken back when the call ends.
 */
public final class CallThread {

    private final Thread thread;
    /** The worker that runs on the thread; null if the thread is none of the workers. */
    private final CallCarrier worker;

    private final Deque<RunningCall> calls = new ArrayDeque<>();
    /** The number of reasons why this worker does not count as active at present. */
    private int lent;
    /** The owner whose share is used up by that. The first of the reasons decides. */
    private String lentFor;

    // The thread itself uses these two: whether foreign code ran on it, and since when.

    private boolean used;
    private long usedSince;

    public CallThread(Thread thread, CallCarrier worker) {
        this.thread = thread;
        this.worker = worker;
    }

    boolean isWorker() {
        return worker != null;
    }

    public boolean is(Thread other) {
        return thread == other;
    }

    public String name() {
        return thread.getName();
    }

    /**
     * Begins a call within those that there are. What the outer one left on a worker is hidden from it.
     *
     * @return whether it is the first call of a worker, or the only one of another thread
     */
    synchronized boolean enter(RunningCall call) {
        calls.push(call);
        if (!isWorker()) {
            return calls.size() == 1;
        }
        call.foundInterrupted = Thread.interrupted();
        call.foundClassLoader = thread.getContextClassLoader();
        boolean first = !used;
        if (first) {
            used = true;
            usedSince = System.nanoTime();
        }
        return first;
    }

    /** Undoes an {@link #enter} that returned true. The next call will be the first one again. */
    synchronized void undoEnter(RunningCall first) {
        used = false;
        leave(first);
    }

    /**
     * Returns the earliest deadline of its calls after {@code now}.
     *
     * @param overdue gets the calls whose deadline has passed, each of them once
     */
    synchronized long nextDeadline(long now, List<RunningCall> overdue) {
        long earliest = RunningCall.NEVER;
        for (RunningCall call : calls) {
            if (call.isOverdue(now)) {
                overdue.add(call);
            } else if (call.deadline() > now) {
                earliest = Math.min(earliest, call.deadline());
            }
        }
        return earliest;
    }

    /**
     * Returns for how many nanoseconds the thread may go on, if it may do so for {@code nanos} from its first call on.
     * To be called by the thread itself.
     */
    public long cleanFor(long nanos) {
        return used ? nanos - (System.nanoTime() - usedSince) : nanos;
    }

    /** Returns the number of calls, one within the other, that the thread is in. */
    public synchronized int depth() {
        return calls.size();
    }

    /** Returns whether the thread is in a call that was neither answered nor failed. */
    public synchronized boolean isBusy() {
        return calls.stream().anyMatch(call -> !call.isAnswered());
    }

    /**
     * Ends the innermost call: the thread is not lent for its sake any more, and a worker is left as the call found it.
     *
     * @return whether the thread is in no call any more
     */
    synchronized boolean leave(RunningCall call) {
        if (calls.peek() != call) {
            throw new IllegalStateException(call + " ends, but " + calls.peek() + " is the innermost call");
        }
        calls.pop();
        if (call.stuck) {
            reclaimHeld(call);
        }
        if (call.blocked) {
            reclaim();
        }
        settleInterrupt(call);
        if (isWorker() && thread.getContextClassLoader() != call.foundClassLoader) {
            thread.setContextClassLoader(call.foundClassLoader);
        }
        return calls.isEmpty();
    }

    /** A worker is interrupted for the sake of a call only; any other thread keeps interrupts that are its own. */
    private void settleInterrupt(RunningCall ended) {
        if (isWorker() || ended.interruptDue) {
            Thread.interrupted();
        }
        RunningCall outer = calls.peek();
        boolean due = outer != null && outer.interruptPending;
        if (due) {
            outer.interruptPending = false;
        }
        if (due || outer != null && ended.foundInterrupted) {
            thread.interrupt();
        }
    }

    /** Interrupts {@code call}, now or when the calls within it have ended. Does nothing if it has ended. */
    synchronized void interrupt(RunningCall call) {
        if (calls.contains(call) && !call.interruptDue) {
            call.interruptDue = true;
            if (calls.peek() == call) {
                thread.interrupt();
            } else {
                call.interruptPending = true;
            }
        }
    }

    /** Returns whether one of the calls was interrupted or is to be. */
    synchronized boolean hasInterruptDue() {
        return calls.stream().anyMatch(call -> call.interruptDue);
    }

    /**
     * Notes that {@code call} exceeded its limit: the thread does not count until the call ends.
     *
     * @return whether other workers are left
     */
    synchronized boolean hold(RunningCall call) {
        if (!calls.contains(call) || !isWorker()) {
            return true;
        }
        call.stuck = true;
        call.heldFor = call.owner();
        if (lent++ == 0) {
            lentFor = call.owner();
            worker.lend(lentFor);
        }
        return worker.held(call.heldFor);
    }

    private void reclaimHeld(RunningCall call) {
        worker.returned(call.heldFor);
        reclaim();
    }

    /**
     * Notes that the thread is about to wait for something that other calls bring about.
     *
     * @param owner the owner for whom it waits
     * @return false if it must not wait, because too many do already
     */
    public synchronized boolean tryLend(String owner) {
        if (lent == 0 && isWorker()) {
            if (!worker.tryLend(owner)) {
                return false;
            }
            lentFor = owner;
        }
        lent++;
        return true;
    }

    /**
     * Notes that the thread waits in the course of its innermost call. It does not count until that call ends, since
     * nobody tells when it goes on.
     *
     * @return false if it must not wait, because too many do already
     */
    public synchronized boolean lendForCall() {
        RunningCall call = calls.peek();
        if (call != null && !call.blocked) {
            call.blocked = tryLend(call.owner());
        }
        return call != null && call.blocked;
    }

    /**
     * Has a worker whose innermost call has taken {@code nanos} not count until that call ends.
     *
     * @return false if this is no such worker, or it must not be lent
     */
    public synchronized boolean lendIfSlow(long nanos) {
        RunningCall call = calls.peek();
        if (call == null || lent > 0 || !call.hasTaken(nanos) || !worker.tryLendSlow(call.owner())) {
            return false;
        }
        lentFor = call.owner();
        lent++;
        call.blocked = true;
        return true;
    }

    public synchronized void reclaim() {
        if (--lent == 0 && isWorker()) {
            worker.reclaim(lentFor);
        }
    }

    /** Returns why {@code owner} may not be called on this thread now, or null if it may. */
    public String refusal(String owner) {
        return isWorker() ? worker.refusal(owner) : null;
    }

    /** Returns why no thread may wait for {@code owner} now. */
    public String lendingRefusal(String owner) {
        return worker.lendingRefusal(owner);
    }

    /** Returns whether the workers that the thread belongs to are gone. What it still begins then fails. */
    boolean isLeftBehind() {
        return isWorker() && worker.isLeftBehind();
    }

    /** The calls in which the thread is, each within the next. */
    public synchronized List<RunningCall> inProgress() {
        return List.copyOf(calls);
    }
}
