// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedOutputStream;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.spi.DurableFiles.NameForcer;
import org.ermine.tee.spi.OwnerName;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** Sealed storage for one bundle. */
@Component(scope = ServiceScope.BUNDLE)
public final class SealedStorageClient implements SealedStorage {

    private static final long UNKNOWN = -1;

    private final Connections connections;
    private final String owner;
    private final NameForcer names;
    private final TemporaryFiles temporaryFiles = new TemporaryFiles();
    private final BundleStreams streams;

    @Activate
    public SealedStorageClient(@Reference Connections connections, ComponentContext component) {
        this(connections, OwnerName.of(component.getUsingBundle()), NameForcer.REAL);
    }

    /** @param owner who answers for what this has open */
    SealedStorageClient(Connections connections, String owner, NameForcer names) {
        this.connections = connections;
        this.owner = owner;
        this.names = names;
        this.streams = new BundleStreams(connections, owner);
    }

    /** The bundle has stopped, or uses it no more. */
    @Deactivate
    void deactivate() {
        streams.close();
    }

    @Override
    public SealedEntry seal(String name, Path source, ProgressListener progress) throws SealedStorageException {
        return seal(name, source, Placement.REPLACING, progress);
    }

    @Override
    public SealedEntry sealNew(String name, Path source, ProgressListener progress) throws SealedStorageException {
        return seal(name, source, Placement.NEW, progress);
    }

    @Override
    public SealedEntry seal(String name, InputStream source, ProgressListener progress) throws SealedStorageException {
        return seal(name, source, UNKNOWN, Placement.REPLACING, progress);
    }

    @Override
    public SealedEntry sealNew(String name, InputStream source, ProgressListener progress)
            throws SealedStorageException {
        return seal(name, source, UNKNOWN, Placement.NEW, progress);
    }

    @Override
    public SealedOutputStream create(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        return streams.output(name, Placement.REPLACING);
    }

    @Override
    public SealedOutputStream createNew(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        return streams.output(name, Placement.NEW);
    }

    @Override
    public void unseal(String name, Path target, ProgressListener progress) throws SealedStorageException {
        ObjectNames.encode(name);
        Objects.requireNonNull(progress, "progress");
        Target place = Target.of(Objects.requireNonNull(target, "target"), names);
        try (Session session = connections.open();
                ObjectSource source = session.open(name, connections.take(owner, name));
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
    public byte[] read(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        try (Session session = connections.open();
                ObjectSource source = session.open(name, connections.take(owner, name))) {
            return source.readAll();
        }
    }

    @Override
    public InputStream open(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        return streams.input(name);
    }

    @Override
    public SeekableByteChannel openChannel(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        return streams.channel(name);
    }

    @Override
    public Optional<SealedEntry> get(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        try (Session session = connections.open()) {
            return session.find(name);
        }
    }

    @Override
    public List<SealedEntry> list() throws SealedStorageException {
        try (Session session = connections.open()) {
            return session.list();
        }
    }

    @Override
    public boolean remove(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        try (Session session = connections.open()) {
            session.remove(name);
            return true;
        } catch (SealedStorageException e) {
            if (e.reason() == Reason.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private SealedEntry seal(String name, Path source, Placement placement, ProgressListener progress)
            throws SealedStorageException {
        ObjectNames.encode(name);
        Objects.requireNonNull(progress, "progress");
        return seal(name, SourceFile.open(Objects.requireNonNull(source, "source")), placement, progress);
    }

    /** @param source is closed in the end */
    SealedEntry seal(String name, SourceFile source, Placement placement, ProgressListener progress)
            throws SealedStorageException {
        try (source) {
            return seal(name, source.content(), source.size(), placement, progress);
        }
    }

    private SealedEntry seal(
            String name, InputStream source, long total, Placement placement, ProgressListener progress)
            throws SealedStorageException {
        ObjectNames.encode(name);
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(progress, "progress");
        try (ObjectDraft draft = ObjectDraft.begin(connections, owner, name, placement)) {
            long done = 0;
            for (int count = draft.appendFrom(source); count > 0; count = draft.appendFrom(source)) {
                done += count;
                progress.progress(done, total);
            }
            return draft.commit();
        }
    }
}
