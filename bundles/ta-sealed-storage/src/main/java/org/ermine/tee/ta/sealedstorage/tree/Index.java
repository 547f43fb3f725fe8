// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.tree;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.drawers.Drawer;
import org.ermine.tee.ta.sealedstorage.drawers.Usages;

/**
 * What is in the store at one moment. Immutable.
 *
 * @param top the objects
 * @param usages how many they are in each drawer
 * @param size how many they are
 * @param nextGeneration no generation from here on is used by an object; files of the next ones may exist
 * @param leftovers generations below that whose files may exist though no object uses them; the first
 *     {@value #MOST_LEFTOVERS} of them, which there are only where the storage refuses to remove files for long
 * @param spares files of the index that may exist though they hold nothing of it; likewise
 * @param formerLeft whether files of the former format may be left
 */
public record Index(
        IndexNode top,
        Usages usages,
        int size,
        long nextGeneration,
        SortedSet<Long> leftovers,
        SortedSet<Integer> spares,
        boolean formerLeft) {

    public static final int MOST_LEFTOVERS = 8192;

    public static final Index EMPTY =
            new Index(IndexLeaf.EMPTY, Usages.NONE, 0, 0, new TreeSet<>(), new TreeSet<>(), false);

    public Index {
        leftovers = first(leftovers);
        spares = first(spares);
    }

    private static <T> SortedSet<T> first(Set<T> numbers) {
        return Collections.unmodifiableSortedSet(
                numbers.stream().sorted().limit(MOST_LEFTOVERS).collect(Collectors.toCollection(TreeSet::new)));
    }

    /** What is in each drawer, found out from all objects. */
    static Usages usages(IndexNode top) {
        Usages.Count count = new Usages.Count();
        top.visitAfter("", (key, entry) -> {
            count.add(key, entry.bytes());
            return true;
        });
        return count.result();
    }

    /** An index with nothing in it, in a store that was something else before. */
    public static Index anew(long nextGeneration, boolean formerLeft) {
        return new Index(IndexLeaf.EMPTY, Usages.NONE, 0, nextGeneration, new TreeSet<>(), new TreeSet<>(), formerLeft);
    }

    /** The entry of an object; null if there is none. */
    public IndexEntry find(String key) {
        return top.find(key);
    }

    /** Finds an object. */
    public IndexEntry require(String key) throws TeeException {
        IndexEntry entry = find(key);
        if (entry == null) {
            throw new TeeException(
                    TeeResult.of(SealedStorageProtocol.ERROR_NOT_FOUND),
                    "there is no object '" + Drawer.objectOf(key) + "'");
        }
        return entry;
    }

    /** Shows the objects whose keys follow {@code key}, in order, for as long as {@code visitor} answers true. */
    public void visitAfter(String key, BiPredicate<String, IndexEntry> visitor) {
        top.visitAfter(key, visitor);
    }

    /**
     * The index with an object more, or with a new version of one.
     *
     * @param unfinished generations that are written or were given up, and are not removed yet
     */
    public Index with(String key, IndexEntry entry, SortedSet<Long> unfinished, IndexChange change) {
        IndexEntry replaced = find(key);
        long generation = entry.version().generation();
        long next = Math.max(nextGeneration, generation + 1);
        SortedSet<Long> unused = new TreeSet<>(unfinished.headSet(next));
        if (replaced != null) {
            unused.add(replaced.version().generation());
        }
        unused.remove(generation);
        List<IndexNode> parts = top.with(key, entry, change);
        IndexNode changed = parts.size() == 1 ? parts.get(0) : IndexBranch.above(parts);
        int added = replaced == null ? 1 : 0;
        Usages changedUsages = usages.plus(key, added, entry.bytes() - (replaced == null ? 0 : replaced.bytes()));
        return new Index(changed, changedUsages, size + added, next, unused, spares, formerLeft);
    }

    /**
     * The index without an object that it has.
     *
     * @param unfinished generations that are written or were given up, and are not removed yet
     */
    public Index without(String key, SortedSet<Long> unfinished, IndexChange change) {
        SortedSet<Long> unused = new TreeSet<>(leftovers);
        unused.retainAll(unfinished);
        IndexEntry removed = find(key);
        unused.add(removed.version().generation());
        IndexNode left = lowered(top.without(key, change).orElse(IndexLeaf.EMPTY), change);
        return new Index(
                left, usages.plus(key, -1, -removed.bytes()), size - 1, nextGeneration, unused, spares, formerLeft);
    }

    /** A branch with one node below it is not needed. */
    private static IndexNode lowered(IndexNode top, IndexChange change) {
        IndexNode node = top;
        while (node instanceof IndexBranch branch && branch.children().size() == 1) {
            IndexNode only = branch.children().firstEntry().getValue();
            change.supersede(only.ref());
            node = only.fresh();
        }
        return node;
    }

    /** The same with its nodes where they were stored, and with these spares. */
    public Index with(IndexNode stored, SortedSet<Integer> latestSpares) {
        return new Index(stored, usages, size, nextGeneration, leftovers, latestSpares, formerLeft);
    }

    /** The same, after the files of the former format are gone. */
    public Index withoutFormer() {
        return new Index(top, usages, size, nextGeneration, leftovers, spares, false);
    }

    /** The next {@code count} generations. */
    public List<Long> next(int count) {
        return LongStream.range(nextGeneration, nextGeneration + count).boxed().toList();
    }
}
