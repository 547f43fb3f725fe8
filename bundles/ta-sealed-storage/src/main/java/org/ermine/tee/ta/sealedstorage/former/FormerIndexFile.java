// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.former;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.blocks.BlockFiles;
import org.ermine.tee.ta.sealedstorage.blocks.DamageException;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.versions.SecureCounters;

/**
 * The index of the former format, in one of two persistent slots, and the counters that said which of them counts. It
 * is read as long as nothing counts in the present format, and cleared away after that. Used by one thread at a time.
 */
public final class FormerIndexFile {

    private static final String COMMITTED = "index.committed";
    private static final String ATTEMPTED = "index.attempted";

    private final SecureCounters counters;
    private final BlockFiles files;
    private final StorageMessage message;

    public FormerIndexFile(SecureCounters counters, BlockFiles files, StorageMessage message) {
        this.counters = counters;
        this.files = files;
        this.message = message;
    }

    /**
     * The index that counted last; an empty one if there never was any.
     *
     * @throws TeeException saying what happened to the index if there is none that counts
     */
    public FormerIndex load() throws TeeException {
        long committed = counters.get(COMMITTED);
        List<FormerIndexSlot> slots = List.of(readSlot(0), readSlot(1));
        for (FormerIndexSlot slot : slots) {
            if (slot.holds(committed)) {
                return slot.index();
            }
        }
        FormerIndexSlot.requireNoneExpected(slots, committed, counters.get(ATTEMPTED));
        return FormerIndex.EMPTY;
    }

    /** Whether there is an index of the former format, be it void. */
    public boolean isThere() throws TeeException {
        return readSlot(0).block() != null || readSlot(1).block() != null;
    }

    /** Whether there are files of the former format, be they damaged. */
    public boolean hasFiles() throws TeeException {
        return !tryRead(0).isMissing() || !tryRead(1).isMissing();
    }

    /**
     * An authentic index.
     *
     * @param confirmed whether this or a later one was committed
     */
    public record Found(FormerIndex index, boolean confirmed) {}

    /** What is authentic in the former format, whether it counts or not. */
    public List<Found> readAll() throws TeeException {
        long committed = counters.get(COMMITTED);
        return Stream.of(tryRead(0), tryRead(1))
                .filter(slot -> slot.index() != null)
                .map(slot -> new Found(slot.index(), slot.version() <= committed))
                .toList();
    }

    /** Makes the former index void, for whoever reads that format only, and removes its files. */
    public void clear() throws TeeException {
        counters.advance(COMMITTED, Math.max(counters.get(COMMITTED), counters.get(ATTEMPTED)) + 1);
        for (int slot = 0; slot < 2; slot++) {
            files.remove(message, BlockFiles.formerIndexFile(slot));
        }
    }

    /** What the storage cannot read is damaged, for whoever takes what there is. */
    private FormerIndexSlot tryRead(int number) throws TeeException {
        try {
            return readSlot(number);
        } catch (TeeException e) {
            int code = e.result().code();
            if (code != SealedStorageProtocol.ERROR_STORAGE_FAILED) {
                throw e;
            }
            return new FormerIndexSlot(null, null, new DamageException(code, e.getMessage()));
        }
    }

    private FormerIndexSlot readSlot(int number) throws TeeException {
        try {
            Block block = files.readFormerIndex(message, number);
            ByteBuffer content = message.bytes()
                    .duplicate()
                    .order(message.bytes().order())
                    .position(BlockFiles.READ_CONTENT_OFFSET)
                    .limit(BlockFiles.READ_CONTENT_OFFSET + block.length());
            return new FormerIndexSlot(block, FormerIndex.decode(content), null);
        } catch (DamageException e) {
            return new FormerIndexSlot(null, null, e);
        }
    }
}
