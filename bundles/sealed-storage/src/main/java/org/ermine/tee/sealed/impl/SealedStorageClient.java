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
import org.ermine.tee.sealed.SealedDrawer;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedOutputStream;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.connection.Connections;
import org.ermine.tee.sealed.connection.DrawerUser;
import org.ermine.tee.sealed.file.SourceFile;
import org.ermine.tee.sealed.file.Target;
import org.ermine.tee.sealed.file.TemporaryFiles;
import org.ermine.tee.sealed.file.UnsealedFile;
import org.ermine.tee.sealed.object.ObjectSource;
import org.ermine.tee.sealed.object.Session;
import org.ermine.tee.sealed.protocol.ObjectNames;
import org.ermine.tee.sealed.protocol.Scope;
import org.ermine.tee.sealed.protocol.WriteMode;
import org.ermine.tee.sealed.stream.BundleStreams;
import org.ermine.tee.sealed.stream.ObjectDraft;
import org.ermine.tee.spi.support.DurableFiles.NameForcer;
import org.ermine.tee.spi.support.OwnerName;
import org.osgi.framework.Bundle;
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

    private final DrawerUser user;
    private final NameForcer names;
    private final TemporaryFiles temporaryFiles;
    private final BundleStreams streams;

    @Activate
    public SealedStorageClient(@Reference(name = "connections") Connections connections, ComponentContext component) {
        this(connections, component.getUsingBundle(), OwnerName.of(component.getUsingBundle()), NameForcer.REAL);
    }

    /**
     * @param bundle who uses it
     * @param owner the same in words
     */
    SealedStorageClient(Connections connections, Bundle bundle, String owner, NameForcer names) {
        this(
                new DrawerUser(connections, bundle, owner, Scope.OWN),
                names,
                new TemporaryFiles(),
                new BundleStreams(connections, owner));
    }

    private SealedStorageClient(
            DrawerUser user, NameForcer names, TemporaryFiles temporaryFiles, BundleStreams streams) {
        this.user = user;
        this.names = names;
        this.temporaryFiles = temporaryFiles;
        this.streams = streams;
    }

    /** The bundle has stopped, or uses it no more. */
    @Deactivate
    void deactivate() {
        streams.close();
        user.connections().remove(user.bundle());
    }

    @Override
    public SealedStorage drawer(String name) throws SealedStorageException {
        return with(user.scope().in(Objects.requireNonNull(name, "name")));
    }

    @Override
    public SealedStorage boundTo(byte[] associatedData) {
        return with(user.scope().boundTo(associatedData));
    }

    private SealedStorage with(Scope scope) {
        return new SealedStorageClient(user.with(scope), names, temporaryFiles, streams);
    }

    @Override
    public List<SealedDrawer> drawers() throws SealedStorageException {
        try (Session session = open()) {
            return session.drawers();
        }
    }

    @Override
    public SealedEntry seal(String name, Path source, ProgressListener progress) throws SealedStorageException {
        return seal(name, source, WriteMode.REPLACING, progress);
    }

    @Override
    public SealedEntry sealNew(String name, Path source, ProgressListener progress) throws SealedStorageException {
        return seal(name, source, WriteMode.NEW, progress);
    }

    @Override
    public SealedEntry seal(String name, InputStream source, ProgressListener progress) throws SealedStorageException {
        return seal(name, source, UNKNOWN, WriteMode.REPLACING, progress);
    }

    @Override
    public SealedEntry sealNew(String name, InputStream source, ProgressListener progress)
            throws SealedStorageException {
        return seal(name, source, UNKNOWN, WriteMode.NEW, progress);
    }

    @Override
    public SealedOutputStream create(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        return streams.output(user, name, WriteMode.REPLACING);
    }

    @Override
    public SealedOutputStream createNew(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        return streams.output(user, name, WriteMode.NEW);
    }

    @Override
    public void unseal(String name, Path target, ProgressListener progress) throws SealedStorageException {
        ObjectNames.encode(name);
        Objects.requireNonNull(progress, "progress");
        Target place = Target.of(Objects.requireNonNull(target, "target"), names);
        try (Session session = open();
                ObjectSource source = session.open(name, user.take(name));
                UnsealedFile file = UnsealedFile.create(place, temporaryFiles)) {
            file.writeAll(source, progress);
            file.complete();
        }
    }

    @Override
    public byte[] read(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        try (Session session = open();
                ObjectSource source = session.open(name, user.take(name))) {
            return source.readAll();
        }
    }

    @Override
    public InputStream open(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        return streams.input(user, name);
    }

    @Override
    public SeekableByteChannel openChannel(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        return streams.channel(user, name);
    }

    @Override
    public Optional<SealedEntry> get(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        try (Session session = open()) {
            return session.find(name);
        }
    }

    @Override
    public List<SealedEntry> list() throws SealedStorageException {
        try (Session session = open()) {
            return session.list();
        }
    }

    @Override
    public boolean remove(String name) throws SealedStorageException {
        ObjectNames.encode(name);
        try (Session session = open()) {
            session.remove(name);
            return true;
        } catch (SealedStorageException e) {
            if (e.reason() == Reason.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void rename(String name, String newName) throws SealedStorageException {
        move(user.scope(), name, newName, WriteMode.REPLACING);
    }

    @Override
    public void renameNew(String name, String newName) throws SealedStorageException {
        move(user.scope(), name, newName, WriteMode.NEW);
    }

    @Override
    public void takeFrom(String drawer, String name) throws SealedStorageException {
        move(user.scope().in(Objects.requireNonNull(drawer, "drawer")), name, name, WriteMode.NEW);
    }

    /** A way to the TA for one operation, as long as the bundle has this. */
    private Session open() throws SealedStorageException {
        streams.requireOpen();
        return user.open();
    }

    private void move(Scope from, String name, String newName, WriteMode mode) throws SealedStorageException {
        ObjectNames.encode(name);
        ObjectNames.encode(Objects.requireNonNull(newName, "newName"));
        try (Session session = open()) {
            session.rename(from, name, newName, mode);
        }
    }

    private SealedEntry seal(String name, Path source, WriteMode mode, ProgressListener progress)
            throws SealedStorageException {
        ObjectNames.encode(name);
        Objects.requireNonNull(progress, "progress");
        return seal(name, SourceFile.open(Objects.requireNonNull(source, "source")), mode, progress);
    }

    /** @param source is closed in the end */
    SealedEntry seal(String name, SourceFile source, WriteMode mode, ProgressListener progress)
            throws SealedStorageException {
        try (source) {
            return seal(name, source.content(), source.size(), mode, progress);
        }
    }

    private SealedEntry seal(String name, InputStream source, long total, WriteMode mode, ProgressListener progress)
            throws SealedStorageException {
        ObjectNames.encode(name);
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(progress, "progress");
        streams.requireOpen();
        try (ObjectDraft draft = ObjectDraft.begin(user, name, mode)) {
            long done = 0;
            for (int count = draft.appendFrom(source); count > 0; count = draft.appendFrom(source)) {
                done += count;
                progress.progress(done, total);
            }
            return draft.commit();
        }
    }
}
