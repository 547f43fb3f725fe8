// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.index;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.blocks.ObjectVersion;
import org.ermine.tee.ta.sealedstorage.tree.IndexBranch;
import org.ermine.tee.ta.sealedstorage.tree.IndexLeaf;
import org.ermine.tee.ta.sealedstorage.tree.IndexNode;
import org.ermine.tee.ta.sealedstorage.tree.NodeRef;

/**
 * Which nodes of an index are to be written to which files: all that are fresh, each once. No file has two leaves, so
 * that it is spare as soon as its leaf is made anew; nearly always there is one, two where a leaf was split. Once there
 * are branches all files are of one size, as long as that is enough: so what replaces a file takes no more room than
 * that.
 *
 * @param files the topmost node, which stands with the root, is the first in the first
 * @param rootSize bytes of the root together with the topmost node
 * @param leastCopy the least bytes of a copy
 */
record IndexLayout(List<List<IndexNode>> files, int rootSize, int leastCopy) {

    static IndexLayout of(IndexNode top, int rootSize, IndexLimits limits) {
        List<IndexNode> fresh = new ArrayList<>();
        addFresh(top, fresh);
        List<List<IndexNode>> files = new ArrayList<>(List.of(new ArrayList<>(List.of(top))));
        int used = Block.storedSize(rootSize);
        for (IndexNode node : fresh) {
            int size = Block.storedSize(node.encodedSize());
            if (used + size > limits.copySize() || node instanceof IndexLeaf && hasLeaf(files.get(files.size() - 1))) {
                files.add(new ArrayList<>());
                used = 0;
            }
            files.get(files.size() - 1).add(node);
            used += size;
        }
        return new IndexLayout(files, rootSize, top instanceof IndexBranch ? limits.usualCopySize() : 0);
    }

    private static boolean hasLeaf(List<IndexNode> file) {
        return file.stream().anyMatch(IndexLeaf.class::isInstance);
    }

    /** What is below a stored node is stored. */
    private static void addFresh(IndexNode node, List<IndexNode> fresh) {
        if (node instanceof IndexBranch branch) {
            branch.children().values().stream()
                    .filter(child -> child.ref() == null)
                    .forEach(child -> {
                        addFresh(child, fresh);
                        fresh.add(child);
                    });
        }
    }

    /**
     * Where each node but the topmost will stand.
     *
     * @param versions those of the files
     */
    Map<IndexNode, NodeRef> places(List<ObjectVersion> versions) {
        Map<IndexNode, NodeRef> places = new IdentityHashMap<>();
        for (int file = 0; file < files.size(); file++) {
            List<IndexNode> nodes = files.get(file);
            ObjectVersion version = versions.get(file);
            int copySize = copySize(file);
            for (int number = file == 0 ? 1 : 0; number < nodes.size(); number++) {
                places.put(nodes.get(number), new NodeRef(version.generation(), version.salt(), number, copySize));
            }
        }
        return places;
    }

    /** Bytes of each copy of a file. */
    int copySize(int file) {
        int size = file == 0 ? Block.storedSize(rootSize) : 0;
        for (IndexNode node :
                files.get(file).subList(file == 0 ? 1 : 0, files.get(file).size())) {
            size += Block.storedSize(node.encodedSize());
        }
        return Math.max(leastCopy, (size + IndexFiles.UNIT - 1) / IndexFiles.UNIT * IndexFiles.UNIT);
    }
}
