// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.tree;

import java.util.ArrayList;
import java.util.List;

/** Collects which stored nodes a change of the index does without. Used by one thread. */
public final class IndexChange {

    private final int nodeSize;
    private final List<NodeRef> superseded = new ArrayList<>();

    /** @param nodeSize the most bytes of a node's content, unless it has one entry only */
    public IndexChange(int nodeSize) {
        this.nodeSize = nodeSize;
    }

    int nodeSize() {
        return nodeSize;
    }

    /**
     * In the place of a node there will be others, or none.
     *
     * @param ref where it is stored; null if it is fresh or the topmost
     */
    void supersede(NodeRef ref) {
        if (ref != null) {
            superseded.add(ref);
        }
    }

    public List<NodeRef> superseded() {
        return List.copyOf(superseded);
    }
}
