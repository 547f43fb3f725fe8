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
 * A file whose content goes into sealed storage.
 *
 * @param size in bytes, when it was opened
 */
public record SourceFile(Path path, InputStream content, long size) implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SourceFile.class);

    /** A file that is to be sealed. */
    public static SourceFile open(Path path) throws SealedStorageException {
        return open(path, FileFailures.shown(path) + " cannot be sealed", "only files can be sealed");
    }

    /** An archive that is to be restored. */
    public static SourceFile archive(Path path) throws SealedStorageException {
        return open(path, "the archive " + FileFailures.shown(path) + " cannot be read", "an archive is a file");
    }

    private static SourceFile open(Path path, String failure, String rule) throws SealedStorageException {
        requireFile(path, rule);
        try {
            long size = Files.size(path);
            return new SourceFile(path, Files.newInputStream(path), size);
        } catch (IOException e) {
            throw FileFailures.of(Reason.SOURCE_UNREADABLE, failure, e);
        }
    }

    /** To open a pipe would wait for whoever writes into it, and a device has no end. */
    private static void requireFile(Path path, String rule) throws SealedStorageException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            String kind = Files.isDirectory(path) ? "a folder" : "a device, a pipe or the like";
            throw new SealedStorageException(
                    Reason.SOURCE_UNREADABLE, FileFailures.shown(path) + " is " + kind + "; " + rule);
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
