// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.blocks;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * A block's description as it stands before its content, in clear, little-endian:
 *
 * <pre>
 *  0 "ESB"  3 u8 format, a digit  4 u8 kind  5 u8 last  6 u8 algorithm  7 u8 key  8 store id (16)
 * 24 object id (16)  40 u64 generation  48 salt (16)  64 u32 number  68 u32 length
 * 72 first 8 bytes of the SHA-256 of what stands before
 * </pre>
 *
 * The format is '4'. Formats '3' and '2' are read too: in them a short chunk is not {@linkplain Block#padded padded},
 * and in '2' nodes of the index hold something else. In format '1', which is read as well, algorithm and key are 0,
 * and they are the same. Algorithm 1 is AES-256-GCM with keys by HMAC-SHA-256, key 1 the one that the device derives
 * for the purpose "blocks". Every later format keeps "ESB", the place of the format and that of the digest: so it is
 * told from a header that was changed.
 *
 * The digest authenticates nothing: it tells a header that somebody damaged from a header that another device wrote,
 * whose store id it is that differs. All of the header is authenticated together with the block's content.
 */
public final class BlockHeader {

    public static final int SIZE = 80;
    static final int STORE_ID_SIZE = 16;

    private static final int MAGIC = 0x425345;
    private static final int MAGIC_BITS = 0xffffff;
    private static final byte FORMAT = '4';
    private static final byte UNPADDED_FORMAT = '3';
    private static final byte FLAT_FORMAT = '2';
    /** Those that differ from each other in what is sealed only. */
    private static final List<Byte> FORMATS = List.of(FORMAT, UNPADDED_FORMAT, FLAT_FORMAT);

    private static final byte FORMER_FORMAT = '1';
    private static final byte AES_GCM = 1;
    private static final byte BLOCKS_KEY = 1;
    private static final int DIGEST_OFFSET = 72;
    private static final int DIGEST_SIZE = 8;

    private BlockHeader() {}

    /** Writes a header at {@code offset} of {@code file}, which is little-endian. */
    public static void write(ByteBuffer file, int offset, byte[] storeId, Block block) {
        write(file, offset, FORMAT, storeId, block);
    }

    private static void write(ByteBuffer file, int offset, byte format, byte[] storeId, Block block) {
        ByteBuffer header = file.duplicate().order(file.order()).position(offset);
        header.putInt(MAGIC | format << 24);
        header.put((byte) block.kind().ordinal());
        header.put((byte) (block.last() ? 1 : 0));
        header.put(AES_GCM).put(BLOCKS_KEY);
        header.put(storeId);
        putId(header, block.version().objectId());
        header.putLong(block.version().generation());
        putId(header, block.version().salt());
        header.putInt(block.number());
        header.putInt(block.length());
        header.put(digest(file.array(), offset), 0, DIGEST_SIZE);
    }

    /** Whether the header of {@code block} stands at {@code offset}, in a format in which there are such blocks. */
    public static boolean stands(ByteBuffer file, int offset, byte[] storeId, Block block) {
        return FORMATS.stream().anyMatch(format -> stands(file, offset, format, storeId, block));
    }

    private static boolean stands(ByteBuffer file, int offset, byte format, byte[] storeId, Block block) {
        ByteBuffer expected = ByteBuffer.allocate(SIZE).order(file.order());
        write(expected, 0, format, storeId, block);
        return Arrays.equals(expected.array(), 0, SIZE, file.array(), offset, offset + SIZE);
    }

    /**
     * Reads the header of a block that starts at {@code offset}, where {@code size} bytes are left. What it says is not
     * authentic yet, but a block of that length is there.
     */
    public static Block read(ByteBuffer file, int offset, int size, byte[] storeId) throws DamageException {
        Block block = readAlone(file, offset, size, storeId);
        requireComplete(block, size);
        return block;
    }

    /** Reads a header, whether or not all of its block is there. */
    public static Block readAlone(ByteBuffer file, int offset, int size, byte[] storeId) throws DamageException {
        if (size < SIZE + BlockCipher.TAG_SIZE) {
            throw new DamageException(
                    SealedStorageProtocol.ERROR_TRUNCATED, size + " bytes are left, less than a header and a tag");
        }
        byte[] digest = Arrays.copyOf(digest(file.array(), offset), DIGEST_SIZE);
        int storedDigest = offset + DIGEST_OFFSET;
        if (!Arrays.equals(digest, 0, DIGEST_SIZE, file.array(), storedDigest, storedDigest + DIGEST_SIZE)
                || (file.getInt(offset) & MAGIC_BITS) != MAGIC) {
            throw changed();
        }
        requireKnownFormat(file, offset);
        return parse(file.duplicate().order(file.order()).position(offset + 4), storeId);
    }

    private static void requireKnownFormat(ByteBuffer file, int offset) throws DamageException {
        byte format = file.get(offset + 3);
        if (format == FORMER_FORMAT && file.getShort(offset + 6) == 0) {
            requireKnownKind(file.get(offset + 4));
            return;
        }
        boolean known =
                FORMATS.contains(format) && file.get(offset + 6) == AES_GCM && file.get(offset + 7) == BLOCKS_KEY;
        if (!known && format > FORMER_FORMAT) {
            throw new DamageException(
                    SealedStorageProtocol.ERROR_NEWER_VERSION,
                    "a newer version wrote it: format " + (char) format + ", algorithm " + file.get(offset + 6)
                            + ", key " + file.get(offset + 7) + ", and this version knows format " + (char) FORMAT
                            + ", algorithm " + AES_GCM + ", key " + BLOCKS_KEY);
        }
        if (!known) {
            throw changed();
        }
        requireKnownKind(file.get(offset + 4));
    }

    private static void requireKnownKind(byte kind) throws DamageException {
        if (Byte.toUnsignedInt(kind) >= Block.Kind.values().length) {
            throw changed();
        }
    }

    private static DamageException changed() {
        return new DamageException(SealedStorageProtocol.ERROR_TAMPERED, "its header was changed");
    }

    private static Block parse(ByteBuffer header, byte[] storeId) throws DamageException {
        Block.Kind kind = Block.Kind.values()[header.get()];
        boolean last = header.get() != 0;
        header.getShort();
        byte[] store = new byte[STORE_ID_SIZE];
        header.get(store);
        if (!Arrays.equals(store, storeId)) {
            throw new DamageException(SealedStorageProtocol.ERROR_FOREIGN_STORE, "another device wrote it");
        }
        ObjectVersion version = new ObjectVersion(getId(header), header.getLong(), getId(header));
        return new Block(kind, version, header.getInt(), last, header.getInt());
    }

    private static void requireComplete(Block block, int size) throws DamageException {
        long expected = (long) SIZE + Integer.toUnsignedLong(block.length()) + BlockCipher.TAG_SIZE;
        if (size < expected) {
            throw new DamageException(
                    SealedStorageProtocol.ERROR_TRUNCATED, size + " of " + expected + " bytes are left");
        }
    }

    private static byte[] digest(byte[] file, int offset) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(file, offset, DIGEST_OFFSET);
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void putId(ByteBuffer buffer, UUID id) {
        buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private static UUID getId(ByteBuffer buffer) {
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
