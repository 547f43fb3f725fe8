// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.service;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Services by a key; among several with one key the one with the highest ranking counts, then the oldest, as everywhere
 * in OSGi. Thread safe.
 */
public final class Whiteboard<K, S> {

    private static final String RANKING = "service.ranking";
    private static final String ID = "service.id";

    private record Entry<S>(S service, int ranking, long id) {}

    /** Best first. Guarded by this. */
    private final Map<K, List<Entry<S>>> entries = new HashMap<>();

    public synchronized void add(K key, S service, Map<String, ?> properties) {
        int ranking = properties.get(RANKING) instanceof Integer value ? value : 0;
        long id = properties.get(ID) instanceof Long value ? value : Long.MAX_VALUE;
        List<Entry<S>> sorted = entries.computeIfAbsent(key, k -> new ArrayList<>());
        sorted.add(new Entry<>(service, ranking, id));
        sorted.sort(Comparator.<Entry<S>>comparingInt(Entry::ranking).reversed().thenComparingLong(Entry::id));
    }

    /** Removes what matches, whatever its key. The match is made under the lock: it must not call the services. */
    public synchronized List<S> remove(Predicate<S> match) {
        List<S> removed = new ArrayList<>();
        for (List<Entry<S>> sorted : entries.values()) {
            sorted.removeIf(entry -> match.test(entry.service()) && removed.add(entry.service()));
        }
        entries.values().removeIf(List::isEmpty);
        return removed;
    }

    /** The best service with this key; null if there is none. */
    public synchronized S find(K key) {
        List<Entry<S>> sorted = entries.get(key);
        return sorted == null ? null : sorted.get(0).service();
    }

    public synchronized boolean contains(S service) {
        return entries.values().stream().flatMap(List::stream).anyMatch(entry -> entry.service() == service);
    }
}
