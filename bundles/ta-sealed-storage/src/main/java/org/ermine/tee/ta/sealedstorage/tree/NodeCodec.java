// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.tree;

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
import org.ermine.tee.ta.sealedstorage.attributes.Bytes;
import org.ermine.tee.ta.sealedstorage.blocks.DamageException;
import org.ermine.tee.ta.sealedstorage.blocks.ObjectVersion;
import org.ermine.tee.ta.sealedstorage.drawers.Drawer;
import org.ermine.tee.ta.sealedstorage.drawers.KeyCoder;

/**
 * Nodes of the index as the content of blocks, little-endian:
 *
 * <pre>
 * leaf:     u8 2, u32 entries, of each: key, see {@link KeyCoder}, object id (16), u64 generation, salt (16), u64 size,
 *               u32 chunk size, u64 created, u8 what there is besides (1 description, 2 association),
 *               then of each of these that there is, in this order: u16 bytes, bytes
 * branch:   u8 3, u32 nodes below, of each: key, u64 version of its file, salt (16), u32 number,
 *               u32 bytes of each copy in its file
 * root:     u64 next generation, u32 leftovers, u64 generation of each, u32 spares, u32 number of each,
 *               u8 whether files of the former format may be left, u32 objects, topmost node
 * </pre>
 *
 * Nodes of format 2 are read too. They have 0 and 1 in the place of 2 and 3, in the place of a key u16 bytes of name
 * and the name of an object, which is in the common drawer, and nothing besides.
 */
public final class NodeCodec {

    private static final int ROOT_SIZE = 8 + 4 + 4 + 1 + 4;

    private static final byte FORMER_LEAF = 0;
    private static final byte FORMER_BRANCH = 1;
    private static final byte LEAF = 2;
    private static final byte BRANCH = 3;
    private static final byte DESCRIPTION = 1;
    private static final byte ASSOCIATION = 2;

    private NodeCodec() {}

    /** Reads the node that a reference leads to. */
    @FunctionalInterface
    public interface Loader {
        IndexNode load(NodeRef ref) throws TeeException;
    }

    public static int rootSize(Index index) {
        return ROOT_SIZE
                + Long.BYTES * index.leftovers().size()
                + Integer.BYTES * index.spares().size()
                + index.top().encodedSize();
    }

    public static void encodeRoot(ByteBuffer room, Index index, Function<IndexNode, NodeRef> places) {
        room.putLong(index.nextGeneration());
        room.putInt(index.leftovers().size());
        index.leftovers().forEach(room::putLong);
        room.putInt(index.spares().size());
        index.spares().forEach(room::putInt);
        room.put((byte) (index.formerLeft() ? 1 : 0)).putInt(index.size());
        encodeNode(room, index.top(), places);
    }

    /** @param places where the nodes below are */
    public static void encodeNode(ByteBuffer room, IndexNode node, Function<IndexNode, NodeRef> places) {
        KeyCoder keys = new KeyCoder();
        if (node instanceof IndexLeaf leaf) {
            room.put(LEAF).putInt(leaf.entries().size());
            leaf.entries().forEach((key, entry) -> {
                keys.write(room, key);
                encodeEntry(room, entry);
            });
        } else if (node instanceof IndexBranch branch) {
            room.put(BRANCH).putInt(branch.children().size());
            branch.children().forEach((key, child) -> {
                keys.write(room, key);
                encodePlace(room, places.apply(child));
            });
        }
    }

