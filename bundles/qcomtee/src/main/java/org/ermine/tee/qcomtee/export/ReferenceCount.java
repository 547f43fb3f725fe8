// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.export;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** Counts the references on an object, from 1. Once it is 0 it stays there, and nobody gets a reference any more. */
final class ReferenceCount {

    private static final AtomicIntegerFieldUpdater<ReferenceCount> COUNT =
            AtomicIntegerFieldUpdater.newUpdater(ReferenceCount.class, "count");

    private volatile int count = 1;

    /** Takes a reference unless the last one is gone. */
    boolean tryRetain() {
        int seen = count;
        while (seen > 0) {
            if (COUNT.compareAndSet(this, seen, Math.addExact(seen, 1))) {
                return true;
            }
            seen = count;
        }
        return false;
    }

    /** Gives a reference back; true for the last one. */
    boolean release() {
        int left = COUNT.decrementAndGet(this);
        if (left < 0) {
            throw new IllegalStateException("released more often than retained");
        }
        return left == 0;
    }

    int get() {
        return count;
    }
}
