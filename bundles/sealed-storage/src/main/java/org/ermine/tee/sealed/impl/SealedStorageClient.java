// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.RequireTee;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Sealed storage on the QTEE that is there when an operation starts. */
@RequireTee
@Component
public final class SealedStorageClient implements SealedStorage {

    private static final long UNKNOWN = -1;

    private final AtomicReference<TeeDevice> device = new AtomicReference<>();
    private final TemporaryFiles temporaryFiles = new TemporaryFiles();
    private final Target.NameForcer names;

    public SealedStorageClient() {
        this(Target.NameForcer.REAL);
    }

    SealedStorageClient(Target.NameForcer names) {
        this.names = names;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            target = "(" + TeeDevice.IMPLEMENTATION + "=" + TeeVersion.QTEE + ")")
    void setDevice(TeeDevice present) {
        device.set(present);
    }

    /** A better device may have been set before this one goes. */
    void unsetDevice(TeeDevice gone) {
        device.compareAndSet(gone, null);
    }

    @Override
    public SealedEntry seal(String name, Path source, ProgressListener progress) throws SealedStorageException {
        ObjectNames.encode(name);
        if (Files.isDirectory(source)) {
            throw new SealedStorageException(
                    Reason.SOURCE_UNREADABLE, source + " is a folder; only files can be sealed");
        }
        try (InputStream content = Files.newInputStream(source)) {
            return seal(name, content, Files.size(source), progress);
        } catch (IOException e) {
            throw FileFailures.unreadable(source, e);
        }
    }

    @Override
    public SealedEntry seal(String name, InputStream source, ProgressListener progress) throws SealedStorageException {
        return seal(name, source, UNKNOWN, progress);
    }

    @Override
    public void unseal(String name, Path target, ProgressListener progress) throws SealedStorageException {
        Objects.requireNonNull(progress, "progress");
        Target place = Target.of(target, names);
        try (Session session = openSession();
                ObjectSource source = session.open(name);
                UnsealedFile file = UnsealedFile.create(place, temporaryFiles)) {
            write(source, file, progress);
            file.complete();
        }
    }

    private static void write(ObjectSource source, UnsealedFile file, ProgressListener progress)
            throws SealedStorageException {
        try (ReadAhead ahead = ReadAhead.start(source)) {
            long done = 0;
            while (done < source.size()) {
                Interrupts.check();
                ReadAhead.Piece piece = ahead.take();
                file.write(piece.data(), piece.count());
                ahead.giveBack(piece);
                done += piece.count();
                progress.progress(done, source.size());
            }
        }
    }

    @Override
    public List<SealedEntry> list() throws SealedStorageException {
        try (Session session = openSession()) {
            return session.list();
        }
    }

    @Override
    public boolean remove(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        try (Session session = openSession()) {
            session.remove(name);
            return true;
        } catch (SealedStorageException e) {
            if (e.reason() == Reason.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private SealedEntry seal(String name, InputStream source, long total, ProgressListener progress)
            throws SealedStorageException {
        Objects.requireNonNull(progress, "progress");
        try (Session session = openSession();
                ObjectSink sink = session.create(name)) {
            byte[] data = new byte[sink.transferSize()];
            long done = 0;
            int count = read(source, data);
            while (count > 0) {
                Interrupts.check();
                sink.write(data, count);
                done += count;
                progress.progress(done, total);
                count = read(source, data);
            }
            return sink.commit();
        }
    }

    private static int read(InputStream source, byte[] data) throws SealedStorageException {
        try {
            return source.readNBytes(data, 0, data.length);
        } catch (IOException e) {
            throw FileFailures.of(Reason.SOURCE_UNREADABLE, "reading what is to be sealed failed", e);
        }
    }

    private Session openSession() throws SealedStorageException {
        Interrupts.check();
        TeeDevice present = device.get();
        if (present == null) {
            throw new SealedStorageException(
                    Reason.NO_TEE, "no QTEE is present; sealed storage works as soon as one is deployed");
        }
        return Session.open(present);
    }
}
