// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.util.ArrayList;
import java.util.List;

/** Collects which stored nodes a change of the index does without. Used by one thread. */
final class IndexChange {

    private final int nodeSize;
    private final List<NodeRef> superseded = new ArrayList<>();

    /** @param nodeSize the most bytes of a node's content, unless it has one entry only */
    IndexChange(int nodeSize) {
        this.nodeSize = nodeSize;
    }

    int nodeSize() {
        return nodeSize;
    }

    /** In the place of this node there will be others, or none. */
    void supersede(IndexNode node) {
        if (node.ref() != null) {
            superseded.add(node.ref());
        }
    }

    List<NodeRef> superseded() {
        return List.copyOf(superseded);
    }
}
