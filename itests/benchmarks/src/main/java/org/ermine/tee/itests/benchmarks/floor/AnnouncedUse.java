// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.floor;

import java.util.concurrent.atomic.AtomicLongArray;

/** A place in which one user at a time announces what it uses: one compare-and-set in, one release write out. */
final class AnnouncedUse {

    private static final int NOTHING = 0;
    /** In the middle of two cache lines of its own. */
    private static final int PLACE = 8;

    private final AtomicLongArray lines = new AtomicLongArray(3 * PLACE);

    /** @param id from 0 */
    void begin(int id) {
        if (!lines.compareAndSet(PLACE, NOTHING, id + 1L)) {
            throw new IllegalStateException("in use by " + lines.get(PLACE));
        }
    }

    void end() {
        lines.setRelease(PLACE, NOTHING);
    }
}
