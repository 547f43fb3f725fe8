// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was done, and how long it took until the new handler was called. Used by one thread. */
final class Tally {

    private static final int PERCENT = 100;

    private final Map<Action, Integer> counts = new EnumMap<>(Action.class);
    private final List<Long> takeOvers = new ArrayList<>();

    void count(Action action) {
        counts.merge(action, 1, Integer::sum);
    }

    /** @param nanos from the begin of the action to the first call of the new handler */
    void swapped(Action action, long nanos) {
        count(action);
        takeOvers.add(nanos);
    }

    Map<Action, Integer> counts() {
        return counts;
    }

    int swaps() {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().effect() == Action.Effect.SWAP)
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** The time until the new handler was called that so many percent of the swaps kept; 0 if there was none. */
    long takeOverNanos(int percent) {
        if (takeOvers.isEmpty()) {
            return 0;
        }
        List<Long> sorted = new ArrayList<>(takeOvers);
        Collections.sort(sorted);
        return sorted.get((sorted.size() - 1) * percent / PERCENT);
    }
}
