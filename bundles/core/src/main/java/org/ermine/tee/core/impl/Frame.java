// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.spi.TeeParams;

/** What a call into the backend needs beside its arguments. Pooled; belongs to the invoking thread meanwhile, and so needs no lock. */
final class Frame {

    final TeeParams params;

    private final int slot;

    /** The first one is due. */
    private int sinceWatched = TeeObserver.MOST_SAMPLING;

    /**
     * @param slot that it belongs to, or {@link HazardSlots#NOWHERE}
     * @param capacity how many parameters it has
     */
    Frame(int slot, int capacity) {
        this.slot = slot;
        params = new TeeParams(capacity);
    }

    int slot() {
        return slot;
    }

    boolean hasSlot() {
        return slot != HazardSlots.NOWHERE;
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
