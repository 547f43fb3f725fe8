// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What is in all drawers. Immutable.
 *
 * @param byName those that are not empty, by their names
 */
public record Usages(NavigableMap<String, Usage> byName) {

    public static final Usages NONE = new Usages(new TreeMap<>());

    public Usages {
        byName = Collections.unmodifiableNavigableMap(new TreeMap<>(byName));
    }

    /** Counts what is in drawers. Used by one thread. */
    public static final class Count {

        private final NavigableMap<String, Usage> byName = new TreeMap<>();

        /** An object more. */
        public void add(String key, long bytes) {
            String drawer = Drawer.nameOf(key);
            byName.put(drawer, byName.getOrDefault(drawer, Usage.NONE).plus(1, bytes));
        }

        public Usages result() {
            return new Usages(byName);
        }
    }

    public Usage of(Drawer drawer) {
        return byName.getOrDefault(drawer.name(), Usage.NONE);
    }

    /** The same with so many objects and bytes more in the drawer of a key; fewer if they are negative. */
    public Usages plus(String key, long objects, long bytes) {
        NavigableMap<String, Usage> changed = new TreeMap<>(byName);
        String drawer = Drawer.nameOf(key);
        Usage usage = byName.getOrDefault(drawer, Usage.NONE).plus(objects, bytes);
        if (usage.objects() == 0) {
            changed.remove(drawer);
        } else {
            changed.put(drawer, usage);
        }
        return new Usages(changed);
    }
}
