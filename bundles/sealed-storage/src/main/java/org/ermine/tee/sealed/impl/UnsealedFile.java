// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is written under another name next to its place, readable for its owner only, and moved there when it is
 * complete. Closed before, it is deleted.
 */
final class UnsealedFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UnsealedFile.class);

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private boolean completed;

    private UnsealedFile(Path target, Path temporary, FileChannel channel) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
    }

    static UnsealedFile create(Path target) throws SealedStorageException {
        if (Files.isDirectory(target)) {
            throw new SealedStorageException(Reason.TARGET_UNWRITABLE, target + " is a folder; name the file to write");
        }
        try {
            // createTempFile makes files that only their owner can access, where the file system knows such a thing.
            Path temporary = Files.createTempFile(target.toAbsolutePath().getParent(), ".unsealing-", ".tmp");
            try {
                return new UnsealedFile(target, temporary, FileChannel.open(temporary, StandardOpenOption.WRITE));
            } catch (IOException e) {
                Files.deleteIfExists(temporary);
                throw e;
            }
        } catch (IOException e) {
            throw FileFailures.unwritable(target, e);
        }
    }

    void write(byte[] data, int count) throws SealedStorageException {
        try {
            ByteBuffer rest = ByteBuffer.wrap(data, 0, count);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            throw FileFailures.unwritable(target, e);
        }
    }

    /** Makes the file durable and puts it in its place. */
    void complete() throws SealedStorageException {
        try {
            channel.force(true);
            channel.close();
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            completed = true;
        } catch (IOException e) {
            throw FileFailures.unwritable(target, e);
        }
    }

    @Override
    public void close() {
        if (completed) {
            return;
        }
        try (channel) {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.warn("{} could not be deleted; it holds unsealed content: {}", temporary, e.getMessage());
        }
    }
}
