// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.references;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Counts the references on one object, from 1, which is the reference of whoever made it. Once the count is 0 it stays
 * there: nobody gets a reference any more. So exactly one of those who give references back is told that its was the
 * last one, and ends the object.
 *
 * <p>Thread-safe, without locks; no method allocates memory, unless it throws an exception.
 */
public final class ReferenceCount {

    private static final AtomicIntegerFieldUpdater<ReferenceCount> COUNT =
            AtomicIntegerFieldUpdater.newUpdater(ReferenceCount.class, "count");

    private volatile int count = 1;

    /**
     * Takes a reference, unless the last one is gone.
     *
     * @return false if it is gone
     * @throws ArithmeticException if there are {@link Integer#MAX_VALUE} references; the count stays as it is
     */
    public boolean tryRetain() {
        int seen = count;
        while (seen > 0) {
            if (COUNT.compareAndSet(this, seen, Math.addExact(seen, 1))) {
                return true;
            }
            seen = count;
        }
        return false;
    }

    /**
     * Gives a reference back.
     *
     * @return whether it was the last one
     * @throws IllegalStateException if there was none; the count stays 0
     */
    public boolean release() {
        int seen = count;
        while (seen > 0) {
            if (COUNT.compareAndSet(this, seen, seen - 1)) {
                return seen == 1;
            }
            seen = count;
        }
        throw new IllegalStateException("released more often than retained");
    }

    /** How many references there are at this moment. Others may change that at once, but for 0, which stays. */
    public int get() {
        return count;
    }
}
