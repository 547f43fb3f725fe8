// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.remains;

import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.ermine.tee.ta.sealedstorage.tree.IndexLeaf;

/** What is found of a store without knowing what of it counts. Used by one thread. */
public final class Remains {

    private final SortedSet<Integer> files = new TreeSet<>();
    private final SortedMap<Long, RemainingObject> objects = new TreeMap<>();
    private final SortedSet<Long> generations = new TreeSet<>();
    private long latestVersion;

    /**
     * An object, or a version of one.
     *
     * @param indexVersion of the part of an index that tells of it; 0 in the former format
     */
    public record RemainingObject(String key, IndexEntry entry, long indexVersion) {}

    /** The numbers of the files of the index that are there. */
    public SortedSet<Integer> files() {
        return files;
    }

    /** What authentic parts of an index tell of, by generation. */
    public SortedMap<Long, RemainingObject> objects() {
        return objects;
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
        return objects.isEmpty() ? 0 : objects.lastKey() + 1;
    }

    /** Tells whether there are files of a generation. */
    @FunctionalInterface
    public interface Presence {
        boolean of(long generation) throws TeeException;
    }

    /** Of each object the latest version that is there, as far as that can be told. */
    public IndexLeaf leftObjects(Presence presence) throws TeeException {
        NavigableMap<String, RemainingObject> latest = new TreeMap<>();
        for (RemainingObject each : objects.values()) {
            if (presence.of(each.entry().version().generation())) {
                latest.merge(each.key(), each, Remains::later);
            }
        }
        NavigableMap<String, IndexEntry> entries = new TreeMap<>();
        latest.forEach((key, object) -> entries.put(key, object.entry()));
        return new IndexLeaf(null, entries);
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
        objects.merge(
                object.entry().version().generation(),
                object,
                (known, other) -> other.indexVersion() > known.indexVersion() ? other : known);
    }
}
