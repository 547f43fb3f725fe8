// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

import java.util.HashSet;
import java.util.Set;

/**
 * A handler from its registration to its unregistration. Told of each call by the handler itself.
 *
 * <p>All state is guarded by this.
 */
public final class Generation {

    /** The part of a time limit that two clocks which are started one after the other may differ by. */
    private static final int CLOCKS_DIFFER_BY = 10;

    private final Ledger ledger;
    private final int id;
    private final String slot;
    private final long limitNanos;

    private final Set<Call> open = new HashSet<>();
    private long servedAt;
    private long calls;
    private boolean unregistered;

    Generation(Ledger ledger, int id, String slot, long limitNanos) {
        this.ledger = ledger;
        this.id = id;
        this.slot = slot;
        this.limitNanos = limitNanos;
    }

    /** The number it signs its answers with. */
    public int id() {
        return id;
    }

    String slot() {
        return slot;
    }

    /** The handler is called. */
    public Call begin(long number) {
        Call call = new Call(this, number);
        boolean late;
        synchronized (this) {
            late = unregistered;
            open.add(call);
            if (calls++ == 0) {
                servedAt = System.nanoTime();
            }
            notifyAll();
        }
        if (late) {
            ledger.fault(Fault.LATE_CALL, "request " + number + " came to " + this + " after it was unregistered");
        }
        ledger.handled(number, call);
        return call;
    }

    void ended(Call call) {
        boolean gone;
        synchronized (this) {
            open.remove(call);
            gone = unregistered && open.isEmpty();
        }
        if (gone) {
            ledger.gone(this);
        }
    }

    /**
     * The unregistration has returned: from now on nobody may call, and nobody but the calling thread may be in a call.
     */
    public void unregistered() {
        boolean remaining;
        boolean gone;
        synchronized (this) {
            unregistered = true;
            gone = open.isEmpty();
            notifyAll();
            remaining = open.stream().anyMatch(call -> !call.isOwn() && !call.isPlannedToHang());
        }
        if (gone) {
            ledger.gone(this);
        }
        if (remaining) {
            ledger.fault(Fault.NOT_DRAINED, this + " was unregistered while it worked on a request");
        }
    }

    /**
     * Whether a call took as long as the time limit of the handler. The supplicant's clock starts before the handler's
     * code runs, on a busy machine long before.
     */
    boolean exceeded(long nanos) {
        return nanos >= limitNanos - limitNanos / CLOCKS_DIFFER_BY;
    }

    /** How often it was called. */
    public synchronized long calls() {
        return calls;
    }

    /**
     * Waits for a call, or the end of all calls.
     *
     * @return whether it was called more often than that
     */
    public synchronized boolean awaitCall(long before, long deadline) throws InterruptedException {
        long left = deadline - System.nanoTime();
        while (calls <= before && !unregistered && left > 0) {
            wait(left / 1_000_000 + 1);
            left = deadline - System.nanoTime();
        }
        return calls > before;
    }

    /** When it was called first, as {@link System#nanoTime()} tells. */
    synchronized long servedAt() {
        return servedAt;
    }

    synchronized Set<Call> open() {
        return Set.copyOf(open);
    }

    @Override
    public String toString() {
        return slot + " generation " + id;
    }
}
