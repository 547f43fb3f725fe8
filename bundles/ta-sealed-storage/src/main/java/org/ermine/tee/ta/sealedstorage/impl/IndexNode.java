// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.ToIntBiFunction;

/**
 * A node of the index: entries of objects, or nodes below it. Immutable; a change makes new nodes from the top to the leaf
 * concerned and shares all others.
 */
sealed interface IndexNode permits IndexLeaf, IndexBranch {

    /** Where it is stored; null if it is fresh. The topmost one is stored with the root and has no place of its own. */
    NodeRef ref();

    /** Names before it stand in nodes before this one. */
    String firstName();

    /** Bytes of its content when it is encoded. */
    int encodedSize();

    /** The entry of an object; null if there is none. */
    IndexEntry find(String name);

    /** This node with an entry more, or with another one in its place: one node, or two if one is too small for that. */
    List<IndexNode> with(String name, IndexEntry entry, IndexChange change);

    /** This node without the entry of an object that it has; empty if it was the last one. */
    Optional<IndexNode> without(String name, IndexChange change);

    /** One node with the content of this one and of {@code next}, which is on the same level and follows it. */
    IndexNode mergedWith(IndexNode next);

    /** The same content without a place of its own. */
    IndexNode fresh();

    /** Shows the entries whose names follow {@code name}, in order, for as long as {@code visitor} answers true. */
    boolean visitAfter(String name, BiPredicate<String, IndexEntry> visitor);

    /** This node after it was stored: it and what is below it say where. */
    IndexNode stored(Map<IndexNode, NodeRef> refs);

    /**
     * Cuts what is too much for one node in two. What grows at its end is cut there, so that names that come in order fill their
     * nodes; else both halves have room for more.
     */
    static <V> List<NavigableMap<String, V>> split(
            NavigableMap<String, V> content, ToIntBiFunction<String, V> size, int mostBytes, String added) {
        int total = content.entrySet().stream()
                .mapToInt(each -> size.applyAsInt(each.getKey(), each.getValue()))
                .sum();
        if (total <= mostBytes || content.size() < 2) {
            return List.of(content);
        }
        String cut = added.compareTo(content.lastKey()) >= 0 ? content.lastKey() : middle(content, size, total / 2);
        return List.of(new TreeMap<>(content.headMap(cut, false)), new TreeMap<>(content.tailMap(cut, true)));
    }

    /** The name with which the second half begins. */
    private static <V> String middle(NavigableMap<String, V> content, ToIntBiFunction<String, V> size, int half) {
        int before = 0;
        for (Map.Entry<String, V> each :
                content.tailMap(content.firstKey(), false).entrySet()) {
            before += size.applyAsInt(each.getKey(), each.getValue());
            if (before >= half) {
                return each.getKey();
            }
        }
        return content.lastKey();
    }
}
