// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * Nodes of the index as the content of blocks, little-endian:
 *
 * <pre>
 * leaf:     u8 0, u32 entries, of each: u16 bytes of name, name, object id (16), u64 generation, salt (16), u64 size,
 *               u32 chunk size, u64 created
 * branch:   u8 1, u32 nodes below, of each: u16 bytes of name, name, u64 version of its file, salt (16), u32 number,
 *               u32 bytes of each copy in its file
 * root:     u64 next generation, u32 leftovers, u64 generation of each, u32 spares, u32 number of each,
 *               u8 whether files of the former format may be left, u32 objects, topmost node
 * </pre>
 */
final class NodeCodec {

    /** Bytes of a node without anything in it. */
    static final int NODE_SIZE = 1 + 4;

    private static final int ROOT_SIZE = 8 + 4 + 4 + 1 + 4;
    private static final int ENTRY_SIZE = 2 + 16 + 8 + 16 + 8 + 4 + 8;
    private static final byte LEAF = 0;
    private static final byte BRANCH = 1;

    private NodeCodec() {}

    /** Reads the node that a reference leads to. */
    @FunctionalInterface
    interface Loader {
        IndexNode load(NodeRef ref) throws TeeException;
    }

    static int entrySize(String name) {
        return ENTRY_SIZE + name.getBytes(StandardCharsets.UTF_8).length;
    }

    static int childSize(String name) {
        return 2 + name.getBytes(StandardCharsets.UTF_8).length + NodeRef.SIZE;
    }

    static int rootSize(Index index) {
        return ROOT_SIZE
                + Long.BYTES * index.leftovers().size()
                + Integer.BYTES * index.spares().size()
                + index.top().encodedSize();
    }

    static void encodeRoot(ByteBuffer room, Index index, Function<IndexNode, NodeRef> places) {
        room.putLong(index.nextGeneration());
        room.putInt(index.leftovers().size());
        index.leftovers().forEach(room::putLong);
        room.putInt(index.spares().size());
        index.spares().forEach(room::putInt);
        room.put((byte) (index.formerLeft() ? 1 : 0)).putInt(index.size());
        encodeNode(room, index.top(), places);
    }

    /** @param places where the nodes below are */
    static void encodeNode(ByteBuffer room, IndexNode node, Function<IndexNode, NodeRef> places) {
        if (node instanceof IndexLeaf leaf) {
            room.put(LEAF).putInt(leaf.entries().size());
            leaf.entries().forEach((name, entry) -> encodeEntry(room, name, entry));
        } else if (node instanceof IndexBranch branch) {
            room.put(BRANCH).putInt(branch.children().size());
            branch.children().forEach((name, child) -> encodeChild(room, name, places.apply(child)));
        }
    }

    /** Reads an index and, by {@code loader}, the nodes below its topmost one. */
    static Index decodeRoot(ByteBuffer bytes, Loader loader) throws TeeException {
        try {
            long nextGeneration = bytes.getLong();
            SortedSet<Long> leftovers = new TreeSet<>();
            for (int count = bytes.getInt(); count > 0; count--) {
                leftovers.add(bytes.getLong());
            }
            SortedSet<Integer> spares = new TreeSet<>();
            for (int count = bytes.getInt(); count > 0; count--) {
                spares.add(bytes.getInt());
            }
            boolean formerLeft = bytes.get() != 0;
            int size = bytes.getInt();
            return new Index(decodeNode(bytes, null, loader), size, nextGeneration, leftovers, spares, formerLeft);
        } catch (BufferUnderflowException e) {
            throw cutOff();
        }
    }

    /** Reads a node and, by {@code loader}, those below it. */
    static IndexNode decodeNode(ByteBuffer bytes, NodeRef ref, Loader loader) throws TeeException {
        try {
            return switch (bytes.get()) {
                case LEAF -> decodeLeaf(bytes, ref);
                case BRANCH -> decodeBranch(bytes, ref, loader);
                default -> throw new DamageException(SealedStorageProtocol.ERROR_TAMPERED, "it holds no node");
            };
        } catch (BufferUnderflowException e) {
            throw cutOff();
        }
    }

    private static IndexNode decodeLeaf(ByteBuffer bytes, NodeRef ref) {
        NavigableMap<String, IndexEntry> entries = new TreeMap<>();
        for (int count = bytes.getInt(); count > 0; count--) {
            entries.put(decodeName(bytes), decodeEntry(bytes));
        }
        return new IndexLeaf(ref, entries);
    }

    /** All references are read before the first is followed: that brings another block to where this one stands. */
    private static IndexNode decodeBranch(ByteBuffer bytes, NodeRef ref, Loader loader) throws TeeException {
        NavigableMap<String, NodeRef> places = new TreeMap<>();
        for (int count = bytes.getInt(); count > 0; count--) {
            places.put(
                    decodeName(bytes), new NodeRef(bytes.getLong(), decodeId(bytes), bytes.getInt(), bytes.getInt()));
        }
        NavigableMap<String, IndexNode> children = new TreeMap<>();
        for (NavigableMap.Entry<String, NodeRef> each : places.entrySet()) {
            children.put(each.getKey(), loader.load(each.getValue()));
        }
        if (children.isEmpty()) {
            throw cutOff();
        }
        return new IndexBranch(ref, children);
    }

    private static void encodeEntry(ByteBuffer room, String name, IndexEntry entry) {
        encodeName(room, name);
        encodeId(room, entry.version().objectId());
        room.putLong(entry.version().generation());
        encodeId(room, entry.version().salt());
        room.putLong(entry.size()).putInt(entry.chunkSize()).putLong(entry.created());
    }

    static IndexEntry decodeEntry(ByteBuffer bytes) {
        ObjectVersion version = new ObjectVersion(decodeId(bytes), bytes.getLong(), decodeId(bytes));
        return new IndexEntry(version, bytes.getLong(), bytes.getInt(), bytes.getLong());
    }

    private static void encodeChild(ByteBuffer room, String name, NodeRef place) {
        encodeName(room, name);
        room.putLong(place.version());
        encodeId(room, place.salt());
        room.putInt(place.number()).putInt(place.copySize());
    }

    private static void encodeName(ByteBuffer room, String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        room.putShort((short) utf8.length).put(utf8);
    }

    static String decodeName(ByteBuffer bytes) {
        byte[] utf8 = new byte[Short.toUnsignedInt(bytes.getShort())];
        bytes.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static void encodeId(ByteBuffer room, UUID id) {
        room.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private static UUID decodeId(ByteBuffer bytes) {
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    private static DamageException cutOff() {
        return new DamageException(SealedStorageProtocol.ERROR_TAMPERED, "the index ends in the middle of an entry");
    }
}
