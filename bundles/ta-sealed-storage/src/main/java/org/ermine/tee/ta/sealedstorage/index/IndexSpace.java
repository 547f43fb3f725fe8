// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.index;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ermine.tee.ta.sealedstorage.tree.Index;
import org.ermine.tee.ta.sealedstorage.tree.IndexBranch;
import org.ermine.tee.ta.sealedstorage.tree.IndexNode;

/**
 * Which files of the index hold how much of it: those that hold nothing are spare, and are written over next. Used by
 * whoever has the store's turn.
 */
final class IndexSpace {

    /** So many are kept for what is written next. */
    private static final int KEPT_SPARES = 2;

    /** A commit leaves one of them, and another one for each two nodes that became one. */
    private static final int MOST_REMOVED = 2;

    /** How many nodes of the index that counts each file holds; the root is one. No file holds none. */
    private final Map<Integer, Integer> nodes = new HashMap<>();

    private final SortedSet<Integer> spares = new TreeSet<>();

    /** @param rootFile where the root of that index stands */
    void reset(Index index, int rootFile) {
        clear();
        spares.addAll(index.spares());
        nodes.put(rootFile, 1);
        addNodes(index.top());
        spares.removeAll(nodes.keySet());
    }

    /** There is no index, but these files of a former one. */
    void giveUp(Collection<Integer> files) {
        clear();
        spares.addAll(files);
    }

    /** There is no index. */
    void clear() {
        nodes.clear();
        spares.clear();
    }

    private void addNodes(IndexNode node) {
        if (node.ref() != null) {
            nodes.merge(node.ref().file(), 1, Integer::sum);
        }
        if (node instanceof IndexBranch branch) {
            branch.children().values().forEach(this::addNodes);
        }
    }

    /** The files to write to next. They are the same until something was committed. */
    List<Integer> next(int count) {
        List<Integer> files = new ArrayList<>(spares);
        for (int file = 0; files.size() < count; file++) {
            if (!nodes.containsKey(file) && !spares.contains(file)) {
                files.add(file);
            }
        }
        return files.subList(0, count);
    }

    /**
     * What will be spare.
     *
     * @param written the files that will be written
     * @param left the file of each node that will not be used any more
     */
    SortedSet<Integer> sparesAfter(Collection<Integer> written, Collection<Integer> left) {
        SortedSet<Integer> after = new TreeSet<>(spares);
        after.removeAll(written);
        Map<Integer, Integer> lost = new HashMap<>();
        left.forEach(file -> lost.merge(file, 1, Integer::sum));
        lost.forEach((file, count) -> {
            if (count.equals(nodes.get(file))) {
                after.add(file);
            }
        });
        return after;
    }

    /**
     * What was written counts.
     *
     * @param written the file of each node that was written
     */
    void committed(Collection<Integer> written, Collection<Integer> left) {
        SortedSet<Integer> after = sparesAfter(written, left);
        left.forEach(file -> nodes.computeIfPresent(file, (key, count) -> count == 1 ? null : count - 1));
        written.forEach(file -> nodes.merge(file, 1, Integer::sum));
        spares.clear();
        spares.addAll(after);
    }

    /** Spare files that there is no use for; at most so many that their removal does not hold anybody up. */
    List<Integer> surplus() {
        return spares.stream().skip(KEPT_SPARES).limit(MOST_REMOVED).toList();
    }

    /** All spare files. */
    List<Integer> spares() {
        return List.copyOf(spares);
    }

    /** A spare file is gone. */
    void removed(int file) {
        spares.remove(file);
    }
}
