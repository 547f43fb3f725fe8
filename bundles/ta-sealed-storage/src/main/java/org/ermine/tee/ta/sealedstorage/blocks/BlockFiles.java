// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.blocks;

import static org.ermine.tee.ta.sealedstorage.files.StorageMessage.ANSWER_DATA_OFFSET;
import static org.ermine.tee.ta.sealedstorage.files.StorageMessage.WRITE_DATA_OFFSET;

import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.files.GpFileStorage;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.files.StoredFile;

/** Sealed blocks in files. Stateless; thread safe. */
public final class BlockFiles {

    /** Where in a message the plaintext of a block to be written stands. */
    public static final int WRITE_CONTENT_OFFSET = WRITE_DATA_OFFSET + BlockHeader.SIZE;
    /** Where in a message the plaintext of a block that was read stands. */
    public static final int READ_CONTENT_OFFSET = ANSWER_DATA_OFFSET + BlockHeader.SIZE;
    /** The most plaintext in a block; one byte more can be read, to see that a file is longer than it should be. */
    static final int MAX_CONTENT = StorageMessage.DATA_SIZE - BlockHeader.SIZE - BlockCipher.TAG_SIZE - 1;

    private final GpFileStorage storage;
    private final BlockCipher cipher;

    public BlockFiles(GpFileStorage storage, BlockCipher cipher) {
        this.storage = storage;
        this.cipher = cipher;
    }

    public BlockCipher cipher() {
        return cipher;
    }

    /** Where a former index stands. */
    public static StoredFile formerIndexFile(int slot) {
        return StoredFile.persistent(StoredFile.PREFIX + "index." + slot);
    }

    /** Seals the plaintext at {@link #WRITE_CONTENT_OFFSET}, in place. */
    public void seal(StorageMessage message, Block block) {
        ByteBuffer bytes = message.bytes();
        BlockHeader.write(bytes, WRITE_DATA_OFFSET, cipher.storeId(), block);
        cipher.seal(bytes.array(), WRITE_DATA_OFFSET, block);
    }

    /** Writes a block that was sealed. */
    public void store(StorageMessage message, StoredFile file, int offset, Block block) throws TeeException {
        storage.write(message, file, offset, Block.storedSize(block.length()));
    }

    /**
     * Reads the file of a slot of a former index and opens it, in place: its plaintext then stands at {@link
     * #READ_CONTENT_OFFSET}. The block is authentic; whether it is the present index is for the caller to say.
     *
     * @throws DamageException if the file is missing, not authentic or no index of this slot
     */
    public Block readFormerIndex(StorageMessage message, int slot) throws TeeException {
        StoredFile file = formerIndexFile(slot);
        int size = fetch(message, file, 0);
        try {
            Block block = open(message.bytes(), size);
            if (block.kind() != Block.Kind.INDEX || block.number() != slot) {
                throw new DamageException(
                        SealedStorageProtocol.ERROR_EXCHANGED, "it is something else of what is sealed here");
            }
            requireEnd(block, size);
            return block;
        } catch (DamageException e) {
            throw e.in(file);
        }
    }

    /**
     * Makes sure that the block that was {@linkplain #fetch fetched} is {@code expected}, and opens it.
     *
     * @param size how many bytes were fetched
     * @param file from where
     * @param last whether the file ends with it
     * @param content room for its plaintext, from 0 on
     */
    public void open(StorageMessage message, int size, StoredFile file, Block expected, boolean last, byte[] content)
            throws DamageException {
        try {
            Block stored = header(message.bytes(), size);
            requireSame(message, expected, stored);
            open(message, stored, expected.length(), content);
            if (last) {
                requireEnd(stored, size);
            }
        } catch (DamageException e) {
            throw e.in(file);
        }
    }

    /** Opens a block into {@code content}, as far as it is that: zeros follow what was padded. */
    private void open(StorageMessage message, Block stored, int length, byte[] content) throws DamageException {
        byte[] bytes = message.bytes().array();
        if (stored.length() == length) {
            cipher.open(bytes, ANSWER_DATA_OFFSET, stored, content, 0);
            return;
        }
        cipher.open(bytes, ANSWER_DATA_OFFSET, stored);
        System.arraycopy(bytes, READ_CONTENT_OFFSET, content, 0, length);
        message.wipe(READ_CONTENT_OFFSET, length);
    }

    public void remove(StorageMessage message, StoredFile file) throws TeeException {
        storage.remove(message, file);
    }

    /**
     * Reads what stands at {@code offset}: as much as a message holds, so that a block is recognized even where a
     * shorter one is expected.
     *
     * @return how many bytes there are
     */
    public int fetch(StorageMessage message, StoredFile file, int offset) throws TeeException {
        int size = storage.read(message, file, offset, StorageMessage.DATA_SIZE);
        if (size < 0) {
            throw new DamageException(SealedStorageProtocol.ERROR_MISSING, "it is missing").in(file);
        }
        return size;
    }

    private Block open(ByteBuffer bytes, int size) throws DamageException {
        Block block = header(bytes, size);
        cipher.open(bytes.array(), ANSWER_DATA_OFFSET, block);
        return block;
    }

    private Block header(ByteBuffer bytes, int size) throws DamageException {
        return BlockHeader.read(bytes, ANSWER_DATA_OFFSET, size, cipher.storeId());
    }

    /** What is another block has to be authentic to be called one. Of its plaintext nothing is left. */
    private void requireSame(StorageMessage message, Block expected, Block actual) throws DamageException {
        if (actual.equals(expected.padded()) || actual.equals(expected)) {
            return;
        }
        cipher.open(message.bytes().array(), ANSWER_DATA_OFFSET, actual);
        message.wipe(READ_CONTENT_OFFSET, actual.length());
        ObjectVersion version = actual.version();
        boolean sameObject = actual.kind() == expected.kind()
                && version.objectId().equals(expected.version().objectId());
        if (sameObject && !version.equals(expected.version())) {
            throw new DamageException(
                    SealedStorageProtocol.ERROR_ROLLED_BACK,
                    "it is of version " + version.generation() + " of the object, not of version "
                            + expected.version().generation());
        }
        throw new DamageException(
                SealedStorageProtocol.ERROR_EXCHANGED,
                "where chunk " + expected.number() + " of the object has to be, there is "
                        + (sameObject ? "chunk " + actual.number() : "a part of another object"));
    }

    private static void requireEnd(Block block, int size) throws DamageException {
        int expected = Block.storedSize(block.length());
        if (size > expected) {
            throw new DamageException(
                    SealedStorageProtocol.ERROR_TAMPERED,
                    "it has more than the " + expected + " bytes that were written last");
        }
    }
}
