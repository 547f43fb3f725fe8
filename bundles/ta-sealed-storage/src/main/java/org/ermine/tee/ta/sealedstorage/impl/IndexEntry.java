// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

/**
 * What the index says of an object.
 *
 * @param version its current version
 * @param size its bytes
 * @param chunkSize bytes in each of its chunks but the last
 * @param created when that version was committed, in milliseconds since 1970
 */
record IndexEntry(ObjectVersion version, long size, int chunkSize, long created) {

    /** At least one: an empty object has an empty chunk. */
    int chunks() {
        return (int) Math.max(1, (size + chunkSize - 1) / chunkSize);
    }

    /** What chunk {@code number} has to be. */
    Block chunk(int number) {
        boolean last = number == chunks() - 1;
        return Block.chunk(version, number, last, last ? (int) (size - (long) number * chunkSize) : chunkSize);
    }
}
