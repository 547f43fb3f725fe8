// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

import java.util.ArrayList;
import java.util.List;

/** Intervals of time, one after the other. Thread safe. */
final class Intervals {

    private final List<Long> begins = new ArrayList<>();
    /** As many as begins, or one less: then the last one has not ended. */
    private final List<Long> ends = new ArrayList<>();

    synchronized void begin() {
        begins.add(System.nanoTime());
    }

    synchronized void end() {
        ends.add(System.nanoTime());
    }

    /** Whether there was one at any time between the two. */
    synchronized boolean touch(long from, long to) {
        for (int i = begins.size() - 1; i >= 0; i--) {
            if (i < ends.size() && ends.get(i) - from < 0) {
                return false;
            }
            if (begins.get(i) - to <= 0) {
                return true;
            }
        }
        return false;
    }
}
