// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SalvagedEntry;
import org.ermine.tee.sealed.SealedStorageAdmin;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.archive.ArchiveReader;
import org.ermine.tee.sealed.archive.ArchiveWriter;
import org.ermine.tee.sealed.backup.Backup;
import org.ermine.tee.sealed.backup.Restore;
import org.ermine.tee.sealed.backup.SalvagedEntries;
import org.ermine.tee.sealed.backup.Verification;
import org.ermine.tee.sealed.connection.Connections;
import org.ermine.tee.sealed.failure.FileFailures;
import org.ermine.tee.sealed.file.SourceFile;
import org.ermine.tee.sealed.file.Target;
import org.ermine.tee.sealed.file.TemporaryFiles;
import org.ermine.tee.sealed.file.UnsealedFile;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.object.ObjectSet;
import org.ermine.tee.sealed.object.ObjectSource;
import org.ermine.tee.sealed.object.Session;
import org.ermine.tee.sealed.protocol.NamedObject;
import org.ermine.tee.sealed.protocol.ObjectNames;
import org.ermine.tee.sealed.protocol.Scope;
import org.ermine.tee.sealed.protocol.WriteMode;
import org.ermine.tee.spi.support.DurableFiles.NameForcer;
import org.ermine.tee.spi.support.OwnerName;
import org.osgi.framework.Bundle;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** What concerns all of sealed storage, for one bundle. */
@Component(scope = ServiceScope.BUNDLE)
public final class SealedStorageAdminClient implements SealedStorageAdmin {

    private final Connections connections;
    private final Bundle keeper;
    private final Bundle user;
    private final String owner;
    private final TemporaryFiles temporaryFiles = new TemporaryFiles();
    /** Whether the bundle has stopped, or given this back. */
    private volatile boolean closed;

    @Activate
    public SealedStorageAdminClient(
            @Reference(name = "connections") Connections connections, ComponentContext component) {
        this(
                connections,
                component.getBundleContext().getBundle(),
                component.getUsingBundle(),
                OwnerName.of(component.getUsingBundle()));
    }

    /**
     * @param keeper who asks the TA: this bundle
     * @param user the bundle that this is for
     * @param owner who answers for what this has open
     */
    SealedStorageAdminClient(Connections connections, Bundle keeper, Bundle user, String owner) {
        this.connections = connections;
        this.keeper = keeper;
        this.user = user;
        this.owner = owner;
    }

    /** The bundle has stopped, or uses it no more. */
    @Deactivate
    void deactivate() {
        closed = true;
        connections.remove(user);
    }

    /** What the name of an archive ends with that lacks objects, where there is another one already. */
    private static final String INCOMPLETE = ".incomplete";

    private static String nameOf(Bundle bundle) {
        return bundle.getSymbolicName() == null ? bundle.getLocation() : bundle.getSymbolicName();
    }

    @Override
    public void reset() throws SealedStorageException {
        try (Session session = open()) {
            session.reset();
        }
    }

    @Override
    public List<SalvagedEntry> salvageable() throws SealedStorageException {
        try (Session session = open();
                ObjectSet salvaged = session.salvage()) {
            return SalvagedEntries.of(salvaged);
        }
    }

    @Override
    public Map<SalvagedEntry, Optional<SealedStorageException>> verifySalvageable(ProgressListener progress)
            throws SealedStorageException {
        Objects.requireNonNull(progress, "progress");
        try (Session session = open();
                ObjectSet salvaged = session.salvage();
                Verification verification = new Verification(salvaged, this::take, progress)) {
            return verification.run();
        }
    }

    @Override
    public void salvage(String drawer, String name, Path target, ProgressListener progress)
            throws SealedStorageException {
        byte[] key = ObjectNames.key(drawer, name);
        NamedObject named = new NamedObject(drawer, name);
        Objects.requireNonNull(progress, "progress");
        Target place = Target.of(Objects.requireNonNull(target, "target"), NameForcer.REAL);
        try (Session session = open();
                ObjectSet salvaged = session.salvage();
                ObjectSource source = salvaged.open(key, named, take(name));
                UnsealedFile file = UnsealedFile.create(place, temporaryFiles)) {
            file.writeAll(source, progress);
            file.complete();
        } catch (SealedStorageException e) {
            throw ofSalvage(named, e);
        }
    }

