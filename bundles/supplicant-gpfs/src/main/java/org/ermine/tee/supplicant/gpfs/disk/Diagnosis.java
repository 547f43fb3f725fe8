// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.ermine.tee.embedded.log.FailureText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out why a change failed. Java has exception types for a few errors only; of the others it tells the text of the
 * C library, which is meant for people and is in their language. So the state of the file system is asked instead,
 * right after the failure and before anything is cleared away:
 *
 * <ol>
 *   <li>it is mounted for reading only: EROFS;
 *   <li>the directory may not be written: EACCES;
 *   <li>it has less room than was needed: ENOSPC;
 *   <li>it has room and is in order, and yet not even an empty file can be made, so it has no inode left: ENOSPC;
 *   <li>an empty file can be made and one of the size that was needed cannot, though there is room: EDQUOT;
 *   <li>all of that is possible: EIO, whatever it was.
 * </ol>
 *
 * <p>If somebody makes room between the failure and the question, the answer is EIO.
 */
public final class Diagnosis {

    private static final Logger LOG = LoggerFactory.getLogger(Diagnosis.class);

    /** The size of a block, which even a name may need for itself. */
    private static final long BLOCK = 4096;

    /** How many bytes are written at most to find out whether there is room. */
    private static final long MOST = 1L << 20;

    private static final int PIECE = 64 * 1024;

    private final Path root;
    private final Disk disk;

    public Diagnosis(Path root, Disk disk) {
        this.root = root;
        this.disk = disk;
    }

    /**
     * Returns the failure, with its error number unless its type already says it.
     *
     * @param place where a file can be made on trial
     * @param needed bytes that were to be added
     */
    public IOException of(IOException failure, Directory place, long needed) {
        if (FileErrno.isToldByType(failure)) {
            return failure;
        }
        int errno = cause(failure, place, Math.min(MOST, Math.max(BLOCK, needed)));
        return new DiagnosedException(errno, FailureText.of(failure), failure);
    }

    private int cause(IOException failure, Directory place, long needed) {
        if (isReadOnly(failure)) {
            return FileErrno.EROFS;
        } else if (!Files.isWritable(root)) {
            return FileErrno.EACCES;
        } else if (hasNoRoom(failure, needed)) {
            return FileErrno.ENOSPC;
        } else if (!fits(0, place)) {
            return isInOrder(place) ? FileErrno.ENOSPC : FileErrno.EIO;
        }
        return fits(needed, place) ? FileErrno.EIO : FileErrno.EDQUOT;
    }

    private boolean isReadOnly(IOException failure) {
        try {
            return disk.isReadOnly(root);
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    private boolean hasNoRoom(IOException failure, long needed) {
        try {
            return disk.usable(root) < needed;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /** Returns whether a file of this size can be made. It is deleted afterwards. */
    private boolean fits(long size, Directory place) {
        String trial = FileName.RESERVED + "-" + UUID.randomUUID();
        try (FileChannel file = place.openFile(trial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            try {
                fill(file, size);
                return true;
            } finally {
                place.deleteFile(trial);
            }
        } catch (IOException e) {
            LOG.trace("{} with {} bytes cannot be made in {}", trial, size, root, e);
            return false;
        }
    }

    private void fill(FileChannel file, long size) throws IOException {
        for (long written = 0; written < size; ) {
            int count = (int) Math.min(PIECE, size - written);
            disk.write(file, ByteBuffer.allocate(count), written);
            written += count;
        }
        disk.force(file);
    }

    private boolean isInOrder(Directory place) {
        try {
            place.sync();
            return true;
        } catch (IOException e) {
            LOG.trace("{} cannot be synchronised", root, e);
            return false;
        }
    }
}
