// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.archive.ArchiveException;
import org.ermine.tee.sealed.archive.ArchiveReader;
import org.ermine.tee.sealed.archive.ArchivedObject;
import org.ermine.tee.sealed.failure.Explanation;
import org.ermine.tee.sealed.failure.FileFailures;
import org.ermine.tee.sealed.failure.Interrupts;
import org.ermine.tee.sealed.object.ObjectSink;
import org.ermine.tee.sealed.object.Session;
import org.ermine.tee.sealed.protocol.LittleEndian;
import org.ermine.tee.sealed.protocol.NamedObject;
import org.ermine.tee.sealed.protocol.ObjectNames;
import org.ermine.tee.sealed.protocol.WriteMode;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * Seals the objects of an archive. It is read twice: nothing is sealed before all of it was found to be authentic and
 * whole, and every object to be one that can be sealed. Used once, by one thread.
 */
public final class Restore implements AutoCloseable {

    /** The TA knows it already. */
    private static final byte[] NO_DESCRIPTION = {};

    private static final int ASSOCIATION_SIZE = 32;

    private final Session session;
    private final Backup.Shares shares;
    private final WriteMode mode;
    private final byte[] piece = new byte[SealedStorageProtocol.TRANSFER_SIZE];
    private long objects;
    private long bytes;
    private long restored;

    public Restore(Session session, Backup.Shares shares, WriteMode mode) {
        this.session = session;
        this.shares = shares;
        this.mode = mode;
    }

    /** Reads all of an archive, and seals nothing. */
    public void verify(ArchiveReader archive) throws IOException {
        for (ArchivedObject object = archive.next(); object != null; object = archive.next()) {
            Interrupts.check();
            byte[] key = key(object);
            requireSound(object);
            if (mode == WriteMode.NEW && session.isThere(key, named(object))) {
                throw Explanation.ofExisting(named(object));
            }
            readAll(archive);
            objects++;
            bytes += object.size();
        }
    }

    /** Piece by piece, as an object may be large, and to read a file does not notice an interrupt. */
    private void readAll(ArchiveReader archive) throws IOException {
        while (archive.content(piece, 0, piece.length) > 0) {
            Interrupts.check();
        }
    }

    private static void requireSound(ArchivedObject object) throws SealedStorageException {
        int association = object.association().length;
        if (object.description().length > SealedStorageProtocol.MAX_DESCRIPTION_BYTES
                || association != 0 && association != ASSOCIATION_SIZE) {
            throw new SealedStorageException(
                    Reason.ARCHIVE_REFUSED,
                    "what the archive says of " + named(object) + " is nothing that was ever sealed");
        }
    }

    /** Each object is sealed as one step. */
    public void run(ArchiveReader archive, ProgressListener progress) throws IOException {
        long done = 0;
        for (ArchivedObject object = archive.next(); object != null; object = archive.next()) {
            requireSound(object);
            try (ObjectSink sink = session.restore(encode(object), named(object), mode, shares.take(object.name()))) {
                for (int count = archive.content(piece, 0, piece.length);
                        count > 0;
                        count = archive.content(piece, 0, piece.length)) {
                    Interrupts.check();
                    sink.write(piece, count);
                    done += count;
                    progress.progress(done, bytes);
                }
                Interrupts.check();
                sink.commit(NO_DESCRIPTION);
            }
            restored++;
        }
    }

    /** What the TA is told of it. */
    private static byte[] encode(ArchivedObject object) throws SealedStorageException {
        List<byte[]> parts = List.of(key(object), object.description(), object.association());
        ByteBuffer record = LittleEndian.buffer(
                parts.stream().mapToInt(part -> Short.BYTES + part.length).sum());
        parts.forEach(part -> record.putShort((short) part.length).put(part));
        return record.array();
    }

    private static byte[] key(ArchivedObject object) throws SealedStorageException {
        try {
            return ObjectNames.key(object.drawer(), object.name());
        } catch (SealedStorageException e) {
            throw new SealedStorageException(Reason.ARCHIVE_REFUSED, "it has an impossible name: " + e.getMessage(), e);
        }
    }

    private static NamedObject named(ArchivedObject object) {
        return new NamedObject(object.drawer(), object.name());
    }

    public long restored() {
        return restored;
    }

    /** A failure, with what has been restored by then. */
    public SealedStorageException failed(String archive, IOException failure) {
        SealedStorageException explained = explain(archive, failure);
        if (restored == 0) {
            return explained;
        }
        String what = explained.reason() == Reason.INTERRUPTED ? "interrupted" : explained.getMessage();
        return new SealedStorageException(
                explained.reason(),
                what + "; " + restored + " of " + objects + " objects were restored before that, each of them whole",
                failure);
    }

    private static SealedStorageException explain(String archive, IOException failure) {
        if (failure instanceof SealedStorageException known) {
            return known;
        }
        if (failure instanceof ArchiveException refused) {
            return new SealedStorageException(
                    Reason.ARCHIVE_REFUSED, "the archive " + archive + " " + refused.getMessage(), refused);
        }
        return FileFailures.of(Reason.SOURCE_UNREADABLE, "reading " + archive + " failed", failure);
    }

    @Override
    public void close() {
        Arrays.fill(piece, (byte) 0);
    }
}
