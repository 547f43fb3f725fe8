// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.invoke;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntToLongFunction;

/**
 * Counts the invocations that came to the gate of a context. The number is only for display. A frame counts the
 * invocations of its context itself, where that costs no atomic operation, and {@linkplain #settle settles} them here
 * when it is used for another context.
 *
 * <p>A reader looks first at what is settled, and a frame clears its own count before it settles it. So a reader may
 * miss what is just being settled, but never counts it twice. The largest answer is remembered, and no later answer is
 * less.
 */
final class InvocationCount {

    /** The number by which frames name the context. */
    private final int context;

    private final LongAdder settled = new LongAdder();
    /** The largest answer so far. Guarded by the monitor. */
    private long most;

    /** @param context the number by which frames name the context */
    InvocationCount(int context) {
        this.context = context;
    }

    int context() {
        return context;
    }

    /** Adds what a frame has counted and has cleared. */
    void settle(long count) {
        settled.add(count);
    }

    /**
     * Returns at least how many invocations ended before this is called, except those that a frame is just settling. No
     * answer is less than a former one.
     *
     * @param unsettled returns what frames have counted and not settled, by context
     */
    synchronized long sum(IntToLongFunction unsettled) {
        long now = settled.sum();
        most = Math.max(most, now + unsettled.applyAsLong(context));
        return most;
    }
}
