// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.tree;

import java.util.function.ToIntBiFunction;
import org.ermine.tee.ta.sealedstorage.attributes.Bytes;
import org.ermine.tee.ta.sealedstorage.drawers.KeyCoder;

/** How many bytes nodes take as {@link NodeCodec} encodes them. */
public final class NodeSizes {

    /** Bytes of a node without anything in it. */
    public static final int NODE_SIZE = 1 + 4;

    /** Without its key and what it has besides. */
    private static final int ENTRY_SIZE = 16 + 8 + 16 + 8 + 4 + 8 + 1;

    private NodeSizes() {}

    /** How many bytes each of a leaf's entries takes, which are to be asked for in their order. */
    static ToIntBiFunction<String, IndexEntry> entrySizes() {
        KeyCoder keys = new KeyCoder();
        return (key, entry) ->
                keys.size(key) + ENTRY_SIZE + besidesSize(entry.description()) + besidesSize(entry.association());
    }

    private static int besidesSize(Bytes bytes) {
        return bytes.isEmpty() ? 0 : Short.BYTES + bytes.size();
    }

    /** How many bytes each of the nodes below a branch takes, which are to be asked for in their order. */
    static <N> ToIntBiFunction<String, N> childSizes() {
        KeyCoder keys = new KeyCoder();
        return (key, child) -> keys.size(key) + NodeRef.SIZE;
    }
}
