// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.chunks;

import java.util.Locale;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.blocks.BlockFiles;
import org.ermine.tee.ta.sealedstorage.files.GpFileStorage;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.files.StoredFile;
import org.ermine.tee.ta.sealedstorage.tree.IndexEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files to which the chunks of an object's version are appended. All chunks but the last have one size, so each stands
 * at a known offset of a known segment. A segment is begun when those before it are safe from a loss of power, and
 * removed when those behind it are safely gone: whatever such a loss leaves of a version, its segments have the numbers
 * from 0 on. Thread safe.
 */
public final class SegmentFiles {

    /** The most bytes of a segment: offsets have 31 bits. */
    public static final int MAX_SIZE = 1 << 30;
    /** The most chunks of an object, and so of its segments. */
    public static final int MAX_CHUNKS = 1 << 24;

    private static final Logger LOG = LoggerFactory.getLogger(SegmentFiles.class);

    private final RepeatLog problems = new RepeatLog(LOG::warn);
    private final GpFileStorage storage;
    private final BlockFiles files;
    private final int maxSize;

    /** @param maxSize the most bytes of a segment; room for a chunk at least */
    public SegmentFiles(GpFileStorage storage, BlockFiles files, int maxSize) {
        this.storage = storage;
        this.files = files;
        this.maxSize = maxSize;
    }

    /**
     * Where a chunk stands.
     *
     * @param segment the number of the segment
     * @param offset bytes before it in the segment
     * @param last whether nothing follows it in the segment
     */
    private record Place(int segment, int offset, boolean last) {}

    public static StoredFile segmentFile(long generation, int segment) {
        return StoredFile.deferred(String.format(Locale.ROOT, "%s%016x.%08x", StoredFile.PREFIX, generation, segment));
    }

    /** Seals the plaintext of a chunk, in place. */
    public void seal(StorageMessage message, Block chunk) {
        files.seal(message, chunk);
    }

    /** Writes a sealed chunk; the chunk before it has been written. */
    void store(StorageMessage message, Block chunk, int chunkSize) throws TeeException {
        Place place = place(chunk, chunkSize);
        if (place.segment() > 0 && place.offset() == 0) {
            storage.barrier(message);
        }
        files.store(message, fileOf(chunk, place), place.offset(), chunk);
    }

    /**
     * Reads a sealed chunk into a message.
     *
     * @return how many bytes there are
     */
    public int fetch(StorageMessage message, Block chunk, int chunkSize) throws TeeException {
        Place place = place(chunk, chunkSize);
        return files.fetch(message, fileOf(chunk, place), place.offset());
    }

    /**
     * Opens a chunk that was fetched.
     *
     * @param size how many bytes of it there are
     * @param content where its plaintext stands afterwards, from 0 on
     */
    public void open(StorageMessage message, int size, Block chunk, int chunkSize, byte[] content) throws TeeException {
        Place place = place(chunk, chunkSize);
        files.open(message, size, fileOf(chunk, place), chunk, place.last(), content);
    }

    /** Whether there is a file of a version. */
    public boolean exist(StorageMessage message, long generation) throws TeeException {
        return storage.exists(message, segmentFile(generation, 0));
    }

    /** How many segments an object has. */
    public int count(IndexEntry entry) {
        return (entry.chunks() - 1) / chunksPerSegment(entry.chunkSize()) + 1;
    }

    private int chunksPerSegment(int chunkSize) {
        return maxSize / Block.storedSize(chunkSize);
    }

    /** Removes the segments of a version, however many there are. */
    public void remove(StorageMessage message, long generation) throws TeeException {
        remove(message, generation, count(message, generation));
    }

    /** Removes the {@code count} segments of a version. */
    public void remove(StorageMessage message, long generation, int count) throws TeeException {
        for (int segment = count - 1; segment >= 0; segment--) {
            storage.remove(message, segmentFile(generation, segment));
            if (segment > 0) {
                tryBarrier(message);
            }
        }
    }

    /**
     * A segment that the disk did not take fails every barrier until it is removed; so no failure may stop its removal.
     */
    private void tryBarrier(StorageMessage message) {
        try {
            storage.barrier(message);
        } catch (TeeException e) {
            problems.tell("barrier", () -> "If power goes now, a removed file may come back: " + e.getMessage());
        }
    }

    private Place place(Block chunk, int chunkSize) {
        int chunksPerSegment = chunksPerSegment(chunkSize);
        int index = chunk.number() % chunksPerSegment;
        return new Place(
                chunk.number() / chunksPerSegment,
                index * Block.storedSize(chunkSize),
                chunk.last() || index == chunksPerSegment - 1);
    }

    private static StoredFile fileOf(Block chunk, Place place) {
        return segmentFile(chunk.version().generation(), place.segment());
    }

    /** Finds the first number that has no segment, given that all numbers below it have one. */
    private int count(StorageMessage message, long generation) throws TeeException {
        int present = -1;
        int absent = 0;
        while (storage.exists(message, segmentFile(generation, absent))) {
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
            if (storage.exists(message, segmentFile(generation, middle))) {
                present = middle;
            } else {
                absent = middle;
            }
        }
        return absent;
    }
}
