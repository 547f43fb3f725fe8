// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.ermine.tee.spi.callback.CallbackSource;

/**
 * Where at most one worker of a {@link WorkerPool} looks out for its next turn. Whoever announces a turn hands it over
 * here without a lock.
 *
 * <p>The place is empty while nobody looks out. It holds this object while somebody does; then either the source of the
 * turn that was handed over, or {@link #RECALLED}, until that worker empties it. A worker begins, recalls and ends with
 * the pool's lock held; to hand over a turn needs none.
 */
final class Lookout {

    /** The index of the place: there are so many words around it that nothing else is on its cache line. */
    private static final int PLACE = 16;

    private static final String RECALLED = "recalled";

    private static final int LOOKS = 16;

    private final AtomicReferenceArray<Object> words = new AtomicReferenceArray<>(2 * PLACE + 1);

    /** Has the calling worker look out. Returns false if another does, or has not taken yet what it was handed. */
    boolean begin() {
        return words.get(PLACE) == null && words.compareAndSet(PLACE, null, this);
    }

    /** Hands a turn to the worker that looks out. Returns false if there is none, or it has got another turn. */
    boolean hand(CallbackSource source) {
        return words.get(PLACE) == this && words.compareAndSet(PLACE, this, source);
    }

    /** Has the worker that looks out look at the pool. Returns false if there is none. */
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

    /**
     * Has the worker that looks out do so no more. Returns false if it was handed a turn or recalled: then it has to
     * {@link #take}.
     */
    boolean giveUp() {
        return words.get(PLACE) == this && words.compareAndSet(PLACE, this, null);
    }

    /**
     * Returns what the worker that looked out was handed; null if it was recalled. Another one may look out from now
     * on.
     */
    CallbackSource take() {
        return words.getAndSet(PLACE, null) instanceof CallbackSource source ? source : null;
    }
}
