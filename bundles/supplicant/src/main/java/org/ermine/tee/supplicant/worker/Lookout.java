// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.ermine.tee.spi.callback.CallbackSource;

/**
 * Where one worker of a {@link WorkerPool} at most looks out for its next turn, and is handed one by whoever announces
 * it, without a lock.
 *
 * <p>The place is empty while nobody looks out. It holds this object while somebody does; then either the source of the
 * turn that was handed over, or {@link #RECALLED}, until that worker empties it. A worker begins, recalls and ends with
 * the pool's lock held; to hand over a turn needs none.
 */
final class Lookout {

    /** So many words apart that nothing else stands on the cache line of the place. */
    private static final int PLACE = 16;

    private static final String RECALLED = "recalled";

    private static final int LOOKS = 16;

    private final AtomicReferenceArray<Object> words = new AtomicReferenceArray<>(2 * PLACE + 1);

    /** The calling worker looks out from now on; false if another does, or has not taken yet what it was handed. */
    boolean begin() {
        return words.get(PLACE) == null && words.compareAndSet(PLACE, null, this);
    }

    /** Hands a turn to the worker that looks out; false if there is none, or it has got another turn. */
    boolean hand(CallbackSource source) {
        return words.get(PLACE) == this && words.compareAndSet(PLACE, this, source);
    }

    /** Has the worker that looks out look at the pool; false if there is none that had no reason to do so before. */
    boolean recall() {
        return words.get(PLACE) == this && words.compareAndSet(PLACE, this, RECALLED);
    }

    /** Spins until the calling worker, which looks out, is handed a turn or recalled, or for so long. */
    void await(long nanos) {
        long end = System.nanoTime() + nanos;
        int looks = 0;
        while (!isCalled() && (++looks % LOOKS != 0 || System.nanoTime() - end < 0)) {
            Thread.onSpinWait();
        }
    }

    private boolean isCalled() {
        return words.get(PLACE) != this;
    }

    /** The worker that looks out does so no more; false if it was handed a turn or recalled, which it then takes. */
    boolean giveUp() {
        return words.get(PLACE) == this && words.compareAndSet(PLACE, this, null);
    }

    /** What the worker was handed that looked out; null if it was recalled. Another may look out from now on. */
    CallbackSource take() {
        return words.getAndSet(PLACE, null) instanceof CallbackSource source ? source : null;
    }
}
