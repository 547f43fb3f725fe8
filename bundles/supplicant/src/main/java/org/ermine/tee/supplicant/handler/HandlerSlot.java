// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.supplicant.call.RunningCall;

/**
 * The place of all handlers for one listener id or one callback name. Each call takes a lease on the first of them; the
 * lock makes sure that none begins on a handler once {@link #remove} has marked it.
 */
public final class HandlerSlot<S> {

    /** A handler with the right to call it once. */
    record Lease<S>(Handler<S> handler, S service) {}

    private final String name;
    private final int listenerId;
    private final boolean oneAtATime;
    private final long graceNanos;
    private final SwapHistory history;

    private final ReentrantLock lock = new ReentrantLock();
    /** Signals that a handler came or went, or that a call ended. */
    private final Condition changed = lock.newCondition();

    /** The handlers that take calls, the best first. Guarded by lock. */
    private final List<Handler<S>> handlers = new ArrayList<>();
    /** The handlers that were retired and may still be at work. Guarded by lock. */
    private final List<Handler<S>> retired = new ArrayList<>();
    /** Since when there has been no handler, if there is none. Guarded by lock. */
    private long vacantSince = System.nanoTime();
    /** Whether there ever was a handler. Guarded by lock. */
    private boolean served;
    /** Guarded by lock. */
    private boolean closed;

    HandlerSlot(String name, int listenerId, boolean oneAtATime, Duration grace, SwapHistory history) {
        this.name = name;
        this.listenerId = listenerId;
        this.oneAtATime = oneAtATime;
        this.graceNanos = grace.toNanos();
        this.history = history;
    }

    public int listenerId() {
        return listenerId;
    }

