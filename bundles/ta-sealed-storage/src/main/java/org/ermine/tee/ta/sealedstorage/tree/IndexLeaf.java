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
 * A node with entries of objects. Nobody changes the map that it was given.
 *
 * @param ref where it is stored; null if it is fresh or the topmost
 * @param entries the objects by key
 */
public record IndexLeaf(NodeRef ref, NavigableMap<String, IndexEntry> entries) implements IndexNode {

    public static final IndexLeaf EMPTY = new IndexLeaf(null, new TreeMap<>());

    @Override
    public String firstKey() {
        return entries.firstKey();
    }

    @Override
    public int encodedSize() {
        return NodeSizes.NODE_SIZE + IndexNode.size(entries, NodeSizes.entrySizes());
    }

    @Override
    public IndexEntry find(String key) {
        return entries.get(key);
    }

    @Override
    public List<IndexNode> with(String key, IndexEntry entry, IndexChange change) {
        change.supersede(ref);
        NavigableMap<String, IndexEntry> changed = new TreeMap<>(entries);
        changed.put(key, entry);
        return IndexNode.split(changed, NodeSizes::entrySizes, change.nodeSize(), key).stream()
                .<IndexNode>map(part -> new IndexLeaf(null, part))
                .toList();
    }

    @Override
    public Optional<IndexNode> without(String key, IndexChange change) {
        change.supersede(ref);
        NavigableMap<String, IndexEntry> changed = new TreeMap<>(entries);
        changed.remove(key);
        return changed.isEmpty() ? Optional.empty() : Optional.of(new IndexLeaf(null, changed));
    }

    @Override
    public IndexNode mergedWith(IndexNode next) {
        NavigableMap<String, IndexEntry> all = new TreeMap<>(entries);
        all.putAll(((IndexLeaf) next).entries);
        return new IndexLeaf(null, all);
    }

    @Override
    public IndexNode fresh() {
        return new IndexLeaf(null, entries);
    }

    @Override
    public boolean visitAfter(String key, BiPredicate<String, IndexEntry> visitor) {
        return entries.tailMap(key, false).entrySet().stream()
                .allMatch(each -> visitor.test(each.getKey(), each.getValue()));
    }

    @Override
    public IndexNode stored(Map<IndexNode, NodeRef> refs) {
        return new IndexLeaf(refs.get(this), entries);
    }
}
