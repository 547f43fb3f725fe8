// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedDrawer;
import org.ermine.tee.sealed.SealedEntry;
import org.ermine.tee.sealed.SealedOutputStream;
import org.ermine.tee.sealed.SealedStorage;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;

/** Keeps in memory, as it is, what it is to seal. */
public final class MemoryStorage implements SealedStorage {

    private final Map<String, byte[]> objects = new TreeMap<>();
    private SealedStorageException refusal;
    private final Map<String, MemoryStorage> drawers;

    public MemoryStorage() {
        this(new TreeMap<>());
    }

    private MemoryStorage(Map<String, MemoryStorage> drawers) {
        this.drawers = drawers;
    }

    @Override
    public MemoryStorage drawer(String name) {
        return drawers.computeIfAbsent(name, absent -> new MemoryStorage(drawers));
    }

    @Override
    public List<SealedDrawer> drawers() {
        return drawers.entrySet().stream()
                .map(each ->
                        new SealedDrawer(each.getKey(), each.getValue().objects.size(), 1))
                .toList();
    }

    @Override
    public SealedStorage boundTo(byte[] associatedData) {
        throw new UnsupportedOperationException("no command binds an object");
    }

    @Override
    public void rename(String name, String newName) {
        objects.put(newName, objects.remove(name));
    }

    @Override
    public void renameNew(String name, String newName) throws SealedStorageException {
        requireNew(newName);
        rename(name, newName);
    }

    @Override
    public void takeFrom(String drawer, String name) throws SealedStorageException {
        requireNew(name);
        objects.put(name, drawer(drawer).objects.remove(name));
    }

    void put(String name, String content) {
        objects.put(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Every operation is refused from now on, until a reset. */
    void refuse(Reason reason, String message) {
        refuse(new SealedStorageException(reason, message));
    }

    void refuse(SealedStorageException failure) {
        refusal = failure;
    }

    void reset() {
        refusal = null;
        objects.clear();
    }

    String content(String name) {
        return new String(objects.get(name), StandardCharsets.UTF_8);
    }

    Set<String> names() {
        return objects.keySet();
    }

    @Override
    public SealedEntry seal(String name, Path source, ProgressListener progress) throws SealedStorageException {
        try (InputStream content = Files.newInputStream(source)) {
            return seal(name, content, progress);
        } catch (IOException e) {
            throw new SealedStorageException(Reason.SOURCE_UNREADABLE, "cannot read " + source.getFileName(), e);
        }
    }

    @Override
    public SealedEntry seal(String name, InputStream source, ProgressListener progress) throws SealedStorageException {
        try {
            byte[] content = source.readAllBytes();
            progress.progress(content.length, content.length);
            objects.put(name, content);
            return entry(name);
        } catch (IOException e) {
            throw new SealedStorageException(Reason.SOURCE_UNREADABLE, "cannot read the stream", e);
        }
    }

    @Override
    public void unseal(String name, Path target, ProgressListener progress) throws SealedStorageException {
        try {
            Files.write(target, objects.get(name));
        } catch (IOException e) {
            throw new SealedStorageException(Reason.TARGET_UNWRITABLE, "cannot write " + target, e);
        }
    }

    @Override
    public SealedEntry sealNew(String name, Path source, ProgressListener progress) throws SealedStorageException {
        requireNew(name);
        return seal(name, source, progress);
    }

    @Override
    public SealedEntry sealNew(String name, InputStream source, ProgressListener progress)
            throws SealedStorageException {
        requireNew(name);
        return seal(name, source, progress);
    }

    private void requireNew(String name) throws SealedStorageException {
        if (objects.containsKey(name)) {
            throw new SealedStorageException(Reason.ALREADY_EXISTS, "something is sealed as '" + name + "' already");
        }
    }

    @Override
    public SealedOutputStream create(String name) {
        throw new UnsupportedOperationException("no command writes a stream");
    }

    @Override
    public SealedOutputStream createNew(String name) {
        throw new UnsupportedOperationException("no command writes a stream");
    }

    @Override
    public byte[] read(String name) {
        return objects.get(name).clone();
    }

    @Override
    public InputStream open(String name) {
        return new ByteArrayInputStream(objects.get(name));
    }

    @Override
    public SeekableByteChannel openChannel(String name) {
        throw new UnsupportedOperationException("no command reads at random");
    }

    @Override
    public Optional<SealedEntry> get(String name) {
        return Optional.of(name).filter(objects::containsKey).map(this::entry);
    }

    @Override
    public List<SealedEntry> list() throws SealedStorageException {
        if (refusal != null) {
            throw refusal;
        }
        return objects.keySet().stream().map(this::entry).toList();
    }

    @Override
    public boolean remove(String name) throws SealedStorageException {
        if (name.equals("unwilling")) {
            throw new SealedStorageException(
                    Reason.STORAGE_FULL, "no space is left", new TeeException(TeeResult.UNAVAIL, "file: error 28"));
        }
        return objects.remove(name) != null;
    }

    private SealedEntry entry(String name) {
        return new SealedEntry(name, objects.get(name).length, Instant.EPOCH);
    }
}
