// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.remains;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.blocks.Block;
import org.ermine.tee.ta.sealedstorage.blocks.BlockCipher;
import org.ermine.tee.ta.sealedstorage.blocks.BlockHeader;
import org.ermine.tee.ta.sealedstorage.blocks.DamageException;
import org.ermine.tee.ta.sealedstorage.chunks.SegmentFiles;
import org.ermine.tee.ta.sealedstorage.files.GpFileStorage;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.files.StoredFile;
import org.ermine.tee.ta.sealedstorage.former.FormerIndexFile;
import org.ermine.tee.ta.sealedstorage.index.IndexFiles;
import org.ermine.tee.ta.sealedstorage.remains.Remains.RemainingObject;
import org.ermine.tee.ta.sealedstorage.tree.NodeCodec;
import org.ermine.tee.ta.sealedstorage.versions.IndexVersions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what there is of a store whose index does not count: it may be damaged, older, newer, or another device's.
 * Looks at each file of the index for authentic nodes, in both copies, and at the first files of objects. As nobody
 * lists the files, it goes on until there are none for a while. Changes nothing. Used by whoever has the store's turn.
 */
public final class RemainsSearch {

    private static final Logger LOG = LoggerFactory.getLogger(RemainsSearch.class);

    /** There are no files of an index behind so many that are missing: the lowest numbers are given out first. */
    private static final int MISSING_FILES = 256;
    /** As many as there may be objects: a leaf has few where they are described at length. */
    private static final int MOST_FILES = 1 << 18;
    /** Of so many files not a byte could be read: then it is no fault of theirs. */
    private static final int UNREADABLE_FILES = 8;

    private static final int MISSING = -1;
    private static final int UNREADABLE = -2;

    private static final int MISSING_GENERATIONS = 4096;
    private static final int MOST_GENERATIONS = 1 << 16;

    private final GpFileStorage storage;
    private final BlockCipher cipher;
    private final SegmentFiles segments;
    private final FormerIndexFile former;
    private final IndexVersions versions;
    private final StorageMessage message;
    /** The version that counted when the search began. */
    private long committed;

    public RemainsSearch(
            GpFileStorage storage,
            BlockCipher cipher,
            SegmentFiles segments,
            FormerIndexFile former,
            IndexVersions versions,
            StorageMessage message) {
        this.storage = storage;
        this.cipher = cipher;
        this.segments = segments;
        this.former = former;
        this.versions = versions;
        this.message = message;
    }

    public Remains search() throws TeeException {
        Remains remains = new Remains();
        committed = versions.committed();
        searchIndex(remains);
        for (FormerIndexFile.Found each : former.readAll()) {
            each.index()
                    .entries()
                    .forEach((key, entry) -> remains.add(new RemainingObject(key, entry, 0, each.confirmed())));
            remains.generations().addAll(each.index().leftovers());
        }
        searchGenerations(remains);
        return remains;
    }

    private void searchIndex(Remains remains) throws TeeException {
        byte[] content = new byte[StorageMessage.DATA_SIZE];
        int missing = 0;
        int unreadable = 0;
        for (int file = 0; file < MOST_FILES && missing < MISSING_FILES; file++) {
            int size = load(IndexFiles.file(file), content);
            missing = size == MISSING ? missing + 1 : 0;
            unreadable = size == UNREADABLE ? unreadable + 1 : 0;
            if (unreadable == UNREADABLE_FILES) {
                throw new TeeException(
                        TeeResult.of(SealedStorageProtocol.ERROR_STORAGE_FAILED),
                        "nothing of " + UNREADABLE_FILES + " files of the index one after another can be read");
            }
            if (size != MISSING) {
                remains.files().add(file);
                searchNodes(remains, ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN), size);
            }
        }
    }

    /** Loads what can be read of a file, with zeros for the rest. Returns its size, or what is the matter. */
    private int load(StoredFile file, byte[] content) throws TeeException {
        try {
            return load(file, 0, content.length, content);
        } catch (TeeException e) {
            requireUnreadable(e);
            return loadByUnits(file, content);
        }
    }

    private int loadByUnits(StoredFile file, byte[] content) throws TeeException {
        Arrays.fill(content, (byte) 0);
        int end = UNREADABLE;
        for (int at = 0; at + IndexFiles.UNIT <= content.length; at += IndexFiles.UNIT) {
            try {
                int size = load(file, at, IndexFiles.UNIT, content);
                if (size <= 0) {
                    return end;
                }
                end = at + size;
            } catch (TeeException e) {
                requireUnreadable(e);
            }
        }
        return end;
    }

    private int load(StoredFile file, int at, int most, byte[] content) throws TeeException {
        int size = storage.read(message, file, at, most);
        if (size > 0) {
            message.bytes().get(StorageMessage.ANSWER_DATA_OFFSET, content, at, size);
        }
        return size;
    }

    private static void requireUnreadable(TeeException failure) throws TeeException {
        if (failure.result().code() != SealedStorageProtocol.ERROR_STORAGE_FAILED) {
            throw failure;
        }
    }

    /** A block begins where a copy does, and where another one ends. */
    private void searchNodes(Remains remains, ByteBuffer content, int size) throws TeeException {
        NavigableSet<Integer> starts = new TreeSet<>();
        for (int at = 0; at < size; at += IndexFiles.UNIT) {
            starts.add(at);
        }
        for (Integer at = starts.pollFirst(); at != null; at = starts.pollFirst()) {
            try {
                Block header = BlockHeader.read(content, at, size - at, cipher.storeId());
                int end = at + Block.storedSize(header.length());
                starts.add(end);
                addNode(remains, header, Arrays.copyOfRange(content.array(), at, end));
            } catch (DamageException e) {
                LOG.debug("No part of an index is found at {}: {}", at, e.getMessage());
            }
        }
    }

    private void addNode(Remains remains, Block header, byte[] block) throws TeeException {
        if (header.kind() != Block.Kind.NODE) {
            return;
        }
        cipher.open(block, 0, header);
        long version = header.version().generation();
        remains.addVersion(version);
        ByteBuffer content =
                ByteBuffer.wrap(block, BlockHeader.SIZE, header.length()).order(ByteOrder.LITTLE_ENDIAN);
        boolean confirmed = version <= committed;
        NodeCodec.decodeEntries(content)
                .forEach((key, entry) -> remains.add(new RemainingObject(key, entry, version, confirmed)));
    }

    private void searchGenerations(Remains remains) throws TeeException {
        int missing = 0;
        for (long generation = 0;
                generation < MOST_GENERATIONS && missing < MISSING_GENERATIONS;
                generation++, missing++) {
            if (mayExist(generation)) {
                remains.generations().add(generation);
                missing = 0;
            }
        }
    }

    /** Whether there are files of a generation: what cannot be read is there. */
    public boolean mayExist(long generation) throws TeeException {
        try {
            return segments.exist(message, generation);
        } catch (TeeException e) {
            requireUnreadable(e);
            return true;
        }
    }
}
