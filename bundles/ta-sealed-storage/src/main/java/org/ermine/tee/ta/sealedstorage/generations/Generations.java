// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.generations;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.limits.Holders;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.drawers.Drawer;
import org.ermine.tee.trusted.TrustedClient;

/**
 * Who uses which generation in this run of the TA: those being written, those being read, and those that nobody needs
 * and whose files are to be removed. The number of a generation that came to nothing is given out again, so whoever
 * writes or reads has a {@link Use} of its own, and can end only that: what was given up twice, or late, is not
 * another's. Thread safe; holds its lock for its own steps only, and tells the log when it holds it no longer.
 */
public final class Generations {

    /**
     * The most readers and writers at a time. Each reader holds up to two megabytes, each writer up to one and a half.
     * A client may have as many as it leaves free for all others.
     */
    public static final int MAX_OPEN = 32;

    /** Generations that may be in use beyond those an index knows. Stores were written with it, so it can only grow. */
    public static final int AHEAD = MAX_OPEN;

    /**
     * So many discarded generations are kept for sets. An index names all of them, and others that are discarded or
     * written.
     */
    static final int MOST_KEPT = 8000;

    private static final long NO_GENERATION = -1;

    /** One writer's or one reader's use of a generation. No two are equal, also if their numbers are. */
    public static final class Use {

        /** Guarded by the generations, but changes only before its writer writes anything, and by that writer. */
        private long generation;

        private final Optional<TrustedClient> client;
        private final Room room;
        /** No file of the generations before this is removed, if it is more than 0. */
        private final long keptBefore;
        /** Bytes so far, as they count for the drawer. Guarded by the generations. */
        private long size;
        /** Whether its generation was a spare one. Guarded by the generations. */
        private boolean placed;

        private Use(long generation, Optional<TrustedClient> client, Room room, long keptBefore) {
            this.generation = generation;
            this.client = client;
            this.room = room;
            this.keptBefore = keptBefore;
        }

        public long generation() {
            return generation;
        }

        private Optional<TrustedClient> client() {
            return client;
        }
    }

    /**
     * What there is room for.
     *
     * @param key what is written
     * @param present bytes of what it is to replace
     * @param free by so many bytes may all who write to the drawer make it larger
     */
    public record Room(Drawer drawer, String key, long present, long free) {}

    // Invariant: no generation is written twice; none is in two of written, discarded and suspected. Guarded by this.
    private final Set<Use> writers = new HashSet<>();
    private final Set<Use> readers = new HashSet<>();
    private final SortedSet<Long> discarded = new TreeSet<>();
    /** An earlier run may have left files of these. */
    private final SortedSet<Long> suspected = new TreeSet<>();
    /** Some of the discarded. */
    private final SpareGenerations spares = new SpareGenerations();

    private final RepeatLog problems;

    /** @param problems where to tell which client was refused and why, as only a number reaches that client */
    public Generations(RepeatLog problems) {
        this.problems = problems;
    }

    /** Begins a use. */
    @FunctionalInterface
    public interface Start {
        Use begin() throws TeeException;
    }

    /** Makes what ends a use when it is released. Where that fails, as for want of memory, the use ends here. */
    public <T> T owned(Function<Use, T> owner, Start start) throws TeeException {
        Use use = start.begin();
        T made = null;
        try {
            made = owner.apply(use);
            return made;
        } finally {
            if (made == null) {
                abandon(use);
                endReading(use);
            }
        }
    }

    /** Takes a generation to write, the first free one from {@code next} on, out of a client's share. */
    public Use startWriting(long next, Optional<TrustedClient> client, Room room) throws TeeException {
        return tellingOfRefusal(client, () -> takeToWrite(next, client, room));
    }

    private Use tellingOfRefusal(Optional<TrustedClient> client, Start start) throws TeeException {
        try {
            return start.begin();
        } catch (TeeException e) {
            if (e.result().code() == SealedStorageProtocol.ERROR_TOO_MANY_OPEN) {
                problems.tell(List.of("open", client), e::getMessage);
            }
            throw e;
        }
    }

