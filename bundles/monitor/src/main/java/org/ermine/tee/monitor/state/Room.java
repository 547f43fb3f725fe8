// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.state;

import java.util.HashMap;
import java.util.Map;
import org.osgi.dto.DTO;

/**
 * Counts how many elements of each field may still be written, and limits the length of a text. It is made for one
 * thing that is written, by one thread.
 */
final class Room {

    private static final String CUT = "...";

    /** The lists of one field in all objects of one type, which share the limit. */
    private record Lists(Class<?> type, String field) {}

    private final int most;
    private final int longest;
    private final Map<Lists, Integer> written = new HashMap<>();

    /**
     * @param most elements of each field
     * @param longest text, in characters
     */
    Room(int most, int longest) {
        this.most = most;
        this.longest = longest;
    }

    /** Returns the text, or as much of it as may be written, with a mark; null for null. */
    String cut(String text) {
        return text == null || text.codePointCount(0, text.length()) <= longest
                ? text
                : text.substring(0, text.offsetByCodePoints(0, longest)) + CUT;
    }

    /** Takes room for at most {@code count} elements, and returns for how many. */
    int take(DTO owner, String field, int count) {
        Lists lists = new Lists(owner.getClass(), field);
        int before = written.getOrDefault(lists, 0);
        int taken = Math.min(count, most - before);
        written.put(lists, before + taken);
        return taken;
    }
}