    @Override
    public long backup(Path archive, char[] passphrase, ProgressListener progress) throws SealedStorageException {
        requirePassphrase(passphrase);
        Objects.requireNonNull(progress, "progress");
        Target place = Target.of(Objects.requireNonNull(archive, "archive"), NameForcer.REAL);
        try (Session session = open();
                UnsealedFile file = UnsealedFile.create(place, temporaryFiles);
                ArchiveWriter writer = ArchiveWriter.begin(file::write, passphrase);
                ObjectSet snapshot = session.snapshot();
                Backup backup = new Backup(snapshot, this::take, writer, progress)) {
            long objects = backup.run();
            if (!backup.isComplete()) {
                throw backup.incomplete(file.completeBeside(INCOMPLETE));
            }
            file.complete();
            return objects;
        } catch (SealedStorageException e) {
            throw e;
        } catch (IOException e) {
            throw FileFailures.unwritable(place, e);
        }
    }

    @Override
    public long restore(Path archive, char[] passphrase, boolean replace, ProgressListener progress)
            throws SealedStorageException {
        requirePassphrase(passphrase);
        Objects.requireNonNull(archive, "archive");
        Objects.requireNonNull(progress, "progress");
        try (Session session = open();
                Restore restore = new Restore(session, this::take, replace ? WriteMode.REPLACING : WriteMode.NEW)) {
            restore(archive, passphrase, restore, progress);
            return restore.restored();
        }
    }

    private static void restore(Path archive, char[] passphrase, Restore restore, ProgressListener progress)
            throws SealedStorageException {
        try (SourceFile first = SourceFile.archive(archive);
                ArchiveReader verified = ArchiveReader.begin(first.content(), passphrase);
                SourceFile second = SourceFile.archive(archive)) {
            restore.verify(verified);
            try (ArchiveReader restored = ArchiveReader.begin(second.content(), passphrase)) {
                if (!restored.isOfSameArchiveAs(verified)) {
                    throw new SealedStorageException(
                            Reason.ARCHIVE_REFUSED,
                            FileFailures.shown(archive) + " was exchanged for another archive while it was read");
                }
                restore.run(restored, progress);
            }
        } catch (IOException e) {
            throw restore.failed(FileFailures.shown(archive), e);
        }
    }

    private static void requirePassphrase(char[] passphrase) {
        if (Objects.requireNonNull(passphrase, "passphrase").length < LEAST_PASSPHRASE) {
            throw new IllegalArgumentException(
                    "the passphrase has " + passphrase.length + " characters, not " + LEAST_PASSPHRASE + " or more");
        }
    }

    private Place take(String name) throws SealedStorageException {
        requireUsable();
        return connections.take(owner, name);
    }

    /** What failed was no ordinary reading. */
    private static SealedStorageException ofSalvage(NamedObject named, SealedStorageException failure) {
        return failure.reason() == Reason.NOT_PERMITTED
                ? failure
                : new SealedStorageException(
                        failure.reason(),
                        named + " cannot be salvaged: " + failure.fault(),
                        failure.getCause() == null ? failure : failure.getCause());
    }

    /** Asked for each object, as an operation may take long: the bundle has this, and is let administer. */
    private void requireUsable() throws SealedStorageException {
        if (closed) {
            throw new SealedStorageException(
                    Reason.CLOSED, owner + " has stopped, or given the administration of sealed storage back");
        }
        connections.requireAdministrator(nameOf(user));
    }

    /** Any bundle can take any name: so who may not use the TEE itself does not by way of this bundle either. */
    private Session open() throws SealedStorageException {
        requireUsable();
        connections.open(user, Scope.OWN).close();
        return connections.open(keeper, Scope.OWN);
    }
}
