// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.tree;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * A node with nodes below it. Each stands under a key, and has the keys from that one to the next one's; the first has
 * those before it as well. Nobody changes the map that it was given.
 *
 * @param ref where it is stored; null if it is fresh or the topmost
 * @param children the nodes below it
 */
public record IndexBranch(NodeRef ref, NavigableMap<String, IndexNode> children) implements IndexNode {

    /** A branch above the parts of a node that was split. */
    static IndexBranch above(List<IndexNode> parts) {
        NavigableMap<String, IndexNode> children = new TreeMap<>();
        parts.forEach(part -> children.put(part.firstKey(), part));
        return new IndexBranch(null, children);
    }

    @Override
    public String firstKey() {
        return children.firstKey();
    }

    @Override
    public int encodedSize() {
        return NodeSizes.NODE_SIZE + IndexNode.size(children, NodeSizes.childSizes());
    }

    @Override
    public IndexEntry find(String key) {
        return childOf(key).getValue().find(key);
    }

    @Override
    public List<IndexNode> with(String key, IndexEntry entry, IndexChange change) {
        change.supersede(ref);
        Map.Entry<String, IndexNode> child = childOf(key);
        NavigableMap<String, IndexNode> changed = new TreeMap<>(children);
        changed.remove(child.getKey());
        List<IndexNode> parts = child.getValue().with(key, entry, change);
        String first = parts.get(0).firstKey();
        changed.put(first.compareTo(child.getKey()) < 0 ? first : child.getKey(), parts.get(0));
        parts.stream().skip(1).forEach(part -> changed.put(part.firstKey(), part));
        return IndexNode.split(changed, NodeSizes::childSizes, change.nodeSize(), key).stream()
                .<IndexNode>map(part -> new IndexBranch(null, part))
                .toList();
    }

    @Override
    public Optional<IndexNode> without(String key, IndexChange change) {
        change.supersede(ref);
        Map.Entry<String, IndexNode> child = childOf(key);
        NavigableMap<String, IndexNode> changed = new TreeMap<>(children);
        child.getValue()
                .without(key, change)
                .ifPresentOrElse(left -> changed.put(child.getKey(), left), () -> changed.remove(child.getKey()));
        merge(changed.lowerEntry(child.getKey()), changed.floorEntry(child.getKey()), changed, change);
        merge(changed.floorEntry(child.getKey()), changed.higherEntry(child.getKey()), changed, change);
        return changed.isEmpty() ? Optional.empty() : Optional.of(new IndexBranch(null, changed));
    }

    /** Makes one of two neighbours, if that is half full at the most. */
    private static void merge(
            Map.Entry<String, IndexNode> left,
            Map.Entry<String, IndexNode> right,
            NavigableMap<String, IndexNode> nodes,
            IndexChange change) {
        if (left == null || right == null || left.getKey().equals(right.getKey())) {
            return;
        }
        IndexNode first = left.getValue();
        IndexNode second = right.getValue();
        if (first.encodedSize() + second.encodedSize() <= change.nodeSize() / 2) {
            change.supersede(first.ref());
            change.supersede(second.ref());
            nodes.put(left.getKey(), first.mergedWith(second));
            nodes.remove(right.getKey());
        }
    }

    @Override
    public IndexNode mergedWith(IndexNode next) {
        NavigableMap<String, IndexNode> all = new TreeMap<>(children);
        all.putAll(((IndexBranch) next).children);
        return new IndexBranch(null, all);
    }

    @Override
    public IndexNode fresh() {
        return new IndexBranch(null, children);
    }

    @Override
    public boolean visitAfter(String key, BiPredicate<String, IndexEntry> visitor) {
        return children.tailMap(childOf(key).getKey(), true).values().stream()
                .allMatch(child -> child.visitAfter(key, visitor));
    }

    @Override
    public IndexNode stored(Map<IndexNode, NodeRef> refs) {
        NavigableMap<String, IndexNode> stored = new TreeMap<>(children);
        stored.replaceAll((key, child) -> child.ref() == null ? child.stored(refs) : child);
        return new IndexBranch(refs.get(this), stored);
    }

    private Map.Entry<String, IndexNode> childOf(String key) {
        Map.Entry<String, IndexNode> child = children.floorEntry(key);
        return child == null ? children.firstEntry() : child;
    }
}
