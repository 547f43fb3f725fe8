// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.invoke;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.spi.TeeParams;

/** What a call into the backend needs beside its arguments. Pooled; belongs to the invoking thread meanwhile, and so needs no lock. */
final class CallFrame {

    private static final AtomicLongFieldUpdater<CallFrame> TALLY =
            AtomicLongFieldUpdater.newUpdater(CallFrame.class, "tally");

    private static final long MOST_COUNTED = 0xffff_ffffL;

    final TeeParams params;

    /** What is announced in its slot. */
    long key;

    private final int slot;

    /** Where the invocations that this counted last are to be settled; null before the first one. Not read by other threads. */
    private InvocationCount counted;
    /** The context whose invocations are counted, in the upper half, and how many there were since the last settlement. */
    private volatile long tally;

    /** The first one is due. */
    private int sinceWatched = TeeObserver.MOST_SAMPLING;

    /**
     * @param slot that it belongs to, or {@link HazardSlots#NOWHERE}
     * @param capacity how many parameters it has
     */
    CallFrame(int slot, int capacity) {
        this.slot = slot;
        params = new TeeParams(capacity);
    }

    int slot() {
        return slot;
    }

    boolean hasSlot() {
        return slot != HazardSlots.NOWHERE;
    }

    /** Counts an invocation of a context. For frames with a slot: others keep nothing. */
    void count(InvocationCount invocations) {
        if (counted != invocations || (tally & MOST_COUNTED) == MOST_COUNTED) {
            settle(invocations);
        }
        TALLY.lazySet(this, tally + 1);
    }

    private void settle(InvocationCount next) {
        long count = tally & MOST_COUNTED;
        TALLY.lazySet(this, (long) next.context() << Integer.SIZE);
        if (counted != null) {
            counted.settle(count);
        }
        counted = next;
    }

    /** How many invocations of a context are counted here and not settled. May be called by any thread. */
    long counted(int context) {
        long now = tally;
        return (int) (now >>> Integer.SIZE) == context ? now & MOST_COUNTED : 0;
    }

    /** Counts an invocation: whether it is one of those to watch, where one of {@code sampling} is watched. */
    boolean isDue(int sampling) {
        if (++sinceWatched < sampling) {
            return false;
        }
        sinceWatched = 0;
        return true;
    }
}
