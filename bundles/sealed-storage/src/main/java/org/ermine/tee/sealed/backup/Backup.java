// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.backup;

import java.io.IOException;
import java.util.Arrays;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.archive.ArchiveWriter;
import org.ermine.tee.sealed.archive.ArchivedObject;
import org.ermine.tee.sealed.failure.Interrupts;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.object.ObjectSet;
import org.ermine.tee.sealed.object.ObjectSource;
import org.ermine.tee.sealed.object.ReadAhead;
import org.ermine.tee.sealed.protocol.StoredObject;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** Writes a set of objects, which stay what they are meanwhile, into an archive. Used once, by one thread. */
public final class Backup implements AutoCloseable {

    private final ObjectSet objects;
    private final Shares shares;
    private final ArchiveWriter archive;
    private final ProgressListener progress;
    private final byte[] piece = new byte[SealedStorageProtocol.TRANSFER_SIZE];
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

    /** Returns how many objects there are. */
    public long run() throws IOException {
        objects.forEach(object -> total += object.size());
        objects.forEach(this::write);
        return archive.finish();
    }

    private void write(StoredObject object) throws IOException {
        archive.object(new ArchivedObject(
                object.drawer(),
                object.name(),
                object.size(),
                object.created(),
                object.description(),
                object.association()));
        Place place = shares.take(object.name());
        try (ObjectSource source = objects.open(object.key(), object.name(), place)) {
            if (source.size() <= piece.length) {
                copy(source);
            } else {
                ReadAhead.copy(source, this::write);
            }
        }
    }

    /** One piece or two are not worth a thread. */
    private void copy(ObjectSource source) throws IOException {
        int copied = 0;
        while (copied < source.size()) {
            Interrupts.check();
            int count = source.read(copied, piece, 0, Math.toIntExact(Math.min(piece.length, source.size() - copied)));
            write(piece, count);
            copied += count;
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
