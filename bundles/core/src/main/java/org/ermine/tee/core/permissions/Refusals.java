// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ermine.tee.runtime.RefusalDTO;

/**
 * Counts what was refused to which bundle, for a limited number of bundles and options, and keeps the names that were
 * refused last. Thread safe: the monitor guards all of it.
 */
final class Refusals {

    static final int MAX = 256;
    /** So many names are kept of each bundle and option. */
    static final int MAX_NAMES = 8;

    /** How a refusal is to be logged. */
    enum Telling {
        /** It is the first one of its bundle for that option. */
        FIRST,
        /** It is the first one of its bundle for that option, and no further ones are logged. */
        LAST,
        /** It is only counted. */
        NOTHING
    }

    private record Key(long bundleId, String option) {}

    /** What a bundle was refused for one option. */
    private static final class Names {
        /** The latest refusal of each name, in the order of their times. */
        private final Map<String, RefusalDTO> latest = new LinkedHashMap<>();

        private long count;

        private void add(RefusalDTO refusal) {
            count++;
            latest.remove(refusal.name);
            latest.put(refusal.name, refusal);
            removeEldest(latest, MAX_NAMES);
        }

        /** Copies, the last one first. */
        private List<RefusalDTO> lastFirst() {
            List<RefusalDTO> all = new ArrayList<>();
            latest.values().forEach(refusal -> all.add(0, copy(refusal, count)));
            return all;
        }
    }

    /** In the order of their latest refusals. */
    private final Map<Key, Names> latest = new LinkedHashMap<>();
    /** What was logged already: no more than {@link #MAX} entries. */
    private final Set<Key> told = new HashSet<>();

    private long total;

    /** Counts a refusal. Each bundle is logged once for each option, until {@link #tellAgain}. */
    synchronized Telling add(long bundleId, String bundle, String option, String name, String reason) {
        total++;
        RefusalDTO refusal = new RefusalDTO();
        refusal.bundle = bundle;
        refusal.bundleId = bundleId;
        refusal.option = option;
        refusal.name = name;
        refusal.reason = reason;
        refusal.lastAt = System.currentTimeMillis();
        Key key = new Key(bundleId, option);
        Names names = latest.remove(key);
        if (names == null) {
            names = new Names();
        }
        names.add(refusal);
        latest.put(key, names);
        removeEldest(latest, MAX);
        return telling(key);
    }

    private static <K> void removeEldest(Map<K, ?> map, int most) {
        if (map.size() > most) {
            K eldest = map.keySet().iterator().next();
            map.remove(eldest);
        }
    }

    private Telling telling(Key key) {
        if (told.size() == MAX || !told.add(key)) {
            return Telling.NOTHING;
        }
        return told.size() == MAX ? Telling.LAST : Telling.FIRST;
    }

    /** After a change of permissions every bundle is logged again. */
    synchronized void tellAgain() {
        told.clear();
    }

    /** How often anything was refused. */
    synchronized long total() {
        return total;
    }

    /** For each bundle and option the latest refusals, the last one first; each counts all of them. */
    synchronized List<List<RefusalDTO>> kept() {
        return latest.values().stream().map(Names::lastFirst).toList();
    }

    private static RefusalDTO copy(RefusalDTO refusal, long count) {
        RefusalDTO copy = new RefusalDTO();
        copy.bundle = refusal.bundle;
        copy.bundleId = refusal.bundleId;
        copy.option = refusal.option;
        copy.name = refusal.name;
        copy.reason = refusal.reason;
        copy.count = count;
        copy.lastAt = refusal.lastAt;
        return copy;
    }
}
