// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.backup;

import java.io.IOException;
import java.util.Arrays;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.archive.ArchiveWriter;
import org.ermine.tee.sealed.archive.ArchivedObject;
import org.ermine.tee.sealed.failure.Interrupts;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.object.ObjectSet;
import org.ermine.tee.sealed.object.ObjectSource;
import org.ermine.tee.sealed.object.ReadAhead;
import org.ermine.tee.sealed.protocol.NamedObject;
import org.ermine.tee.sealed.protocol.StoredObject;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** Writes a set of objects, which stay what they are meanwhile, into an archive. Used once, by one thread. */
public final class Backup implements AutoCloseable {

    private final ObjectSet objects;
    private final Shares shares;
    private final ArchiveWriter archive;
    private final ProgressListener progress;
    private final byte[] piece = new byte[SealedStorageProtocol.TRANSFER_SIZE];
    private final LeftOut leftOut = new LeftOut();
    private long archived;
    private long done;
    private long total;

    /** Gives the place that an object takes while it is read. */
    @FunctionalInterface
    public interface Shares {
        Place take(String name) throws SealedStorageException;
    }

    /** @param archive just begun */
    public Backup(ObjectSet objects, Shares shares, ArchiveWriter archive, ProgressListener progress) {
        this.objects = objects;
        this.shares = shares;
        this.archive = archive;
        this.progress = progress;
    }

    /**
     * Returns how many objects there are in the archive. What is damaged is not.
     *
     * @throws SealedStorageException if all are damaged, and there are any
     */
    public long run() throws IOException {
        objects.forEach(object -> total += object.size());
        objects.forEach(this::write);
        archived = archive.end();
        if (archived == 0) {
            leftOut.requireNotAll();
        }
        return archived;
    }

    /** Whether nothing was left out. */
    public boolean isComplete() {
        return leftOut.isEmpty();
    }

    /**
     * What is to be told of an archive that does without something.
     *
     * @param place where it is
     */
    public SealedStorageException incomplete(String place) {
        return leftOut.incomplete(place, archived);
    }

    /** All of an object is found to be authentic before the archive tells of it. */
    private void write(StoredObject object) throws IOException {
        long before = done;
        Place place = shares.take(object.name());
        try (ObjectSource source = objects.open(object.key(), object.named(), place)) {
            if (source.size() <= piece.length) {
                int count = readAll(source);
                archive.object(archived(object));
                write(piece, count);
            } else {
                ReadAhead.copy(source, (data, count) -> {});
                archive.object(archived(object));
                copy(source, object.named());
            }
        } catch (SealedStorageException e) {
            leftOut.add(e);
            done = before + object.size();
        }
    }

    private static ArchivedObject archived(StoredObject object) {
        return new ArchivedObject(
                object.drawer(),
                object.name(),
                object.size(),
                object.created(),
                object.description(),
                object.association());
    }

    /** One piece is not worth a thread. */
    private int readAll(ObjectSource source) throws IOException {
        int read = 0;
        while (read < source.size()) {
            Interrupts.check();
            read += source.read(read, piece, read, Math.toIntExact(source.size()) - read);
        }
        return read;
    }

    /** What was authentic a moment ago. The archive tells of it already, and cannot do without it any more. */
    private void copy(ObjectSource source, NamedObject named) throws IOException {
        try {
            ReadAhead.copy(source, this::write);
        } catch (SealedStorageException e) {
            throw LeftOut.isDamage(e)
                    ? new SealedStorageException(
                            Reason.FAILED, named + " was read, and could not be read once more: " + e.fault(), e)
                    : e;
        }
    }

    private void write(byte[] data, int count) throws IOException {
        archive.content(data, count);
        done += count;
        progress.progress(done, total);
    }

    @Override
    public void close() {
        Arrays.fill(piece, (byte) 0);
    }
}
