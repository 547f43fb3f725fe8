// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * What is in the store at one moment. Immutable.
 *
 * <pre>
 * u16 format, u64 next generation, u32 leftovers, u64 generation of each,
 * u32 objects, of each: u16 bytes of name, name, object id (16), u64 generation, salt (16), u64 size, u32 chunk size,
 *     u64 created,
 * zeros
 * </pre>
 *
 * @param entries the objects by name
 * @param nextGeneration no generation from here on is used by an object; files of the next ones may exist
 * @param leftovers all generations below that whose files may exist though no object uses them
 */
record Index(NavigableMap<String, IndexEntry> entries, long nextGeneration, SortedSet<Long> leftovers) {

    static final Index EMPTY = new Index(new TreeMap<>(), 0, new TreeSet<>());

    private static final short FORMAT = 1;

    Index {
        entries = Collections.unmodifiableNavigableMap(new TreeMap<>(entries));
        leftovers = Collections.unmodifiableSortedSet(new TreeSet<>(leftovers));
    }

    /** Finds an object. */
    IndexEntry require(String name) throws TeeException {
        IndexEntry entry = entries.get(name);
        if (entry == null) {
            throw new TeeException(
                    TeeResult.of(SealedStorageProtocol.ERROR_NOT_FOUND), "there is no object '" + name + "'");
        }
        return entry;
    }

    /**
     * The index with an object more, or with a new version of one.
     *
     * @param unfinished generations that are written or were given up, and are not removed yet
     */
    Index with(String name, IndexEntry entry, SortedSet<Long> unfinished) {
        NavigableMap<String, IndexEntry> changed = new TreeMap<>(entries);
        IndexEntry replaced = changed.put(name, entry);
        long generation = entry.version().generation();
        long next = Math.max(nextGeneration, generation + 1);
        SortedSet<Long> unused = new TreeSet<>(unfinished.headSet(next));
        if (replaced != null) {
            unused.add(replaced.version().generation());
        }
        unused.remove(generation);
        return new Index(changed, next, unused);
    }

    /**
     * The index without an object. It is always smaller than this one: a leftover takes less room than an object, and no other is
     * added. So objects can be removed however full the index is.
     *
     * @param unfinished generations that are written or were given up, and are not removed yet
     */
    Index without(String name, SortedSet<Long> unfinished) {
        NavigableMap<String, IndexEntry> changed = new TreeMap<>(entries);
        IndexEntry removed = changed.remove(name);
        SortedSet<Long> unused = new TreeSet<>(leftovers);
        unused.retainAll(unfinished);
        unused.add(removed.version().generation());
        return new Index(changed, nextGeneration, unused);
    }

    /** The objects whose generations {@code other} does not use. */
    List<IndexEntry> entriesBeyond(Index other) {
        Set<Long> used = other.entries.values().stream()
                .map(entry -> entry.version().generation())
                .collect(Collectors.toSet());
        return entries.values().stream()
                .filter(entry -> !used.contains(entry.version().generation()))
                .toList();
    }

    /** The next {@code count} generations. */
    List<Long> next(int count) {
        return LongStream.range(nextGeneration, nextGeneration + count).boxed().toList();
    }

    /**
     * Writes the index to {@code room}, from its position on.
     *
     * @throws TeeException TOO_MANY_OBJECTS if there is too little room
     */
    void encode(ByteBuffer room) throws TeeException {
        try {
            room.putShort(FORMAT).putLong(nextGeneration);
            room.putInt(leftovers.size());
            leftovers.forEach(room::putLong);
            room.putInt(entries.size());
            entries.forEach((name, entry) -> encode(room, name, entry));
        } catch (BufferOverflowException e) {
            throw new TeeException(
                    TeeResult.of(SealedStorageProtocol.ERROR_TOO_MANY_OBJECTS),
                    "the index has no room for " + entries.size() + " objects");
        }
    }

    /** Reads an index from {@code bytes}, position to limit. */
    static Index decode(ByteBuffer bytes) throws DamageException {
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
                entries.put(decodeName(bytes), decodeEntry(bytes));
            }
            return new Index(entries, nextGeneration, leftovers);
        } catch (BufferUnderflowException e) {
            throw new DamageException(SealedStorageProtocol.ERROR_TAMPERED, "the index ends in the middle of an entry");
        }
    }

    private static void encode(ByteBuffer room, String name, IndexEntry entry) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        room.putShort((short) utf8.length).put(utf8);
        putId(room, entry.version().objectId());
        room.putLong(entry.version().generation());
        putId(room, entry.version().salt());
        room.putLong(entry.size()).putInt(entry.chunkSize()).putLong(entry.created());
    }

    private static String decodeName(ByteBuffer bytes) {
        byte[] utf8 = new byte[Short.toUnsignedInt(bytes.getShort())];
        bytes.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static IndexEntry decodeEntry(ByteBuffer bytes) {
        ObjectVersion version = new ObjectVersion(getId(bytes), bytes.getLong(), getId(bytes));
        return new IndexEntry(version, bytes.getLong(), bytes.getInt(), bytes.getLong());
    }

    private static void putId(ByteBuffer buffer, UUID id) {
        buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private static UUID getId(ByteBuffer buffer) {
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
