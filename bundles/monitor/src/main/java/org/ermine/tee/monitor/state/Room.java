// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.state;

import java.util.HashMap;
import java.util.Map;
import org.osgi.dto.DTO;

/** How many elements of each field may still be written. For one thing that is written, by one thread. */
final class Room {

    /** Objects of one type share it. */
    private record Lists(Class<?> type, String field) {}

    private final int most;
    private final Map<Lists, Integer> written = new HashMap<>();

    /** @param most elements of each field */
    Room(int most) {
        this.most = most;
    }

    /** Takes room for some of {@code count} elements, and returns for how many. */
    int take(DTO owner, String field, int count) {
        Lists lists = new Lists(owner.getClass(), field);
        int before = written.getOrDefault(lists, 0);
        int taken = Math.min(count, most - before);
        written.put(lists, before + taken);
        return taken;
    }
}
