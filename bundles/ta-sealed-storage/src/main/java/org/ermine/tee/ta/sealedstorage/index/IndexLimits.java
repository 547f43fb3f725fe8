// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.index;

import org.ermine.tee.ta.sealedstorage.files.StorageMessage;

/**
 * Sizes of the index.
 *
 * @param objects the most objects
 * @param nodeSize the most bytes of a node's content, unless it has one entry only
 * @param fileSize the most bytes of a file, with both copies
 * @param usualCopySize the least bytes of a copy where there are branches: enough for all that a change writes
 */
public record IndexLimits(int objects, int nodeSize, int fileSize, int usualCopySize) {

    /** Each object takes some 250 bytes of memory, and longer names more. */
    public static final int MOST_OBJECTS = 262_144;

    public static final IndexLimits USUAL = new IndexLimits(
            MOST_OBJECTS,
            8192,
            StorageMessage.DATA_SIZE / (2 * IndexFiles.UNIT) * 2 * IndexFiles.UNIT,
            7 * IndexFiles.UNIT);

    int copySize() {
        return fileSize / 2;
    }
}
