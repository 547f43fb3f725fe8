// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.remains;

import java.util.Collection;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.ermine.tee.ta.sealedstorage.tree.IndexLeaf;

/**
 * What is found of a store without knowing what of it counts. What parts of an index tell that are later than all that
 * was committed is not confirmed: a crash cut off the attempt to commit it, or the secure state is older than the
 * store. Used by one thread.
 */
public final class Remains {

    private final SortedSet<Integer> files = new TreeSet<>();
    /** By generation. */
    private final NavigableMap<Long, RemainingObject> confirmed = new TreeMap<>();
    /** Likewise. */
    private final NavigableMap<Long, RemainingObject> unconfirmed = new TreeMap<>();

    private final SortedSet<Long> generations = new TreeSet<>();
    private long latestVersion;

    /**
     * An object, or a version of one.
     *
     * @param indexVersion of the part of an index that tells of it; 0 in the former format
     * @param confirmed whether something that is no earlier than that part was committed
     */
    public record RemainingObject(String key, IndexEntry entry, long indexVersion, boolean confirmed) {

        long generation() {
            return entry.version().generation();
        }
    }

    /** The numbers of the files of the index that are there. */
    public SortedSet<Integer> files() {
        return files;
    }

    /** What authentic parts of an index tell of. */
    public Collection<RemainingObject> objects() {
        return Stream.of(confirmed, unconfirmed)
                .flatMap(each -> each.values().stream())
                .toList();
    }

    /** Those of which files were found, though it is not known what they are. */
    public SortedSet<Long> generations() {
        return generations;
    }

    /** The latest version of an authentic part of an index; 0 if there is none. */
    public long latestVersion() {
        return latestVersion;
    }

    void addVersion(long version) {
        latestVersion = Math.max(latestVersion, version);
    }

    /** No object that was found is of a generation from here on. */
    public long nextGeneration() {
        return objects().stream().mapToLong(RemainingObject::generation).max().orElse(-1) + 1;
    }

    /** Tells whether there are files of a generation. */
    @FunctionalInterface
    public interface Presence {
        boolean of(long generation) throws TeeException;
    }

    /**
     * Of each object the latest confirmed version that is there, as far as that can be told, under its name; and the
     * latest one that is not confirmed, under {@linkplain UnconfirmedName a name that says so}.
     */
    public IndexLeaf leftObjects(Presence presence) throws TeeException {
        NavigableMap<String, RemainingObject> known = latest(confirmed, presence);
        NavigableMap<String, IndexEntry> entries = new TreeMap<>();
        known.forEach((key, object) -> entries.put(key, object.entry()));
        latest(unconfirmed, presence).forEach((key, object) -> {
            if (!isSame(known.get(key), object)) {
                entries.put(UnconfirmedName.of(key, entries.keySet()), object.entry());
            }
        });
        return new IndexLeaf(null, entries);
    }

    private static NavigableMap<String, RemainingObject> latest(
            NavigableMap<Long, RemainingObject> objects, Presence presence) throws TeeException {
        NavigableMap<String, RemainingObject> latest = new TreeMap<>();
        for (RemainingObject each : objects.values()) {
            if (presence.of(each.generation())) {
                latest.merge(each.key(), each, Remains::later);
            }
        }
        return latest;
    }

    /** An attempt to change one object tells of others as well, which are what they were. */
    private static boolean isSame(RemainingObject known, RemainingObject other) {
        return known != null && known.entry().equals(other.entry());
    }

    /**
     * What the later part of an index tells: an object that was renamed may be of an earlier generation than what it
     * replaced.
     */
    private static RemainingObject later(RemainingObject known, RemainingObject ofLaterGeneration) {
        return ofLaterGeneration.indexVersion() >= known.indexVersion() ? ofLaterGeneration : known;
    }

    /** Of a generation what the latest version of the index tells stays. */
    public void add(RemainingObject object) {
        (object.confirmed() ? confirmed : unconfirmed)
                .merge(
                        object.generation(),
                        object,
                        (known, other) -> other.indexVersion() > known.indexVersion() ? other : known);
    }
}
