// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.support;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Replaces files so that after a loss of power there is the old one or the new one, whole and under its name. The
 * content is forced to the disk by whoever wrote it; the name is replaced in one step, and forced too.
 */
public final class DurableFiles {

    private DurableFiles() {}

    /** Forces the names in a folder to the disk; a parameter, so that tests can let it fail. */
    @ConsumerType
    @FunctionalInterface
    public interface NameForcer {

        /**
         * Forces names as the system does. It does nothing where folders cannot be opened: on Windows, or if the
         * process may write a folder but not read it.
         */
        NameForcer REAL = DurableFiles::forceNames;

        /** Returns when all names that were made, changed or deleted in {@code folder} are on the disk. */
        void force(Path folder) throws IOException;
    }

    /**
     * Puts a file in the place of another, or of none.
     *
     * @param file the place
     * @param complete the new file, in the same file system, with its content forced; it is gone afterwards
     * @throws IOException if it could not be moved, and all is as before; or if the name could not be forced
     */
    public static void replace(Path file, Path complete, NameForcer names) throws IOException {
        Files.move(complete, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        names.force(file.toAbsolutePath().getParent());
    }

    private static void forceNames(Path folder) throws IOException {
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix") || !Files.isReadable(folder)) {
            return;
        }
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
