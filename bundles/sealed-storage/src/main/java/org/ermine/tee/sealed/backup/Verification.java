// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.backup;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SalvagedEntry;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.failure.Interrupts;
import org.ermine.tee.sealed.object.ObjectSet;
import org.ermine.tee.sealed.object.ObjectSource;
import org.ermine.tee.sealed.protocol.StoredObject;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** Reads a set of objects to find out which of them are damaged. Used once, by one thread. */
public final class Verification implements AutoCloseable {

    private final ObjectSet objects;
    private final Backup.Shares shares;
    private final ProgressListener progress;
    private final byte[] piece = new byte[SealedStorageProtocol.TRANSFER_SIZE];
    private final Map<SalvagedEntry, Optional<SealedStorageException>> found = new LinkedHashMap<>();
    private long done;
    private long total;

    public Verification(ObjectSet objects, Backup.Shares shares, ProgressListener progress) {
        this.objects = objects;
        this.shares = shares;
        this.progress = progress;
    }

    /** All objects, and of those that are damaged what is the matter. */
    public Map<SalvagedEntry, Optional<SealedStorageException>> run() throws SealedStorageException {
        objects.<SealedStorageException>forEach(object -> total += object.size());
        objects.<SealedStorageException>forEach(
                object -> found.put(SalvagedEntries.of(object), Optional.ofNullable(damage(object))));
        return found;
    }

    /** Null if there is none. */
    private SealedStorageException damage(StoredObject object) throws SealedStorageException {
        long end = done + object.size();
        try (ObjectSource source = objects.open(object.key(), object.named(), shares.take(object.name()))) {
            readAll(source);
            return null;
        } catch (SealedStorageException e) {
            if (!LeftOut.isDamage(e)) {
                throw e;
            }
            return e;
        } finally {
            done = end;
        }
    }

    private void readAll(ObjectSource source) throws SealedStorageException {
        long read = 0;
        while (read < source.size()) {
            Interrupts.check();
            int count = source.read(read, piece, 0, piece.length);
            read += count;
            done += count;
            progress.progress(done, total);
        }
    }

    @Override
    public void close() {
        Arrays.fill(piece, (byte) 0);
    }
}