    /** Reads an index and, by {@code loader}, the nodes below its topmost one. */
    public static Index decodeRoot(ByteBuffer bytes, Loader loader) throws TeeException {
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
            IndexNode top = decodeNode(bytes, null, loader);
            return new Index(top, Index.usages(top), size, nextGeneration, leftovers, spares, formerLeft);
        } catch (BufferUnderflowException e) {
            throw cutOff();
        }
    }

    /** Reads a node and, by {@code loader}, those below it. */
    public static IndexNode decodeNode(ByteBuffer bytes, NodeRef ref, Loader loader) throws TeeException {
        try {
            return switch (bytes.get()) {
                case LEAF -> decodeLeaf(bytes, ref);
                case BRANCH -> decodeBranch(bytes, new KeyCoder()::read, ref, loader);
                case FORMER_LEAF -> decodeFormerLeaf(bytes, ref);
                case FORMER_BRANCH -> decodeBranch(bytes, NodeCodec::decodeFormerKey, ref, loader);
                default -> throw new DamageException(SealedStorageProtocol.ERROR_TAMPERED, "it holds no node");
            };
        } catch (BufferUnderflowException e) {
            throw cutOff();
        }
    }

    /** The objects in a node without those below it, be it one of its own or the topmost one of a root. */
    public static NavigableMap<String, IndexEntry> decodeEntries(ByteBuffer bytes) throws TeeException {
        Loader none = ref -> IndexLeaf.EMPTY;
        IndexNode node = isNode(bytes.duplicate().order(bytes.order()), none)
                ? decodeNode(bytes, null, none)
                : decodeRoot(bytes, none).top();
        return node instanceof IndexLeaf leaf ? leaf.entries() : new TreeMap<>();
    }

    /** Whether content is that of a node, to its end. A root is none: where a name would have to be, it has a zero. */
    private static boolean isNode(ByteBuffer bytes, Loader loader) throws TeeException {
        try {
            IndexNode node = decodeNode(bytes, null, loader);
            boolean named = !(node instanceof IndexLeaf leaf)
                    || leaf.entries().keySet().stream().noneMatch(NodeCodec::isNameless);
            return named && !bytes.hasRemaining();
        } catch (DamageException e) {
            return false;
        }
    }

    private static boolean isNameless(String key) {
        return key.isEmpty() || Drawer.objectOf(key).isEmpty();
    }

    private static IndexNode decodeLeaf(ByteBuffer bytes, NodeRef ref) {
        NavigableMap<String, IndexEntry> entries = new TreeMap<>();
        KeyCoder keys = new KeyCoder();
        for (int count = bytes.getInt(); count > 0; count--) {
            entries.put(keys.read(bytes), decodeEntry(bytes));
        }
        return new IndexLeaf(ref, entries);
    }

    private static IndexNode decodeFormerLeaf(ByteBuffer bytes, NodeRef ref) {
        NavigableMap<String, IndexEntry> entries = new TreeMap<>();
        for (int count = bytes.getInt(); count > 0; count--) {
            entries.put(decodeFormerKey(bytes), decodeFormerEntry(bytes));
        }
        return new IndexLeaf(ref, entries);
    }

    /** All references are read before the first is followed: that brings another block to where this one stands. */
    private static IndexNode decodeBranch(
            ByteBuffer bytes, Function<ByteBuffer, String> keys, NodeRef ref, Loader loader) throws TeeException {
        NavigableMap<String, NodeRef> places = new TreeMap<>();
        for (int count = bytes.getInt(); count > 0; count--) {
            places.put(
                    keys.apply(bytes), new NodeRef(bytes.getLong(), decodeId(bytes), bytes.getInt(), bytes.getInt()));
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

    private static void encodeEntry(ByteBuffer room, IndexEntry entry) {
        encodeId(room, entry.version().objectId());
        room.putLong(entry.version().generation());
        encodeId(room, entry.version().salt());
        room.putLong(entry.size()).putInt(entry.chunkSize()).putLong(entry.created());
        int besides = (entry.description().isEmpty() ? 0 : DESCRIPTION)
                | (entry.association().isEmpty() ? 0 : ASSOCIATION);
        room.put((byte) besides);
        encodeBesides(room, entry.description());
        encodeBesides(room, entry.association());
    }

    private static void encodeBesides(ByteBuffer room, Bytes bytes) {
        if (!bytes.isEmpty()) {
            room.putShort((short) bytes.size());
            bytes.write(room);
        }
    }

    private static IndexEntry decodeEntry(ByteBuffer bytes) {
        IndexEntry plain = decodeFormerEntry(bytes);
        byte besides = bytes.get();
        Bytes description = (besides & DESCRIPTION) == 0 ? Bytes.NONE : decodeBesides(bytes);
        Bytes association = (besides & ASSOCIATION) == 0 ? Bytes.NONE : decodeBesides(bytes);
        return plain.with(description, association);
    }

    private static Bytes decodeBesides(ByteBuffer bytes) {
        return Bytes.read(bytes, Short.toUnsignedInt(bytes.getShort()));
    }

    /** An entry of format 1 or 2, without its key. */
    public static IndexEntry decodeFormerEntry(ByteBuffer bytes) {
        ObjectVersion version = new ObjectVersion(decodeId(bytes), bytes.getLong(), decodeId(bytes));
        return IndexEntry.plain(version, bytes.getLong(), bytes.getInt(), bytes.getLong());
    }

    private static void encodePlace(ByteBuffer room, NodeRef place) {
        room.putLong(place.version());
        encodeId(room, place.salt());
        room.putInt(place.number()).putInt(place.copySize());
    }

    /**
     * What formats 1 and 2 have in the place of a key: the name of an object, all of which are in the common drawer.
     */
    public static String decodeFormerKey(ByteBuffer bytes) {
        byte[] utf8 = new byte[Short.toUnsignedInt(bytes.getShort())];
        bytes.get(utf8);
        return Drawer.COMMON.key(new String(utf8, StandardCharsets.UTF_8));
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