    private synchronized Use takeToWrite(long next, Optional<TrustedClient> client, Room room) throws TeeException {
        requireRoom(client);
        SortedSet<Long> taken = unfinished();
        long generation = next;
        while (taken.contains(generation)) {
            generation++;
        }
        if (generation >= next + AHEAD) {
            throw tooManyOpen(
                    nameOf(client) + " can write nothing: objects that were given up could not be removed yet");
        }
        Use use = new Use(generation, client, room, 0);
        writers.add(use);
        return use;
    }

    /**
     * Nothing was written of a generation, and all that will be is one file of {@code size} bytes: it is written over a
     * file that is kept for that, if one fits, and the generation's number is given back. Who has such a file already
     * keeps it.
     *
     * @return what generation it is by now
     */
    public synchronized long placeInSpare(Use use, int size) {
        if (writers.contains(use) && !use.placed) {
            spares.take(size, unread()).ifPresent(spare -> {
                discarded.remove(spare);
                use.generation = spare;
                use.placed = true;
            });
        }
        return use.generation;
    }

    /**
     * What is written becomes larger. All that is being written to a drawer takes room there, beyond what it is to
     * replace. What is refused takes none; what makes the drawer no larger than it will be anyway is not refused.
     *
     * @param size bytes that there are then, with what is kept beside the content
     */
    public synchronized void grow(Use use, long size) throws TeeException {
        long before = use.size;
        Room room = use.room;
        long known = growth(room.drawer());
        use.size = size;
        long more = growth(room.drawer());
        if (more > known && more > room.free()) {
            use.size = before;
            throw new TeeException(
                    TeeResult.of(SealedStorageProtocol.ERROR_DRAWER_FULL),
                    "what is being written to drawer '" + room.drawer().name() + "' would make it " + more
                            + " bytes larger, and it has room for " + room.free() + " (maxPerDrawerMiB)");
        }
    }

    /**
     * How much larger a drawer may become by what is being written to it. One of those who write to a key replaces what
     * is there.
     */
    private long growth(Drawer drawer) {
        Map<String, Long> written = new HashMap<>();
        Map<String, Long> replaced = new HashMap<>();
        for (Use each : writers) {
            if (each.room.drawer().equals(drawer)) {
                written.merge(each.room.key(), each.size, Long::sum);
                replaced.merge(each.room.key(), each.room.present(), Long::max);
            }
        }
        return written.entrySet().stream()
                .mapToLong(each -> Math.max(0, each.getValue() - replaced.get(each.getKey())))
                .sum();
    }

    /**
     * A generation will not be written further; its object is in the index, or what becomes of it is not known yet.
     *
     * @return false if the use ended before: the generation may be another's
     */
    public synchronized boolean endWriting(Use use) {
        return writers.remove(use);
    }

    /** A generation that was being written will not come to be. Does nothing if that use of it ended before. */
    public synchronized void abandon(Use use) {
        if (writers.remove(use)) {
            discarded.add(use.generation());
            discardSpares();
        }
    }

    public Use startReading(long generation, Optional<TrustedClient> client) throws TeeException {
        return tellingOfRefusal(client, () -> takeToRead(new Use(generation, client, null, 0)));
    }

    /** Of a set, if that was not given up. */
    public Use startReading(long generation, Optional<TrustedClient> client, Use set) throws TeeException {
        return tellingOfRefusal(client, () -> takeToRead(new Use(generation, client, null, 0), set));
    }

    private synchronized Use takeToRead(Use use, Use set) throws TeeException {
        requireKept(set);
        return takeToRead(use);
    }

    /** @throws TeeException SET_GIVEN_UP if files of the set may be gone */
    public synchronized void requireKept(Use set) throws TeeException {
        if (!readers.contains(set)) {
            throw new TeeException(
                    TeeResult.of(SealedStorageProtocol.ERROR_SET_GIVEN_UP),
                    "the set was given up: there were files of more than " + MOST_KEPT
                            + " objects that had been replaced, removed or given up, a fixed limit");
        }
    }

    /**
     * From now on no file is removed of the generations before {@code next}, whichever of them will be read; until more
     * than {@value #MOST_KEPT} of them are discarded, which are a part of each index that is written.
     */
    public Use startReadingAll(long next, Optional<TrustedClient> client) throws TeeException {
        return tellingOfRefusal(client, () -> takeToRead(new Use(NO_GENERATION, client, null, next)));
    }

    private synchronized Use takeToRead(Use use) throws TeeException {
        requireRoom(use.client());
        readers.add(use);
        return use;
    }

