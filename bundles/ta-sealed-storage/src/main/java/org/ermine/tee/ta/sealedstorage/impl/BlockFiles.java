// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import static org.ermine.tee.ta.sealedstorage.impl.StorageMessage.ANSWER_DATA_OFFSET;
import static org.ermine.tee.ta.sealedstorage.impl.StorageMessage.WRITE_DATA_OFFSET;

import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** Files that hold one sealed block each. Stateless; thread safe. */
final class BlockFiles {

    /** Where in a message the plaintext of a block to be written stands. */
    static final int WRITE_CONTENT_OFFSET = WRITE_DATA_OFFSET + BlockHeader.SIZE;
    /** Where in a message the plaintext of a block that was read stands. */
    static final int READ_CONTENT_OFFSET = ANSWER_DATA_OFFSET + BlockHeader.SIZE;
    /** The most plaintext in a block; one byte more can be read, to see that a file is longer than it should be. */
    static final int MAX_CONTENT = StorageMessage.DATA_SIZE - BlockHeader.SIZE - BlockCipher.TAG_SIZE - 1;

    /** The most chunks of an object. */
    static final int MAX_CHUNKS = 1 << 24;

    private static final String PREFIX = "ermine.sealed-";

    private final GpFileStorage storage;
    private final BlockCipher cipher;

    BlockFiles(GpFileStorage storage, BlockCipher cipher) {
        this.storage = storage;
        this.cipher = cipher;
    }

    static String indexFile(int slot) {
        return PREFIX + "index." + slot;
    }

    static String chunkFile(long generation, int number) {
        return String.format("%s%016x.%08x", PREFIX, generation, number);
    }

    /** Seals the plaintext at {@link #WRITE_CONTENT_OFFSET}, in place, and writes the file. */
    void write(StorageMessage message, String file, Block block) throws TeeException {
        ByteBuffer bytes = message.bytes();
        BlockHeader.write(bytes, WRITE_DATA_OFFSET, cipher.storeId(), block);
        cipher.seal(bytes.array(), WRITE_DATA_OFFSET, block);
        storage.write(message, file, block.fileSize());
    }

    /**
     * Reads a file and opens it, in place: its plaintext then stands at {@link #READ_CONTENT_OFFSET}. The block is authentic;
     * whether it is the right one is for the caller to say.
     *
     * @throws DamageException if the file is missing or not authentic
     */
    Block read(StorageMessage message, String file) throws TeeException {
        int size = storage.read(message, file, StorageMessage.DATA_SIZE);
        if (size < 0) {
            throw new DamageException(SealedStorageProtocol.ERROR_MISSING, "it is missing").in(file);
        }
        try {
            return open(message.bytes(), size);
        } catch (DamageException e) {
            throw e.in(file);
        }
    }

    /** Reads a block and makes sure that it is {@code expected}. */
    void read(StorageMessage message, String file, Block expected) throws TeeException {
        Block actual = read(message, file);
        if (actual.equals(expected)) {
            return;
        }
        ObjectVersion version = actual.version();
        boolean sameObject = actual.kind() == expected.kind()
                && version.objectId().equals(expected.version().objectId());
        if (sameObject && !version.equals(expected.version())) {
            throw new DamageException(
                            SealedStorageProtocol.ERROR_ROLLED_BACK,
                            "it is of version " + version.generation() + " of the object, not of version "
                                    + expected.version().generation())
                    .in(file);
        }
        throw new DamageException(
                        SealedStorageProtocol.ERROR_EXCHANGED,
                        sameObject
                                ? "it is chunk " + actual.number() + " of the object"
                                : "it belongs to another object")
                .in(file);
    }

    void remove(StorageMessage message, String file) throws TeeException {
        storage.remove(message, file);
    }

    /** Removes the chunks of a version, whose files have the numbers from 0 on: the last one first, so that an end is found. */
    void removeChunks(StorageMessage message, long generation) throws TeeException {
        for (int number = countChunks(message, generation) - 1; number >= 0; number--) {
            storage.remove(message, chunkFile(generation, number));
        }
    }

    /** Finds the first number that has no file, given that all numbers below it have one. */
    private int countChunks(StorageMessage message, long generation) throws TeeException {
        int present = -1;
        int absent = 0;
        while (storage.exists(message, chunkFile(generation, absent))) {
            if (absent >= MAX_CHUNKS) {
                throw new TeeException(
                        TeeResult.of(SealedStorageProtocol.ERROR_STORAGE_FAILED),
                        "the storage claims to hold files that were never written");
            }
            present = absent;
            absent = 2 * absent + 1;
        }
        while (absent - present > 1) {
            int middle = (present + absent) >>> 1;
            if (storage.exists(message, chunkFile(generation, middle))) {
                present = middle;
            } else {
                absent = middle;
            }
        }
        return absent;
    }

    private Block open(ByteBuffer bytes, int size) throws DamageException {
        Block block = BlockHeader.read(bytes, ANSWER_DATA_OFFSET, size, cipher.storeId());
        cipher.open(bytes.array(), ANSWER_DATA_OFFSET, block);
        return block;
    }
}
