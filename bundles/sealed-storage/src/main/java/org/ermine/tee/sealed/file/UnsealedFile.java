// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.failure.FileFailures;
import org.ermine.tee.sealed.file.TemporaryFiles.TemporaryFile;
import org.ermine.tee.sealed.object.ObjectSource;
import org.ermine.tee.sealed.object.ReadAhead;

/**
 * A file that is written under another name next to its place, readable for its owner only, and moved there when it is
 * complete. Closed before, it is deleted.
 */
public final class UnsealedFile implements AutoCloseable {

    private final Target target;
    private final Path temporary;
    private final FileChannel channel;
    private final TemporaryFiles files;

    private UnsealedFile(Target target, TemporaryFile temporary, TemporaryFiles files) {
        this.target = target;
        this.files = files;
        this.temporary = temporary.path();
        this.channel = temporary.channel();
    }

    /** Also deletes what was left behind in the folder. */
    public static UnsealedFile create(Target target, TemporaryFiles files) throws SealedStorageException {
        try {
            return new UnsealedFile(target, files.create(target.folder()), files).withoutRemains();
        } catch (IOException e) {
            throw FileFailures.unwritable(target, e);
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            throw unable(target, e);
        }
    }

    /** Of what fails there is nothing left. */
    private UnsealedFile withoutRemains() {
        try {
            files.clearRemains(temporary);
            return this;
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /** Not the system's own file system: it knows none of the options by which a file is nobody else's. */
    private static SealedStorageException unable(Target target, RuntimeException refusal) {
        String kind = target.folder().getFileSystem().provider().getScheme();
        return new SealedStorageException(
                Reason.TARGET_UNWRITABLE,
                target + " cannot be written: a file system of kind '" + kind
                        + "' cannot do what an unsealed file needs",
                refusal);
    }

    public void write(byte[] data, int count) throws SealedStorageException {
        try {
            ByteBuffer rest = ByteBuffer.wrap(data, 0, count);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            throw FileFailures.unwritable(target, e);
        }
    }

    /** Writes all of an object. */
    public void writeAll(ObjectSource source, ProgressListener progress) throws SealedStorageException {
        AtomicLong done = new AtomicLong();
        ReadAhead.<SealedStorageException>copy(source, (data, count) -> {
            write(data, count);
            progress.progress(done.addAndGet(count), source.size());
        });
    }

    /** Makes the file durable and puts it in its place. It is locked until it has its own name. */
    public void complete() throws SealedStorageException {
        completeAs(target);
    }

    /**
     * The same where it may not replace what is in its place: then it is put beside that, and replaces only what was
     * put there so.
     *
     * @param suffix of its name there
     * @return where it is
     */
    public String completeBeside(String suffix) throws SealedStorageException {
        Target place = target.orBeside(suffix);
        completeAs(place);
        return place.toString();
    }

    private void completeAs(Target place) throws SealedStorageException {
        try {
            channel.force(true);
            place.replaceBy(temporary);
        } catch (SealedStorageException e) {
            throw e;
        } catch (IOException e) {
            throw FileFailures.unwritable(place, e);
        }
    }

    /** Of what is complete there is nothing to delete. */
    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            files.notDeleted(temporary, e);
        }
    }
}
