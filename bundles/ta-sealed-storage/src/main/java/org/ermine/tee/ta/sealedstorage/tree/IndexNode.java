// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.tree;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;

/**
 * A node of the index: entries of objects, or nodes below it. Immutable; a change makes new nodes from the top to the
 * leaf concerned and shares all others.
 */
public sealed interface IndexNode permits IndexLeaf, IndexBranch {

    /** Where it is stored; null if it is fresh. The topmost one is stored with the root and has no place of its own. */
    NodeRef ref();

    /** Keys before it stand in nodes before this one. */
    String firstKey();

    /** Bytes of its content when it is encoded. */
    int encodedSize();

    /** The entry of an object; null if there is none. */
    IndexEntry find(String key);

    /**
     * This node with an entry more, or with another one in its place: one node, or two if one is too small for that.
     */
    List<IndexNode> with(String key, IndexEntry entry, IndexChange change);

    /** This node without the entry of an object that it has; empty if it was the last one. */
    Optional<IndexNode> without(String key, IndexChange change);

    /** One node with the content of this one and of {@code next}, which is on the same level and follows it. */
    IndexNode mergedWith(IndexNode next);

    /** The same content without a place of its own. */
    IndexNode fresh();

    /** Shows the entries whose keys follow {@code key}, in order, for as long as {@code visitor} answers true. */
    boolean visitAfter(String key, BiPredicate<String, IndexEntry> visitor);

    /** This node after it was stored: it and what is below it say where. */
    IndexNode stored(Map<IndexNode, NodeRef> refs);

    /**
     * Cuts what is too much for one node in two. What grows at its end is cut there, so that keys that come in order
     * fill their nodes; else both halves have room for more.
     *
     * @param sizes of entries, to be asked for in their order
     */
    static <V> List<NavigableMap<String, V>> split(
            NavigableMap<String, V> content, Supplier<ToIntBiFunction<String, V>> sizes, int mostBytes, String added) {
        int total = size(content, sizes.get());
        if (total <= mostBytes || content.size() < 2) {
            return List.of(content);
        }
        String cut =
                added.compareTo(content.lastKey()) >= 0 ? content.lastKey() : middle(content, sizes.get(), total / 2);
        return List.of(new TreeMap<>(content.headMap(cut, false)), new TreeMap<>(content.tailMap(cut, true)));
    }

    static <V> int size(NavigableMap<String, V> content, ToIntBiFunction<String, V> sizes) {
        int total = 0;
        for (Map.Entry<String, V> each : content.entrySet()) {
            total += sizes.applyAsInt(each.getKey(), each.getValue());
        }
        return total;
    }

    /** The key with which the second half begins. */
    private static <V> String middle(NavigableMap<String, V> content, ToIntBiFunction<String, V> sizes, int half) {
        int before = 0;
        for (Map.Entry<String, V> each : content.entrySet()) {
            if (before >= half) {
                return each.getKey();
            }
            before += sizes.applyAsInt(each.getKey(), each.getValue());
        }
        return content.lastKey();
    }
}
