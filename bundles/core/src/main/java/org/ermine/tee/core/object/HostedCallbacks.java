// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

/**
 * The callback objects of one context by their ids, the oldest first. Only {@link #add} takes memory, and it adds
 * nothing if there is none; to find and to remove entries cannot fail. Guarded by the monitor of the
 * {@link CallbackTable}.
 */
final class HostedCallbacks {

    private static final int INITIAL_CAPACITY = 8;

    /** The entries by the low bits of their ids; on average one entry stands at each place. */
    private HostedCallback[] places = new HostedCallback[INITIAL_CAPACITY];

    private HostedCallback oldest;
    private HostedCallback youngest;
    private int size;

    /** @param entry whose id is higher than those of all others */
    void add(HostedCallback entry) {
        if (size == places.length) {
            grow();
        }
        place(entry, places);
        entry.older = youngest;
        if (youngest == null) {
            oldest = entry;
        } else {
            youngest.younger = entry;
        }
        youngest = entry;
        size++;
    }

    /** Returns the entry with this id, or null. */
    HostedCallback get(long id) {
        HostedCallback entry = places[place(id, places)];
        while (entry != null && entry.id != id) {
            entry = entry.samePlace;
        }
        return entry;
    }

    /** Removes an entry if it is in the table. */
    void remove(HostedCallback entry) {
        if (get(entry.id) != entry) {
            return;
        }
        displace(entry);
        if (entry.older == null) {
            oldest = entry.younger;
        } else {
            entry.older.younger = entry.younger;
        }
        if (entry.younger == null) {
            youngest = entry.older;
        } else {
            entry.younger.older = entry.older;
        }
        entry.older = null;
        entry.younger = null;
        size--;
    }

    /** Returns the oldest entry, which is linked to the next younger one, and so on; null if there is none. */
    HostedCallback oldest() {
        return oldest;
    }

    int size() {
        return size;
    }

    private void displace(HostedCallback entry) {
        int place = place(entry.id, places);
        if (places[place] == entry) {
            places[place] = entry.samePlace;
        } else {
            HostedCallback before = places[place];
            while (before.samePlace != entry) {
                before = before.samePlace;
            }
            before.samePlace = entry.samePlace;
        }
        entry.samePlace = null;
    }

    private void grow() {
        HostedCallback[] larger = new HostedCallback[2 * places.length];
        for (HostedCallback entry = oldest; entry != null; entry = entry.younger) {
            place(entry, larger);
        }
        places = larger;
    }

    private static void place(HostedCallback entry, HostedCallback[] places) {
        int place = place(entry.id, places);
        entry.samePlace = places[place];
        places[place] = entry;
    }

    private static int place(long id, HostedCallback[] places) {
        return (int) id & places.length - 1;
    }
}
