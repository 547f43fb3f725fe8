// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.failure.FileFailures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is to be sealed.
 *
 * @param size in bytes, when it was opened
 */
public record SourceFile(Path path, InputStream content, long size) implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SourceFile.class);

    public static SourceFile open(Path path) throws SealedStorageException {
        requireFile(path);
        try {
            long size = Files.size(path);
            return new SourceFile(path, Files.newInputStream(path), size);
        } catch (IOException e) {
            throw FileFailures.unreadable(path, e);
        }
    }

    /** To open a pipe would wait for whoever writes into it, and a device has no end. */
    private static void requireFile(Path path) throws SealedStorageException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            String kind = Files.isDirectory(path) ? "a folder" : "a device, a pipe or the like";
            throw new SealedStorageException(
                    Reason.SOURCE_UNREADABLE, path + " is " + kind + "; only files can be sealed");
        }
    }

    /** What was read is sealed by then, or it is told already why it is not: a failure changes neither. */
    @Override
    public void close() {
        try {
            content.close();
        } catch (IOException e) {
            LOG.debug("{} was read and cannot be closed: {}", path, e.toString());
        }
    }
}
