// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * The index as it is stored, in one of two slots, and the two counters that say which version of it counts; see the package
 * for why. Has no state in memory: what counts is read anew each time. Used by one thread at a time.
 */
final class IndexFile {

    /** Counter: the version that counts. */
    static final String COMMITTED = "index.committed";
    /** Counter: the last version that somebody tried to write. */
    static final String ATTEMPTED = "index.attempted";

    private final SecureCounters counters;
    private final BlockFiles files;
    private final SecureRandom random;
    private final StorageMessage message;
    private final int maxSize;

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
     * @param slot where it is stored
     */
    record Current(Index index, int slot) {}

    /** What was found in a slot: an authentic index, or what is wrong with the file. */
    private record Slot(int number, long version, Index index, DamageException damage) {

        boolean isMissing() {
            return damage != null && damage.result().code() == SealedStorageProtocol.ERROR_MISSING;
        }

        boolean holds(long wanted) {
            return damage == null && version == wanted;
        }
    }

    /**
     * Reads the index that counts. Completes a commit that was interrupted after the index had been written.
     *
     * @throws TeeException saying what happened to the index if there is none that counts
     */
    Current load() throws TeeException {
        long committed = counters.get(COMMITTED);
        long attempted = counters.get(ATTEMPTED);
        List<Slot> slots = List.of(readSlot(0), readSlot(1));
        Optional<Slot> latest = find(slots, attempted).or(() -> find(slots, committed));
        if (latest.isPresent()) {
            Slot slot = latest.get();
            if (slot.version() > committed) {
                counters.advance(COMMITTED, slot.version());
            }
            return new Current(slot.index(), slot.number());
        }
        requireNoneExpected(slots, committed, attempted);
        return new Current(Index.EMPTY, 1);
    }

    /** Makes void what was attempted and did not come to be, so that it cannot turn up later. */
    void voidAttempts() throws TeeException {
        long attempted = counters.get(ATTEMPTED);
        if (attempted > counters.get(COMMITTED)) {
            counters.advance(ATTEMPTED, attempted + 1);
        }
    }

    /**
     * Puts {@code index} in the place of the current one. If this fails, it is not known which of the two counts, until
     * {@link #load} says.
     */
    Current replace(Current current, Index index) throws TeeException {
        int slot = 1 - current.slot();
        int length = encode(index);
        long version = counters.get(ATTEMPTED) + 1;
        counters.advance(ATTEMPTED, version);
        Block block = Block.index(ObjectVersion.ofIndex(version, random), slot, length);
        files.seal(message, block);
        // A longer file that a crash left there would stay longer.
        files.remove(message, BlockFiles.indexFile(slot));
        files.store(message, BlockFiles.indexFile(slot), 0, block);
        counters.advance(COMMITTED, version);
        return new Current(index, slot);
    }

    /** Removes what the slot that does not count holds. */
    void removePredecessor(Current current) throws TeeException {
        files.remove(message, BlockFiles.indexFile(1 - current.slot()));
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

    private Slot readSlot(int number) throws TeeException {
        try {
            Block block = files.readIndex(message, number);
            ByteBuffer content = message.bytes()
                    .duplicate()
                    .order(message.bytes().order())
                    .position(BlockFiles.READ_CONTENT_OFFSET)
                    .limit(BlockFiles.READ_CONTENT_OFFSET + block.length());
            return new Slot(number, block.version().generation(), Index.decode(content), null);
        } catch (DamageException e) {
            return new Slot(number, 0, null, e);
        }
    }

    private static Optional<Slot> find(List<Slot> slots, long version) {
        return slots.stream().filter(slot -> slot.holds(version)).findFirst();
    }

    /** Without an index that counts: nothing was ever committed, and nothing is there but void attempts, or it is an error. */
    private static void requireNoneExpected(List<Slot> slots, long committed, long attempted) throws TeeException {
        for (Slot slot : slots) {
            if (slot.damage() != null && !slot.isMissing()) {
                throw slot.damage();
            }
        }
        for (Slot slot : slots) {
            if (!slot.isMissing() && slot.version() > attempted) {
                throw failure(
                        SealedStorageProtocol.ERROR_FOREIGN_STORE,
                        "the store is newer (" + slot.version() + ") than the secure state (" + attempted + ")");
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
