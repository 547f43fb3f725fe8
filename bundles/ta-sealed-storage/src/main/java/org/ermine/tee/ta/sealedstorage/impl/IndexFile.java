// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * The index as it is stored, in one of two slots, and the two counters that say which version of it counts; see the package
 * for why. What counts is decoded once and kept for as long as the counter says so. Used by one thread at a time.
 */
final class IndexFile {

    /** Counter: the version that counts. */
    static final String COMMITTED = "index.committed";
    /** Counter: no version beyond it was ever written. */
    static final String ATTEMPTED = "index.attempted";

    /** So many versions are set aside at once: a counter costs as much to advance as a file to write. */
    static final int AHEAD = 1024;

    private static final int FIRST_SLOT = 0;
    /** An index that becomes shorter is written over the longer one, up to that many bytes and a quarter. */
    private static final int MOST_PADDING = 4096;
    /** Of a file whose size is not known. */
    private static final int UNKNOWN = -1;

    private final SecureCounters counters;
    private final BlockFiles files;
    private final SecureRandom random;
    private final StorageMessage message;
    private final int maxSize;

    /** What counted last, null if that is to be looked up. */
    private Current kept;
    /** The bytes of the file in the slot that does not count. */
    private int otherSize = UNKNOWN;
    /** The last version that was written, and the last that was set aside for this run of the TA. */
    private long latest;

    private long setAside;

    /** @param maxSize the most bytes of an index; at most {@link BlockFiles#MAX_CONTENT} */
    IndexFile(SecureCounters counters, BlockFiles files, SecureRandom random, StorageMessage message, int maxSize) {
        this.counters = counters;
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
            return block == null ? 1 - FIRST_SLOT : block.number();
        }

        int otherSlot() {
            return 1 - slot();
        }

        long version() {
            return block == null ? 0 : block.version().generation();
        }
    }

    /**
     * What was found in a slot: an authentic index, or what is wrong with the file.
     *
     * @param block null if it is damaged
     */
    private record Slot(Block block, Index index, DamageException damage) {

        long version() {
            return block == null ? 0 : block.version().generation();
        }

        /** The first commit of all is to one slot, however many attempts it takes. */
        boolean isOfFirstCommit() {
            return block != null && block.number() == FIRST_SLOT;
        }

        /** Of the file, 0 if there is none. */
        int size() {
            if (isMissing()) {
                return 0;
            }
            return block == null ? UNKNOWN : Block.storedSize(block.length());
        }

        boolean isMissing() {
            return damage != null && damage.result().code() == SealedStorageProtocol.ERROR_MISSING;
        }

        boolean holds(long wanted) {
            return damage == null && version() == wanted;
        }
    }

    /**
     * The index that counts: the one that is kept, or else what is stored.
     *
     * @throws TeeException saying what happened to the index if there is none that counts
     */
    Current load() throws TeeException {
        long committed = counters.get(COMMITTED);
        if (kept == null || kept.version() != committed) {
            forget();
            Current read = read(committed);
            if (committed > latest) {
                // By another run: what was set aside for this one comes too late.
                latest = setAside;
            }
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
        otherSize = UNKNOWN;
    }

    private Current read(long committed) throws TeeException {
        Slot[] slots = {readSlot(0), readSlot(1)};
        for (int number = 0; number < slots.length; number++) {
            if (slots[number].holds(committed)) {
                otherSize = slots[1 - number].size();
                return new Current(slots[number].index(), slots[number].block());
            }
        }
        requireNoneExpected(List.of(slots), committed, counters.get(ATTEMPTED));
        Current none = new Current(Index.EMPTY, null);
        otherSize = slots[none.otherSlot()].size();
        return none;
    }

    /**
     * Puts {@code index} in the place of the current one. If this fails, it is not known which of the two counts, until
     * {@link #load} says.
     */
    Current replace(Current current, Index index) throws TeeException {
        int present = otherSize;
        forget();
        long version = nextVersion();
        int length = pad(encode(index), present);
        Block block = Block.index(ObjectVersion.ofIndex(version, random), current.otherSlot(), length);
        files.seal(message, block);
        store(block, present);
        counters.advance(COMMITTED, version);
        otherSize =
                current.block() == null ? 0 : Block.storedSize(current.block().length());
        kept = new Current(index, block);
        return kept;
    }

    /** Writes over what is there, or where the disk has no room for both, in its place. */
    private void store(Block block, int present) throws TeeException {
        StoredFile file = BlockFiles.indexFile(block.number());
        if (present == UNKNOWN || present > Block.storedSize(block.length())) {
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
        otherSize = UNKNOWN;
        files.remove(message, BlockFiles.indexFile(current.otherSlot()));
        otherSize = 0;
    }

    /** A version that no run of the TA has written, and none will. */
    private long nextVersion() throws TeeException {
        if (latest == setAside) {
            long attempted = Math.max(counters.get(ATTEMPTED), counters.get(COMMITTED));
            counters.advance(ATTEMPTED, attempted + AHEAD);
            latest = attempted;
            setAside = attempted + AHEAD;
        }
        latest++;
        return latest;
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

    private Slot readSlot(int number) throws TeeException {
        try {
            Block block = files.readIndex(message, number);
            ByteBuffer content = message.bytes()
                    .duplicate()
                    .order(message.bytes().order())
                    .position(BlockFiles.READ_CONTENT_OFFSET)
                    .limit(BlockFiles.READ_CONTENT_OFFSET + block.length());
            return new Slot(block, Index.decode(content), null);
        } catch (DamageException e) {
            return new Slot(null, null, e);
        }
    }

    /** Without an index that counts: nothing was ever committed, and nothing is there but void attempts, or it is an error. */
    private static void requireNoneExpected(List<Slot> slots, long committed, long attempted) throws TeeException {
        for (Slot slot : slots) {
            if (slot.damage() != null && !slot.isMissing()) {
                throw slot.damage();
            }
        }
        for (Slot slot : slots) {
            boolean mayBeAnAttempt = committed == 0 && slot.version() <= attempted && slot.isOfFirstCommit();
            if (slot.version() > committed && !mayBeAnAttempt) {
                throw failure(
                        SealedStorageProtocol.ERROR_FOREIGN_STORE,
                        "the store is newer (" + slot.version() + ") than the secure state (" + committed + ")");
            }
            if (!slot.isMissing() && slot.version() < committed) {
                throw failure(
                        SealedStorageProtocol.ERROR_ROLLED_BACK,
                        "the store is of version " + slot.version() + ", the present one is " + committed);
            }
        }
        if (committed > 0) {
            throw failure(SealedStorageProtocol.ERROR_STORE_MISSING, "there is no index, and there was one");
        }
    }

    private static TeeException failure(int code, String message) {
        return new TeeException(TeeResult.of(code), message);
    }
}
