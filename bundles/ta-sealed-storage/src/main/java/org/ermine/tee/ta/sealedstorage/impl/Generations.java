// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * Who uses which generation in this run of the TA: those being written, those being read, and those that nobody needs and whose
 * files are to be removed. Thread safe; holds its lock for its own steps only.
 */
final class Generations {

    /** The most readers and writers at a time: each reader holds half a megabyte, each writer up to three times as much. */
    static final int MAX_OPEN = 16;
    /** Generations that may be in use beyond those an index knows. */
    static final int AHEAD = 2 * MAX_OPEN;

    // Invariant: no generation is in both written and discarded. readers has no zero. Guarded by this.
    private final SortedSet<Long> written = new TreeSet<>();
    private final SortedSet<Long> discarded = new TreeSet<>();
    private final Map<Long, Integer> readers = new HashMap<>();

    /** Takes a generation to write, the first free one from {@code next} on. */
    synchronized long startWriting(long next) throws TeeException {
        requireRoom();
        long generation = next;
        while (written.contains(generation) || discarded.contains(generation)) {
            generation++;
        }
        if (generation >= next + AHEAD) {
            throw tooManyOpen("objects that were given up could not be removed yet");
        }
        written.add(generation);
        return generation;
    }

    /** A generation will not be written further; its object is in the index, or what becomes of it is not known yet. */
    synchronized void endWriting(long generation) {
        written.remove(generation);
    }

    /** A generation that was being written will not come to be. */
    synchronized void abandon(long generation) {
        if (written.remove(generation)) {
            discarded.add(generation);
        }
    }

    synchronized void startReading(long generation) throws TeeException {
        requireRoom();
        readers.merge(generation, 1, Integer::sum);
    }

    synchronized void endReading(long generation) {
        readers.computeIfPresent(generation, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Nobody needs these any more, except those who write or read them now. */
    synchronized void discard(Collection<Long> generations) {
        generations.stream().filter(generation -> !written.contains(generation)).forEach(discarded::add);
    }

    /** Generations whose files may be removed now. */
    synchronized SortedSet<Long> removable() {
        SortedSet<Long> removable = new TreeSet<>(discarded);
        removable.removeAll(readers.keySet());
        return removable;
    }

    /** The files of a generation were removed. */
    synchronized void removed(long generation) {
        discarded.remove(generation);
    }

    /** All whose files may exist though no object of an index uses them. */
    synchronized SortedSet<Long> unfinished() {
        SortedSet<Long> unfinished = new TreeSet<>(written);
        unfinished.addAll(discarded);
        return unfinished;
    }

    private void requireRoom() throws TeeException {
        int open = written.size()
                + readers.values().stream().mapToInt(Integer::intValue).sum();
        if (open >= MAX_OPEN) {
            throw tooManyOpen(open + " objects are open");
        }
    }

    private static TeeException tooManyOpen(String message) {
        return new TeeException(TeeResult.of(SealedStorageProtocol.ERROR_TOO_MANY_OPEN), message);
    }
}