    /** Offers a handler; false if it was removed before. */
    boolean add(Handler<S> handler, S service) {
        lock.lock();
        try {
            if (handler.removed || closed) {
                return false;
            }
            handler.service = service;
            handler.added = true;
            Handler<S> before = first();
            addByRank(handler);
            noteSwap(before);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    void rerank(Handler<S> handler, HandlerProperties properties) {
        lock.lock();
        try {
            Handler<S> before = first();
            handler.reranked(properties);
            if (handlers.remove(handler)) {
                addByRank(handler);
                noteSwap(before);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns the best handler, null if there is none. To be called with the lock held, as the next two methods. */
    private Handler<S> first() {
        return handlers.isEmpty() ? null : handlers.get(0);
    }

    private void noteSwap(Handler<S> before) {
        Handler<S> now = first();
        if (before != now) {
            boolean wasVacant = before == null && served;
            history.swapped(name, before, now, wasVacant ? System.nanoTime() - vacantSince : 0);
            served = true;
        }
    }

    private void addByRank(Handler<S> handler) {
        int place = 0;
        while (place < handlers.size() && handlers.get(place).precedes(handler)) {
            place++;
        }
        handlers.add(place, handler);
    }

    /**
     * Begins a call on the best handler, or waits within the grace time for one to come. The handler gets no further
     * calls once it is removed, but this one may end.
     *
     * @throws TeeException ENODEV if there is no handler, EBUSY if it can take no call now or too many wait already
     */
    Lease<S> lease(RunningCall call) throws TeeException {
        lock.lock();
        try {
            Handler<S> handler = handlers.isEmpty() ? retiredFor(call) : first();
            if (handler == null) {
                awaitSuccessor(call);
                handler = first();
            }
            if (oneAtATime && !handler.calls.isEmpty()) {
                throw new TeeException(Errno.EBUSY, handler + " works on another request");
            }
            return begin(handler, call);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns a retired handler that carries out a call in which this one is nested, so that it waits for it to end;
     * null if there is none.
     */
    private Handler<S> retiredFor(RunningCall call) {
        for (Handler<S> handler : retired) {
            if (handler.calls.stream().anyMatch(call::isNestedIn)) {
                return handler;
            }
        }
        return null;
    }

    /** Begins a call on the best handler, without waiting. Returns null if there is none. */
    Lease<S> leaseNow(RunningCall call) {
        lock.lock();
        try {
            return handlers.isEmpty() ? null : begin(handlers.get(0), call);
        } finally {
            lock.unlock();
        }
    }

    private static <S> Lease<S> begin(Handler<S> handler, RunningCall call) {
        Lease<S> lease = new Lease<>(handler, handler.service);
        handler.calls.add(call);
        handler.requests.incrementAndGet();
        return lease;
    }

    private void awaitSuccessor(RunningCall call) throws TeeException {
        if (graceLeft() <= 0) {
            throw noHandler();
        }
        if (!call.thread().tryLend(call.owner())) {
            throw new TeeException(
                    Errno.EBUSY,
                    "there is no handler for " + name + ", and no thread to wait for one: "
                            + call.thread().lendingRefusal(call.owner()));
        }
        try {
            while (handlers.isEmpty() && graceLeft() > 0) {
                changed.awaitNanos(graceLeft());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            call.thread().reclaim();
        }
        if (handlers.isEmpty()) {
            throw noHandler();
        }
    }

    private TeeException noHandler() {
        return new TeeException(Errno.ENODEV, "there is no handler for " + name);
    }

    void release(Handler<S> handler, RunningCall call) {
        lock.lock();
        try {
            handler.calls.remove(call);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a call would not find the handler at work.
     *
     * @return false if it still is when the time has passed or the thread was interrupted
     */
    public boolean awaitIdle(RunningCall call, Duration limit) {
        lock.lock();
        try {
            if (!isBusy()) {
                return true;
            }
            return call.thread().tryLend(call.owner()) && awaitIdle(call, limit.toNanos());
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitIdle(RunningCall call, long nanos) {
        try {
            long left = nanos;
            while (isBusy() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !isBusy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            call.thread().reclaim();
        }
    }

    private boolean isBusy() {
        return !handlers.isEmpty() && !handlers.get(0).calls.isEmpty();
    }

    /**
     * Takes a handler out. When this returns no call begins on it any more. Calls in progress may end within the drain
     * time, then they are failed and interrupted. A call in which the calling thread itself is, is not waited for.
     */
    void remove(Handler<S> handler, Duration drain) {
        remove(handler, drain, Thread.currentThread());
    }

    /**
     * Takes a handler out on behalf of another thread: the calls in which that one is are not waited for.
     *
     * @return whether the handler was ever {@linkplain #add added}, so that its service object is to be given back
     */
    boolean remove(Handler<S> handler, Duration drain, Thread asking) {
        stopCalls(handler);
        List<RunningCall> left = drained(handler, drain.toNanos(), asking);
        boolean added = removeService(handler);
        RunningCall.abortAll(left.iterator(), Errno.ENODEV);
        return added;
    }

    /** The first half of {@link #remove}: no call begins on the handler any more. */
    void refuse(Handler<S> handler) {
        stopCalls(handler);
        removeService(handler);
    }

    /**
     * The first half of {@link #remove} for a handler that may end what it does: no call begins on it any more but
     * those that its calls in progress wait for, as far as there is no other handler.
     */
    void retire(Handler<S> handler) {
        lock.lock();
        try {
            stopCalls(handler);
            if (handler.service != null && !retired.contains(handler)) {
                retired.add(handler);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean removeService(Handler<S> handler) {
        lock.lock();
        try {
            retired.remove(handler);
            handler.service = null;
            return handler.added;
        } finally {
            lock.unlock();
        }
    }

    private void stopCalls(Handler<S> handler) {
        lock.lock();
        try {
            handler.removed = true;
            Handler<S> before = first();
            if (handlers.remove(handler)) {
                noteSwap(before);
            }
            if (before != null && handlers.isEmpty()) {
                vacantSince = System.nanoTime();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the handler's calls, and returns those that did not end in time. */
    private List<RunningCall> drained(Handler<S> handler, long drainNanos, Thread asking) {
        lock.lock();
        try {
            long left = drainNanos;
            while (isInProgress(handler, asking) && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return remaining(handler, asking);
    }

    /** A call that was failed is not in progress any more, whether it returns or not. */
    private boolean isInProgress(Handler<S> handler, Thread asking) {
        return callsOfOthers(handler, asking).stream().anyMatch(call -> !call.isAnswered());
    }

    private List<RunningCall> remaining(Handler<S> handler, Thread asking) {
        lock.lock();
        try {
            return callsOfOthers(handler, asking);
        } finally {
            lock.unlock();
        }
    }

    private static List<RunningCall> callsOfOthers(Handler<?> handler, Thread asking) {
        return handler.calls.stream().filter(call -> !call.thread().is(asking)).toList();
    }

    /** Takes no handler any more. Calls that wait for one stop waiting. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how long calls still wait for a handler, while there is none; 0 or less if they do not wait. */
    private long graceLeft() {
        return closed ? 0 : graceNanos - (System.nanoTime() - vacantSince);
    }

    /** Returns the best handler, null if there is none. */
    public Handler<S> best() {
        lock.lock();
        try {
            return first();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the bundle of the best handler, null if there is none. */
    public String servingBundle() {
        Handler<S> best = best();
        return best == null ? null : best.bundle();
    }

    /**
     * Returns for how many nanoseconds the listener stays registered: {@link Long#MAX_VALUE} with a handler, otherwise
     * what is left of the grace time.
     */
    public long heldFor() {
        lock.lock();
        try {
            return handlers.isEmpty() ? graceLeft() : Long.MAX_VALUE;
        } finally {
            lock.unlock();
        }
    }

    void describe(Handler<S> handler, HandlerDTO dto) {
        lock.lock();
        try {
            dto.active = !handlers.isEmpty() && handlers.get(0) == handler;
            dto.inProgress = handler.calls.size();
        } finally {
            lock.unlock();
        }
    }
}