    /** Does nothing if that use ended before. */
    public synchronized void endReading(Use use) {
        readers.remove(use);
    }

    /** Nobody needs these any more, except those who write or read them now. */
    public void discard(Collection<Long> generations) {
        tellOfSets(addDiscarded(generations));
    }

    /** Returns whether sets were given up. */
    private synchronized boolean addDiscarded(Collection<Long> generations) {
        SortedSet<Long> written = numbers(writers);
        generations.stream().filter(generation -> !written.contains(generation)).forEach(discarded::add);
        suspected.removeAll(discarded);
        return discarded.size() > MOST_KEPT
                && discarded.headSet(keptBefore()).size() > MOST_KEPT
                && readers.removeIf(use -> use.keptBefore > 0);
    }

    private void tellOfSets(boolean givenUp) {
        if (givenUp) {
            problems.tell(
                    "sets",
                    () -> "Objects that were being read all together are not kept any more: there are files of more"
                            + " than " + MOST_KEPT
                            + " that were replaced, removed or given up, a fixed limit. Make a backup when"
                            + " less is replaced; if the log tells of files that could not be removed, see to those"
                            + " first");
        }
    }

    private long keptBefore() {
        return readers.stream().mapToLong(use -> use.keptBefore).max().orElse(0);
    }

    /** Nobody needs this one, whose only file has {@code size} bytes: it may be kept to be written over. */
    void keepSpare(long generation, int size) {
        tellOfSets(addSpare(generation, size));
    }

    private synchronized boolean addSpare(long generation, int size) {
        boolean givenUp = addDiscarded(List.of(generation));
        spares.keep(generation, size);
        return givenUp;
    }

    /** Whatever is kept to be written over is to be removed: somebody may need the room. */
    public synchronized void discardSpares() {
        spares.clear();
    }

    /** Nobody needs these, except those who write them now, but it is not known whether there are any files of them. */
    public synchronized void suspect(Collection<Long> generations) {
        suspected.addAll(generations);
        suspected.removeAll(numbers(writers));
        suspected.removeAll(discarded);
    }

    /** Those that are suspected are to be removed as well. */
    public synchronized void discardSuspected() {
        discarded.addAll(suspected);
        suspected.clear();
    }

    /** Discarded generations whose files may be removed now. */
    synchronized SortedSet<Long> removable() {
        SortedSet<Long> removable = unread();
        removable.removeAll(spares.kept());
        return removable;
    }

    /** Discarded generations that nobody reads. */
    private SortedSet<Long> unread() {
        SortedSet<Long> unread = new TreeSet<>(discarded.tailSet(keptBefore()));
        unread.removeAll(numbers(readers));
        return unread;
    }

    /** The files of a generation were removed. */
    synchronized void removed(long generation) {
        discarded.remove(generation);
    }

    /** All whose files may exist though no object of an index uses them. */
    public synchronized SortedSet<Long> unfinished() {
        SortedSet<Long> unfinished = numbers(writers);
        unfinished.addAll(discarded);
        unfinished.addAll(suspected);
        return unfinished;
    }

    private static SortedSet<Long> numbers(Set<Use> uses) {
        return uses.stream().map(Use::generation).collect(Collectors.toCollection(TreeSet::new));
    }

    private void requireRoom(Optional<TrustedClient> client) throws TeeException {
        List<Optional<TrustedClient>> clients = Stream.of(writers, readers)
                .flatMap(Set::stream)
                .map(Use::client)
                .toList();
        int own = Collections.frequency(clients, client);
        int free = MAX_OPEN - clients.size();
        if (own < free) {
            return;
        }
        throw tooManyOpen(nameOf(client) + " has " + own + " of " + MAX_OPEN
                + " objects that may be open, a fixed limit, and leaves "
                + free + " free: it may not have more than it leaves. Open are "
                + Holders.counted(clients.stream().map(Generations::nameOf).toList()));
    }

    private static String nameOf(Optional<TrustedClient> client) {
        return client.map(known -> known.packageName() + " (uid " + known.uid() + ")")
                .orElse("nobody in particular");
    }

    private static TeeException tooManyOpen(String message) {
        return new TeeException(TeeResult.of(SealedStorageProtocol.ERROR_TOO_MANY_OPEN), message);
    }
}
