// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.tree;

import org.ermine.tee.ta.sealedstorage.attributes.Bytes;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.blocks.ObjectVersion;

/**
 * What the index says of an object.
 *
 * @param version its current version
 * @param size its bytes
 * @param chunkSize bytes in each of its chunks but the last
 * @param created when that version was committed, in milliseconds since 1970
 * @param description what its client says of it
 * @param association what has to be said again by whoever wants to read it, as a digest; empty if nothing has
 */
public record IndexEntry(
        ObjectVersion version, long size, int chunkSize, long created, Bytes description, Bytes association) {

    public static IndexEntry plain(ObjectVersion version, long size, int chunkSize, long created) {
        return new IndexEntry(version, size, chunkSize, created, Bytes.NONE, Bytes.NONE);
    }

    /** The same, committed at that time. */
    public IndexEntry at(long time) {
        return new IndexEntry(version, size, chunkSize, time, description, association);
    }

    public IndexEntry with(Bytes newDescription, Bytes newAssociation) {
        return new IndexEntry(version, size, chunkSize, created, newDescription, newAssociation);
    }

    /** What it counts for the room in its drawer: its content, and what is kept beside it. */
    public long bytes() {
        return bytes(size, description, association);
    }

    public static long bytes(long size, Bytes description, Bytes association) {
        return size + description.size() + association.size();
    }

    /** At least one: an empty object has an empty chunk. */
    public int chunks() {
        return (int) Math.max(1, (size + chunkSize - 1) / chunkSize);
    }

    /** What chunk {@code number} has to be. */
    public Block chunk(int number) {
        boolean last = number == chunks() - 1;
        return Block.chunk(version, number, last, last ? (int) (size - (long) number * chunkSize) : chunkSize);
    }
}
