// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * Who uses which generation in this run of the TA: those being written, those being read, and those that nobody needs and whose
 * files are to be removed. The number of a generation that came to nothing is given out again, so whoever writes or reads has a
 * {@link Use} of its own, and can end only that: what was given up twice, or late, is not another's. Thread safe; holds its lock
 * for its own steps only.
 */
final class Generations {

    /** The most readers and writers at a time: each reader holds half a megabyte, each writer up to three times as much. */
    static final int MAX_OPEN = 16;
    /** Generations that may be in use beyond those an index knows. */
    static final int AHEAD = 2 * MAX_OPEN;

    /** One writer's or one reader's use of a generation. No two are equal, also if their numbers are. */
    static final class Use {

        private final long generation;

        private Use(long generation) {
            this.generation = generation;
        }

        long generation() {
            return generation;
        }
    }

    // Invariant: no generation is written twice; none is in two of written, discarded and suspected. Guarded by this.
    private final Set<Use> writers = new HashSet<>();
    private final Set<Use> readers = new HashSet<>();
    private final SortedSet<Long> discarded = new TreeSet<>();
    /** An earlier run may have left files of these. */
    private final SortedSet<Long> suspected = new TreeSet<>();

    /** Takes a generation to write, the first free one from {@code next} on. */
    synchronized Use startWriting(long next) throws TeeException {
        requireRoom();
        SortedSet<Long> taken = unfinished();
        long generation = next;
        while (taken.contains(generation)) {
            generation++;
        }
        if (generation >= next + AHEAD) {
            throw tooManyOpen("objects that were given up could not be removed yet");
        }
        Use use = new Use(generation);
        writers.add(use);
        return use;
    }

    /**
     * A generation will not be written further; its object is in the index, or what becomes of it is not known yet.
     *
     * @return false if the use ended before: the generation may be another's
     */
    synchronized boolean endWriting(Use use) {
        return writers.remove(use);
    }

    /** A generation that was being written will not come to be. Does nothing if that use of it ended before. */
    synchronized void abandon(Use use) {
        if (writers.remove(use)) {
            discarded.add(use.generation());
        }
    }

    synchronized Use startReading(long generation) throws TeeException {
        requireRoom();
        Use use = new Use(generation);
        readers.add(use);
        return use;
    }

    /** Does nothing if that use ended before. */
    synchronized void endReading(Use use) {
        readers.remove(use);
    }

    /** Nobody needs these any more, except those who write or read them now. */
    synchronized void discard(Collection<Long> generations) {
        SortedSet<Long> written = numbers(writers);
        generations.stream().filter(generation -> !written.contains(generation)).forEach(discarded::add);
        suspected.removeAll(discarded);
    }

    /** Nobody needs these, except those who write them now, but it is not known whether there are any files of them. */
    synchronized void suspect(Collection<Long> generations) {
        suspected.addAll(generations);
        suspected.removeAll(numbers(writers));
        suspected.removeAll(discarded);
    }

    /** Those that are suspected are to be removed as well. */
    synchronized void discardSuspected() {
        discarded.addAll(suspected);
        suspected.clear();
    }

    /** Discarded generations whose files may be removed now. */
    synchronized SortedSet<Long> removable() {
        SortedSet<Long> removable = new TreeSet<>(discarded);
        removable.removeAll(numbers(readers));
        return removable;
    }

    /** The files of a generation were removed. */
    synchronized void removed(long generation) {
        discarded.remove(generation);
    }

    /** All whose files may exist though no object of an index uses them. */
    synchronized SortedSet<Long> unfinished() {
        SortedSet<Long> unfinished = numbers(writers);
        unfinished.addAll(discarded);
        unfinished.addAll(suspected);
        return unfinished;
    }

    private static SortedSet<Long> numbers(Set<Use> uses) {
        return uses.stream().map(Use::generation).collect(Collectors.toCollection(TreeSet::new));
    }

    private void requireRoom() throws TeeException {
        int open = writers.size() + readers.size();
        if (open >= MAX_OPEN) {
            throw tooManyOpen(open + " objects are open");
        }
    }

    private static TeeException tooManyOpen(String message) {
        return new TeeException(TeeResult.of(SealedStorageProtocol.ERROR_TOO_MANY_OPEN), message);
    }
}
