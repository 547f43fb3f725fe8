// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.util.Optional;

/** The right to use a directory, which nobody else has in this or in another process. See the package for how. */
public final class DirectoryLock implements Closeable {

    private final FileChannel claimed;
    private final FileChannel locked;

    private DirectoryLock(FileChannel claimed, FileChannel locked) {
        this.claimed = claimed;
        this.locked = locked;
    }

    /** Opens the file by which processes keep each other out. Nobody else opens it in this process. */
    @FunctionalInterface
    public interface LockFile {
        FileChannel open() throws IOException;
    }

    /**
     * Takes the lock of a directory.
     *
     * @param directory opened for reading; closed with the lock, or at once if there is none
     * @param file opened for writing, in that directory; only asked for if this process has not locked it
     * @return empty if somebody else has the lock
     */
    public static Optional<DirectoryLock> take(FileChannel directory, LockFile file) throws IOException {
        FileChannel locked = null;
        try {
            if (isLocked(directory, true)) {
                locked = openLocked(file);
            }
        } finally {
            if (locked == null) {
                directory.close();
            }
        }
        return locked == null ? Optional.empty() : Optional.of(new DirectoryLock(directory, locked));
    }

    private static FileChannel openLocked(LockFile file) throws IOException {
        FileChannel opened = file.open();
        boolean locked = false;
        try {
            locked = isLocked(opened, false);
            return locked ? opened : null;
        } finally {
            if (!locked) {
                opened.close();
            }
        }
    }

    /** The lock ends when the channel is closed; the channel keeps it until then. */
    private static boolean isLocked(FileChannel channel, boolean shared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared) != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** The directory is free for other processes first: within this one, the file may be opened only then. */
    @Override
    public void close() throws IOException {
        try (claimed) {
            locked.close();
        }
    }
}
