// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.spi.TeeParams;

/** What an invocation needs beside its arguments. Pooled; belongs to the invoking thread meanwhile, and so needs no lock. */
final class Frame {

    final TeeParams params = new TeeParams(TeeParams.MAX);

    /** The first one is due. */
    private int sinceWatched = TeeObserver.MOST_SAMPLING;

    /** Counts an invocation: whether it is one of those to watch, where one of {@code sampling} is watched. */
    boolean isDue(int sampling) {
        if (++sinceWatched < sampling) {
            return false;
        }
        sinceWatched = 0;
        return true;
    }
}
