// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.tree;

import java.util.UUID;
import org.ermine.tee.ta.sealedstorage.blocks.ObjectVersion;
import org.ermine.tee.ta.sealedstorage.versions.IndexVersions;

/**
 * Says where a node of the index stands, and which one it is: no two nodes were ever sealed with the same salt and
 * number, so nothing else is authentic in its place.
 *
 * @param version of the file when the node was written; says which file
 * @param salt of that version
 * @param number of the block in the file
 * @param copySize bytes of each of the two copies in the file
 */
public record NodeRef(long version, UUID salt, int number, int copySize) {

    /** Bytes that it takes when it is encoded. */
    static final int SIZE = 8 + 16 + 4 + 4;

    public int file() {
        return IndexVersions.fileOf(version);
    }

    public ObjectVersion fileVersion() {
        return ObjectVersion.ofIndex(version, salt);
    }
}
