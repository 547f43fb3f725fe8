// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SalvagedEntry;
import org.ermine.tee.sealed.SealedStorageAdmin;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;

/** Administers what is kept in memory. */
public final class FakeAdmin implements SealedStorageAdmin {

    private final MemoryStorage storage;
    private SealedStorageException refusal;

    public FakeAdmin(MemoryStorage storage) {
        this.storage = storage;
    }

    /** From now on everything fails. */
    void refuse(SealedStorageException.Reason reason, String message) {
        refusal = new SealedStorageException(reason, message);
    }

    @Override
    public void reset() throws SealedStorageException {
        requireAllowed();
        storage.reset();
    }

    @Override
    public List<SalvagedEntry> salvageable() throws SealedStorageException {
        requireAllowed();
        return Stream.of("common", "org.example.other")
                .flatMap(drawer -> storage.names().stream()
                        .filter(name -> drawer.equals("common") || name.startsWith("twice"))
                        .map(name -> new SalvagedEntry(
                                drawer, name, storage.content(name).length(), Instant.EPOCH)))
                .toList();
    }

    /** The object of this name is damaged. */
    @Override
    public Map<SalvagedEntry, Optional<SealedStorageException>> verifySalvageable(ProgressListener progress)
            throws SealedStorageException {
        Map<SalvagedEntry, Optional<SealedStorageException>> verified = new LinkedHashMap<>();
        salvageable().forEach(entry -> verified.put(entry, damage(entry.name())));
        return verified;
    }

    private static Optional<SealedStorageException> damage(String name) {
        return Optional.of(name)
                .filter("damaged"::equals)
                .map(damaged -> new SealedStorageException(Reason.TAMPERED, "it was changed", "seal it anew", null));
    }

    @Override
    public void salvage(String drawer, String name, Path target, ProgressListener progress)
            throws SealedStorageException {
        requireAllowed();
        try {
            Files.writeString(target, drawer + ": " + storage.content(name));
        } catch (IOException e) {
            throw new SealedStorageException(SealedStorageException.Reason.TARGET_UNWRITABLE, "cannot write", e);
        }
    }

    /** Writes names and the passphrase, in clear. */
    @Override
    public long backup(Path archive, char[] passphrase, ProgressListener progress) throws SealedStorageException {
        requireAllowed();
        if (passphrase.length < LEAST_PASSPHRASE) {
            throw new IllegalArgumentException("the passphrase is too short");
        }
        try {
            Files.writeString(archive, new String(passphrase) + "\n" + String.join("\n", storage.names()));
        } catch (IOException e) {
            throw new SealedStorageException(SealedStorageException.Reason.TARGET_UNWRITABLE, "cannot write", e);
        }
        return storage.names().size();
    }

    @Override
    public long restore(Path archive, char[] passphrase, boolean replace, ProgressListener progress)
            throws SealedStorageException {
        requireAllowed();
        try {
            List<String> lines = Files.readAllLines(archive);
            if (!lines.get(0).equals(new String(passphrase))) {
                throw new SealedStorageException(
                        SealedStorageException.Reason.ARCHIVE_REFUSED, "the passphrase is another one");
            }
            for (String name : lines.subList(1, lines.size())) {
                if (!replace && storage.names().contains(name)) {
                    throw new SealedStorageException(SealedStorageException.Reason.ALREADY_EXISTS, "there is " + name);
                }
                storage.put(name, "restored");
            }
            return lines.size() - 1;
        } catch (IOException e) {
            throw e instanceof SealedStorageException known
                    ? known
                    : new SealedStorageException(
                            SealedStorageException.Reason.SOURCE_UNREADABLE, "cannot read " + archive, e);
        }
    }

    private void requireAllowed() throws SealedStorageException {
        if (refusal != null) {
            throw refusal;
        }
    }
}
