// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.generations;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Discarded generations of one small file each, which is kept to be written over instead of being removed: so whoever
 * replaces a small object again and again asks for no removal. What takes the place of a file is no shorter, so that
 * nothing of it is left. A few of the shortest are kept, as they fit most. Guarded by the generations.
 */
public final class SpareGenerations {

    /** As many as threads that replace objects at a time may need. */
    public static final int MOST = 8;

    static final int LARGEST_FILE = 64 * 1024;

    /** Bytes of the file of each. */
    private final Map<Long, Integer> sizes = new HashMap<>();

    void keep(long generation, int size) {
        if (size <= LARGEST_FILE) {
            sizes.put(generation, size);
        }
        if (sizes.size() > MOST) {
            sizes.keySet().remove(longest());
        }
    }

    private long longest() {
        return sizes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElseThrow();
    }

    /** Takes one whose file has so many bytes at the most, and nearly as many if there is one. */
    OptionalLong take(int size, Set<Long> usable) {
        OptionalLong taken = sizes.keySet().stream()
                .filter(usable::contains)
                .filter(generation -> sizes.get(generation) <= size)
                .max(Comparator.comparing(sizes::get))
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
        taken.ifPresent(sizes::remove);
        return taken;
    }

    Set<Long> kept() {
        return Set.copyOf(sizes.keySet());
    }

    /** None is kept any more. */
    void clear() {
        sizes.clear();
    }
}
