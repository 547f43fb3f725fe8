// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

import java.util.concurrent.TimeUnit;

/** A handler's work on one request. Used by the handler's thread, but for {@link #kill}. */
public final class Call {

    private final Generation generation;
    private final long number;
    /** Until the call has ended, so that nothing here keeps the thread's class loaders. */
    private volatile Thread thread = Thread.currentThread();

    private final String threadName = thread.getName();
    private final long begun = System.nanoTime();

    /** Set when the request is known; the handler finds it in the request's own bytes. */
    private volatile Request request;

    private volatile boolean killed;
    private volatile long ended;
    private volatile boolean answered;
    /** Guarded by this: an interrupt hits the holding only. */
    private boolean holding;

    Call(Generation generation, long number) {
        this.generation = generation;
        this.number = number;
    }

    void of(Request known) {
        request = known;
    }

    /** The request, to make others in the course of it; null if the ledger knows none. */
    public Request request() {
        return request;
    }

    public Generation generation() {
        return generation;
    }

    long number() {
        return number;
    }

    /**
     * Works for a moment.
     *
     * @throws InterruptedException if it is {@link #kill}ed
     */
    public void hold(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            synchronized (this) {
                holding = true;
                for (long left = millis; left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                    wait(left);
                }
            }
        } finally {
            synchronized (this) {
                holding = false;
            }
        }
    }

    /** Interrupts the handler's thread if it is at rest. */
    synchronized boolean kill() {
        if (!holding || killed || isPlannedToHang()) {
            return false;
        }
        killed = true;
        thread.interrupt();
        return true;
    }

    /**
     * The handler is done.
     *
     * @param normally whether it answers
     */
    public void end(boolean normally) {
        answered = normally;
        ended = System.nanoTime();
        thread = null;
        generation.ended(this);
    }

    boolean isOwn() {
        return thread == Thread.currentThread();
    }

    boolean isPlannedToHang() {
        Request known = request;
        return known != null && known.plan() == Plan.HANG;
    }

    boolean wasKilled() {
        return killed;
    }

    boolean hasAnswered() {
        return answered;
    }

    /** Whether it was at work for as long as the handler's time limit. */
    boolean exceededLimit() {
        long until = ended == 0 ? System.nanoTime() : ended;
        return generation.exceeded(until - begun);
    }

    @Override
    public String toString() {
        return generation + " on thread " + threadName;
    }
}
