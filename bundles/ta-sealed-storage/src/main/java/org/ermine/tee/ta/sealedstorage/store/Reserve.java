// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.store;

import java.util.SplittableRandom;
import org.ermine.tee.TeeException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.ermine.tee.ta.sealedstorage.files.GpFileStorage;
import org.ermine.tee.ta.sealedstorage.files.StorageMessage;
import org.ermine.tee.ta.sealedstorage.files.StoredFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that holds nothing but room on the disk: as much as it takes to write the index and to advance the counters
 * once more. Nothing is sealed while there is no such file. When the disk is full it is given up, so that an object can
 * be removed, and made anew from the room that this object had. Its content means nothing. Used by one thread at a
 * time.
 */
public final class Reserve {

    private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);

    private static final StoredFile FILE = StoredFile.persistent(StoredFile.PREFIX + "reserve");
    /** For the counters, and for what the file systems keep beside content. */
    private static final int MARGIN = 64 * 1024;

    private final GpFileStorage storage;
    private final StorageMessage message;
    private final int size;
    /** Whether the file is known to be there. */
    private boolean kept;
    /** Whether it was given up and not made anew. */
    private boolean missing;

    /** @param indexFileSize the most bytes of a file of the index */
    public Reserve(GpFileStorage storage, StorageMessage message, int indexFileSize) {
        this.storage = storage;
        this.message = message;
        this.size = indexFileSize + MARGIN;
    }

    /** Makes sure that there is a reserve. */
    public void require() throws TeeException {
        if (!kept && !isComplete()) {
            write();
        }
        kept = true;
        missing = false;
    }

    /**
     * Makes a reserve that was given up anew where there is room; where there is none, nothing is sealed until there
     * is.
     */
    void restore() {
        try {
            if (missing) {
                require();
            }
        } catch (TeeException e) {
            LOG.debug("There is no room for a reserve: {}", e.getMessage());
        }
    }

    /**
     * Gives the room free, if the disk is full.
     *
     * @throws TeeException {@code failure} if that is not why it failed
     */
    void giveUp(TeeException failure) throws TeeException {
        if (failure.result().code() != SealedStorageProtocol.ERROR_STORAGE_FULL) {
            throw failure;
        }
        kept = false;
        missing = true;
        storage.remove(message, FILE);
    }

    private boolean isComplete() throws TeeException {
        return storage.read(message, FILE, size - 1, 1) == 1;
    }

    /** What can be compressed would take no room. */
    private void write() throws TeeException {
        storage.remove(message, FILE);
        byte[] noise = new byte[StorageMessage.DATA_SIZE];
        new SplittableRandom().nextBytes(noise);
        for (int offset = 0; offset < size; offset += noise.length) {
            int count = Math.min(noise.length, size - offset);
            message.bytes().put(StorageMessage.WRITE_DATA_OFFSET, noise, 0, count);
            storage.write(message, FILE, offset, count);
        }
    }
}
