// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.invoke;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.spi.TeeParams;

/**
 * What a call into the backend needs beside its arguments. Frames are pooled. Each belongs to the thread that took it
 * until that gives it back, and so needs no lock.
 */
final class CallFrame {

    private static final AtomicLongFieldUpdater<CallFrame> TALLY =
            AtomicLongFieldUpdater.newUpdater(CallFrame.class, "tally");

    private static final long MOST_COUNTED = 0xffff_ffffL;

    final TeeParams params;

    /** The key that is announced in its slot. */
    long key;

    private final int slot;

    /**
     * Where the invocations that this frame has counted are to be settled; null before the first one. Only the thread
     * that has the frame reads it.
     */
    private InvocationCount counted;
    /**
     * The number of the context whose invocations are counted, in the upper half, and in the lower half how many there
     * were since the last settlement.
     */
    private volatile long tally;

    /**
     * How many invocations there were since the last one that was watched. It begins so that the first one is watched.
     */
    private int sinceWatched = TeeObserver.MOST_SAMPLING;

    /**
     * @param slot that the frame belongs to, or {@link HazardSlots#NOWHERE}
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

    /** Counts an invocation of a context. Only frames with a slot may count, since others are not kept. */
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

    /** Returns how many invocations of a context are counted here and not settled. May be called by any thread. */
    long counted(int context) {
        long now = tally;
        return (int) (now >>> Integer.SIZE) == context ? now & MOST_COUNTED : 0;
    }

    /** Counts an invocation, and returns whether it is to be watched, if one of {@code sampling} invocations is. */
    boolean isDue(int sampling) {
        if (++sinceWatched < sampling) {
            return false;
        }
        sinceWatched = 0;
        return true;
    }
}
