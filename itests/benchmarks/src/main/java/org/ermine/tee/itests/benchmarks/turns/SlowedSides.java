// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

import java.util.IdentityHashMap;
import java.util.Map;

/** The sides of a measurement that stand for slowed ones: a subject of several contests stays one. */
final class SlowedSides {

    private final Map<Side, Side> slowed = new IdentityHashMap<>();

    Side slowed(Side side, int percent) throws Exception {
        Side made = slowed.get(side);
        if (made == null) {
            made = side.slowed(percent);
            slowed.put(side, made);
        }
        return made;
    }
}
