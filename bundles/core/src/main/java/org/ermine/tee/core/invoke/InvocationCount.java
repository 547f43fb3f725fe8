// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.invoke;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntToLongFunction;

/**
 * How many invocations came to the gate of a context: nothing but a number to be shown. A frame counts those of its context itself,
 * where that costs no atomic operation, and {@linkplain #settle settles} them here when it gets another context.
 *
 * <p>Who reads looks at what is settled first, and a frame forgets what it counted before it settles that: so what is read may lack
 * what is just settled, and never has it twice. What was read once is remembered, and no later answer is less.
 */
final class InvocationCount {

    /** As frames name the context. */
    private final int context;

    private final LongAdder settled = new LongAdder();
    /** Guarded by the monitor. */
    private long most;

    /** @param context its number */
    InvocationCount(int context) {
        this.context = context;
    }

    int context() {
        return context;
    }

    /** Adds what a frame counted and has forgotten. */
    void settle(long count) {
        settled.add(count);
    }

    /**
     * All that ended before this is called, save what a frame is just settling, and maybe others. No answer is less than a former one.
     *
     * @param unsettled what frames have counted and not settled, by context
     */
    synchronized long sum(IntToLongFunction unsettled) {
        long now = settled.sum();
        most = Math.max(most, now + unsettled.applyAsLong(context));
        return most;
    }
}
