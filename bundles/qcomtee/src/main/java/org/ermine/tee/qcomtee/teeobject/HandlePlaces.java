// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import java.util.BitSet;

/**
 * Gives out ids: the low 32 bits are the lowest free place of a table, the high ones are the generation, which counts
 * what was removed from the table before. As a place is free again only after a removal, a stale, doubled or guessed id
 * never names another entry.
 *
 * <p>Guarded by a lock of the owner.
 */
final class HandlePlaces {

    private final BitSet used = new BitSet();
    private int generation;
    private int lowestFree;
    private int size;

    /** The place that is taken next. */
    int lowestFree() {
        lowestFree = used.nextClearBit(lowestFree);
        return lowestFree;
    }

    /** Takes the lowest free place. Returns its id. */
    long take() {
        int place = lowestFree();
        used.set(place);
        lowestFree = place + 1;
        size++;
        return (long) generation << 32 | place;
    }

    void free(int place) {
        generation = generation + 1 & Integer.MAX_VALUE;
        used.clear(place);
        lowestFree = Math.min(lowestFree, place);
        size--;
    }

    /** How many are used. */
    int size() {
        return size;
    }
}
