// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Handles of {@link SecureObjects} by ids of {@link HandlePlaces}.
 *
 * <p>Adding and removing is guarded by a lock of the owner; {@link #get} needs none.
 */
final class HandleTable {

    private static final int INITIAL_CAPACITY = 8;
    private static final long LOW = 0xffff_ffffL;

    private final HandlePlaces places = new HandlePlaces();

    /**
     * By place: the upper half holds that of the id, and the lower half the handle plus one; 0 stands where there is
     * none.
     */
    private volatile AtomicLongArray slots = new AtomicLongArray(INITIAL_CAPACITY);

    /** Adds a handle and returns its id. */
    long add(int handle) {
        if (places.lowestFree() == slots.length()) {
            grow();
        }
        long id = places.take();
        slots.set((int) id, id & ~LOW | handle + 1);
        return id;
    }

    /** The handle with this id, or {@link SecureObjects#NONE}. */
    int get(long id) {
        AtomicLongArray current = slots;
        int place = (int) id;
        if (place < 0 || place >= current.length()) {
            return SecureObjects.NONE;
        }
        long slot = current.get(place);
        return (slot ^ id) >>> Integer.SIZE == 0 ? (int) slot - 1 : SecureObjects.NONE;
    }

    /** Removes and returns the handle with this id, or {@link SecureObjects#NONE}. */
    int remove(long id) {
        int handle = get(id);
        if (handle != SecureObjects.NONE) {
            free((int) id);
        }
        return handle;
    }

    /** How many handles it has places for. */
    int places() {
        return slots.length();
    }

    /** Removes and returns the handle at this place, or {@link SecureObjects#NONE}. Needs no memory. */
    int removeAt(int place) {
        int handle = (int) slots.get(place) - 1;
        if (handle != SecureObjects.NONE) {
            free(place);
        }
        return handle;
    }

    int size() {
        return places.size();
    }

    private void free(int place) {
        slots.set(place, 0);
        places.free(place);
    }

    /** The table grows by little, as there may be many objects. */
    private void grow() {
        AtomicLongArray larger = new AtomicLongArray(slots.length() + Math.max(INITIAL_CAPACITY, slots.length() / 8));
        for (int i = 0; i < slots.length(); i++) {
            larger.setPlain(i, slots.get(i));
        }
        slots = larger;
    }
}
