// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.generations;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.ermine.tee.ta.sealedstorage.blocks.Block;

/**
 * Discarded generations of one file each, which is kept to be written over instead of being removed: so whoever
 * replaces a small object asks for no removal. What takes the place of a file is no shorter, so that nothing of it is
 * left. All small files have one size, so any of them fits for what is small; a few larger ones are kept as well.
 * Guarded by the generations.
 */
public final class SpareGenerations {

    /** The most of those that are not small: as many as threads that replace objects at a time may need. */
    static final int MOST_LARGE = 8;

    /**
     * A small file is not kept beyond those that somebody reads or is writing, as long as another one can be written
     * over; and what is large and written over becomes a small one at the most once.
     */
    public static final int MOST = Generations.MAX_OPEN + MOST_LARGE;

    static final int LARGEST_FILE = 64 * 1024;

    /** The most bytes of the file of each. */
    private final Map<Long, Integer> sizes = new HashMap<>();

    void keep(long generation, int size) {
        if (size <= LARGEST_FILE) {
            sizes.put(generation, size);
        }
        if (large() > MOST_LARGE || sizes.size() > MOST) {
            sizes.keySet().remove(longest());
        }
    }

    private long large() {
        return sizes.values().stream().filter(size -> size > Block.LEAST_FILE).count();
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
