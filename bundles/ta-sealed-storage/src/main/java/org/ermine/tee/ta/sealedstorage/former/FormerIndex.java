// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.former;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.DamageException;
import org.ermine.tee.ta.sealedstorage.tree.Index;
import org.ermine.tee.ta.sealedstorage.tree.IndexChange;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.ermine.tee.ta.sealedstorage.tree.NodeCodec;

/**
 * An index of the former format, which was one block that was written as a whole: it is read, and the next change
 * writes it in the present one. Immutable.
 *
 * <pre>
 * u16 format, u64 next generation, u32 leftovers, u64 generation of each,
 * u32 objects, of each: u16 bytes of name, name, object id (16), u64 generation, salt (16), u64 size, u32 chunk size,
 *     u64 created,
 * zeros
 * </pre>
 *
 * @param entries the objects by key
 * @param nextGeneration no generation from here on is used by an object; files of the next ones may exist
 * @param leftovers all generations below that whose files may exist though no object uses them
 */
public record FormerIndex(NavigableMap<String, IndexEntry> entries, long nextGeneration, SortedSet<Long> leftovers) {

    static final FormerIndex EMPTY = new FormerIndex(new TreeMap<>(), 0, new TreeSet<>());

    private static final short FORMAT = 1;

    public FormerIndex {
        entries = Collections.unmodifiableNavigableMap(new TreeMap<>(entries));
        leftovers = Collections.unmodifiableSortedSet(new TreeSet<>(leftovers));
    }

    /** The same in the present format, none of whose nodes is stored. */
    public Index toIndex(int nodeSize) {
        IndexChange none = new IndexChange(nodeSize);
        Index index = Index.EMPTY;
        for (NavigableMap.Entry<String, IndexEntry> each : entries.entrySet()) {
            index = index.with(each.getKey(), each.getValue(), new TreeSet<>(), none);
        }
        return new Index(
                index.top(),
                index.usages(),
                index.size(),
                nextGeneration,
                leftovers,
                new TreeSet<>(),
                nextGeneration > 0);
    }

    /** Reads an index from {@code bytes}, position to limit. */
    public static FormerIndex decode(ByteBuffer bytes) throws DamageException {
        try {
            short format = bytes.getShort();
            if (format != FORMAT) {
                throw new DamageException(
                        SealedStorageProtocol.ERROR_FOREIGN_STORE, "index of unknown format " + format);
            }
            long nextGeneration = bytes.getLong();
            SortedSet<Long> leftovers = new TreeSet<>();
            for (int count = bytes.getInt(); count > 0; count--) {
                leftovers.add(bytes.getLong());
            }
            NavigableMap<String, IndexEntry> entries = new TreeMap<>();
            for (int count = bytes.getInt(); count > 0; count--) {
                entries.put(NodeCodec.decodeFormerKey(bytes), NodeCodec.decodeFormerEntry(bytes));
            }
            return new FormerIndex(entries, nextGeneration, leftovers);
        } catch (BufferUnderflowException e) {
            throw new DamageException(SealedStorageProtocol.ERROR_TAMPERED, "the index ends in the middle of an entry");
        }
    }
}
