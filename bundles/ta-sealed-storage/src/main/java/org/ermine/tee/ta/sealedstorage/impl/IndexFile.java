// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * The index as it is stored, in one of two slots, and the two counters that say which version of it counts; see the package
 * for why. What counts is decoded once and kept for as long as the counter says so. Used by one thread at a time.
 */
final class IndexFile {

    /** An index that becomes shorter is written over the longer one, up to that many bytes and a quarter. */
    private static final int MOST_PADDING = 4096;

    private final IndexVersions versions;
    private final BlockFiles files;
    private final SecureRandom random;
    private final StorageMessage message;
    private final int maxSize;

    /** What counted last, null if that is to be looked up. */
    private Current kept;
    /** The bytes of the file in the slot that does not count. */
    private int otherSize = IndexSlot.UNKNOWN;

    /** @param maxSize the most bytes of an index; at most {@link BlockFiles#MAX_CONTENT} */
    IndexFile(IndexVersions versions, BlockFiles files, SecureRandom random, StorageMessage message, int maxSize) {
        this.versions = versions;
        this.files = files;
        this.random = random;
        this.message = message;
        this.maxSize = maxSize;
    }

    /**
     * The index that counts.
     *
     * @param block what is stored; null if nothing was ever
     */
    record Current(Index index, Block block) {

        int slot() {
            return block == null ? 1 - IndexSlot.FIRST : block.number();
        }

        int otherSlot() {
            return 1 - slot();
        }

        long version() {
            return block == null ? 0 : block.version().generation();
        }
    }

    /**
     * The index that counts: the one that is kept, or else what is stored.
     *
     * @throws TeeException saying what happened to the index if there is none that counts
     */
    Current load() throws TeeException {
        long committed = versions.committed();
        if (kept == null || kept.version() != committed) {
            forget();
            Current read = read(committed);
            kept = read.block() == null ? null : read;
            return read;
        }
        return kept;
    }

    /** The same, after a look whether what is kept is still what is stored: the store may have been exchanged for another one. */
    Current loadInPlace() throws TeeException {
        Current known = kept;
        Current current = load();
        if (current == known && !files.isThere(message, BlockFiles.indexFile(current.slot()), current.block())) {
            forget();
            return load();
        }
        return current;
    }

    /** Looks up at the next opportunity what is stored. */
    private void forget() {
        kept = null;
        otherSize = IndexSlot.UNKNOWN;
    }

    private Current read(long committed) throws TeeException {
        IndexSlot[] slots = {readSlot(0), readSlot(1)};
        for (int number = 0; number < slots.length; number++) {
            if (slots[number].holds(committed)) {
                otherSize = slots[1 - number].storedSize();
                return new Current(slots[number].index(), slots[number].block());
            }
        }
        IndexSlot.requireNoneExpected(List.of(slots), committed, versions.attempted());
        Current none = new Current(Index.EMPTY, null);
        otherSize = slots[none.otherSlot()].storedSize();
        return none;
    }

    /**
     * Puts {@code index} in the place of the current one. If this fails, it is not known which of the two counts, until
     * {@link #load} says.
     */
    Current replace(Current current, Index index) throws TeeException {
        int present = otherSize;
        forget();
        long version = versions.next();
        int length = pad(encode(index), present);
        Block block = Block.index(ObjectVersion.ofIndex(version, random), current.otherSlot(), length);
        files.seal(message, block);
        store(block, present);
        versions.commit(version);
        otherSize =
                current.block() == null ? 0 : Block.storedSize(current.block().length());
        kept = new Current(index, block);
        return kept;
    }

    /** Writes over what is there, or where the disk has no room for both, in its place. */
    private void store(Block block, int present) throws TeeException {
        StoredFile file = BlockFiles.indexFile(block.number());
        if (present == IndexSlot.UNKNOWN || present > Block.storedSize(block.length())) {
            // A longer file would stay longer.
            files.remove(message, file);
        }
        try {
            files.store(message, file, 0, block);
        } catch (TeeException e) {
            if (present == 0 || e.result().code() != SealedStorageProtocol.ERROR_STORAGE_FULL) {
                throw e;
            }
            files.remove(message, file);
            files.store(message, file, 0, block);
        }
    }

    /** Removes what the slot that does not count holds. */
    void removePredecessor(Current current) throws TeeException {
        otherSize = IndexSlot.UNKNOWN;
        files.remove(message, BlockFiles.indexFile(current.otherSlot()));
        otherSize = 0;
    }

    /**
     * Makes sure that an index could be stored.
     *
     * @throws TeeException TOO_MANY_OBJECTS if not
     */
    void requireFits(Index index) throws TeeException {
        encode(index);
    }

    private int encode(Index index) throws TeeException {
        ByteBuffer room = message.bytes()
                .duplicate()
                .order(message.bytes().order())
                .position(BlockFiles.WRITE_CONTENT_OFFSET)
                .limit(BlockFiles.WRITE_CONTENT_OFFSET + maxSize);
        index.encode(room);
        return room.position() - BlockFiles.WRITE_CONTENT_OFFSET;
    }

    /** Makes an index as long as the file that it will replace, unless that is much longer. */
    private int pad(int length, int present) {
        int padded = present - Block.storedSize(0);
        if (padded <= length || padded - length > MOST_PADDING + length / 4) {
            return length;
        }
        int content = BlockFiles.WRITE_CONTENT_OFFSET;
        Arrays.fill(message.bytes().array(), content + length, content + padded, (byte) 0);
        return padded;
    }

    private IndexSlot readSlot(int number) throws TeeException {
        try {
            Block block = files.readIndex(message, number);
            ByteBuffer content = message.bytes()
                    .duplicate()
                    .order(message.bytes().order())
                    .position(BlockFiles.READ_CONTENT_OFFSET)
                    .limit(BlockFiles.READ_CONTENT_OFFSET + block.length());
            return new IndexSlot(block, Index.decode(content), null);
        } catch (DamageException e) {
            return new IndexSlot(null, null, e);
        }
    }
}
