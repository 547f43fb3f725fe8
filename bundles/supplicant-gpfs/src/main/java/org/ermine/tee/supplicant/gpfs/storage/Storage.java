// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.supplicant.gpfs.disk.Diagnosis;
import org.ermine.tee.supplicant.gpfs.disk.Directory;
import org.ermine.tee.supplicant.gpfs.disk.Disk;
import org.ermine.tee.supplicant.gpfs.disk.FileName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files below one root directory. A write leaves the old or the new content whatever happens: new content is prepared
 * in a {@link Staging} directory and moved to its place; bytes that follow the present end, the case of long files
 * written piece by piece, are appended in place under an {@link AppendJournal}. What fails half way is undone. A
 * durable storage has forced content and names to the disk when a method returns, another one not before {@link
 * #force}.
 */
public final class Storage implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Storage.class);

    private final Path path;
    private final boolean durable;
    private final Disk disk;
    private final Diagnosis diagnosis;
    private final Directory root;
    /** Changes that are left to the operating system; empty if every change is durable. */
    private final Unforced unforced;
    /** Made with the first write, so that a read-only root can be read. Guarded by this. */
    private Staging staging;

    /** @param path of a directory that is there */
    public Storage(Path path, boolean durable, Disk disk) throws IOException {
        this.path = path;
        this.durable = durable;
        this.disk = disk;
        diagnosis = new Diagnosis(path, disk);
        root = Directory.open(path, disk);
        unforced = new Unforced(root, this::force);
        recover();
    }

    /** Returns whether the path leads to this storage still, and not to another directory or nowhere. */
    public boolean isInPlace() throws IOException {
        try {
            return root.fileKey()
                    .equals(Files.readAttributes(path, BasicFileAttributes.class)
                            .fileKey());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void force(FileChannel file) throws IOException {
        try {
            disk.force(file);
        } catch (IOException e) {
            throw diagnosis.of(e, placeOfTrials(), 0);
        }
    }

    private void recover() {
        try {
            Staging.recover(root, unfinished -> {
                LOG.info("{}: an append to {} did not finish; it is cut back", path, unfinished.name());
                cutBack(unfinished);
            });
        } catch (IOException e) {
            LOG.warn("{}: what a crash left behind cannot be cleared away: {}", path, FailureText.of(e));
        }
    }

    private void cutBack(AppendJournal.Record unfinished) throws IOException {
        try (Directory parent = parentOf(unfinished.name())) {
            cutBack(parent, unfinished.name().last(), unfinished.size());
        } catch (NoSuchFileException e) {
            LOG.debug("{}: {} is gone", path, unfinished.name());
        }
    }

    /**
     * Reads as much as there is and {@code target} has room for.
     *
     * @return the number of bytes, 0 at or behind the end
     */
    public int read(FileName name, long offset, ByteBuffer target) throws IOException {
        int start = target.position();
        try (Directory parent = parentOf(name)) {
            requireFile(parent, name);
            try (FileChannel file = parent.openFile(name.last(), StandardOpenOption.READ)) {
                long position = offset;
                int read = 0;
                while (target.hasRemaining() && read >= 0) {
                    read = file.read(target, position);
                    position += read;
                }
            }
        }
        return target.position() - start;
    }

    /** Writes all of {@code data} at {@code offset}; what lies before it and is not there is zero. */
    public void write(FileName name, long offset, ByteBuffer data, boolean backup) throws IOException {
        diagnosed(data.remaining(), () -> writeContent(name, offset, data, backup));
    }

    private void writeContent(FileName name, long offset, ByteBuffer data, boolean backup) throws IOException {
        try (Directory parent = parentMadeFor(name)) {
            long size = parent.fileSize(name.last());
            if (backup && size >= 0) {
                keep(parent, name, size);
            }
            if (size >= 0 && offset >= size) {
                append(parent, name, size, offset, data);
            } else {
                replace(parent, name, size, offset, data);
            }
        }
    }

    /** Removes a file or an empty directory. */
    public void remove(FileName name) throws IOException {
        diagnosed(0, () -> removeName(name));
    }

    private void removeName(FileName name) throws IOException {
        try (Directory parent = parentOf(name)) {
            if (parent.isDirectory(name.last())) {
                parent.deleteDirectory(name.last());
            } else {
                requireFile(parent, name);
                parent.deleteFile(name.last());
            }
            unforced.removed(name);
            namesChanged(parent, name.parents());
        }
    }

    /** Renames a file in one step; a file that has the new name is replaced. */
    public void rename(FileName from, FileName to) throws IOException {
        diagnosed(0, () -> changeName(from, to));
    }

    private void changeName(FileName from, FileName to) throws IOException {
        try (Directory source = parentOf(from)) {
            requireFile(source, from);
            try (Directory target = parentMadeFor(to)) {
                target.fileSize(to.last());
                source.move(from.last(), target, to.last());
                unforced.moved(Unforced.Place.file(from), Unforced.Place.file(to));
                namesChanged(target, to.parents());
            }
            namesChanged(source, from.parents());
        }
    }

    /** Forces to the disk what was left to the operating system. */
    public void force() throws IOException {
        diagnosed(0, unforced::force);
    }

    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    /** Makes a change that adds so many bytes. If it fails, it does so with its error number. */
    private void diagnosed(long added, Change change) throws IOException {
        try {
            change.make();
        } catch (IOException e) {
            throw diagnosis.of(e, placeOfTrials(), added);
        }
    }

    /** Returns the directory in which a file can be made on trial. */
    private synchronized Directory placeOfTrials() {
        return staging == null ? root : staging.directory();
    }

    private static void requireFile(Directory parent, FileName name) throws IOException {
        if (parent.fileSize(name.last()) < 0) {
            throw new NoSuchFileException(name.toString());
        }
    }

    private void keep(Directory parent, FileName name, long size) throws IOException {
        FileName backup = name.backup();
        parent.fileSize(backup.last());
        try (FileChannel file = parent.openFile(name.last(), StandardOpenOption.READ)) {
            place(parent, backup, size, out -> copy(file, 0, size, out));
        }
    }

    private void replace(Directory parent, FileName name, long size, long offset, ByteBuffer data) throws IOException {
        long end = offset + data.remaining();
        if (offset == 0 && end >= size) {
            place(parent, name, data.remaining(), out -> disk.write(out, data, 0));
            return;
        }
        if (size < 0) {
            place(parent, name, data.remaining(), out -> disk.write(out, data, offset));
            return;
        }
        try (FileChannel old = parent.openFile(name.last(), StandardOpenOption.READ)) {
            place(parent, name, data.remaining(), out -> {
                copy(old, 0, Math.min(offset, size), out);
                disk.write(out, data, offset);
                copy(old, end, size - end, out);
            });
        }
    }

    @FunctionalInterface
    private interface Content {
        void writeTo(FileChannel out) throws IOException;
    }

    /** Gives {@code name} new content in one step. */
    private void place(Directory parent, FileName name, long added, Content content) throws IOException {
        Staging own = staging();
        String temporary = own.newName();
        long size;
        try {
            try (FileChannel out =
                    own.directory().openFile(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                diagnosed(added, () -> {
                    content.writeTo(out);
                    if (durable) {
                        disk.force(out);
                    }
                });
                size = out.size();
            }
            refuseInterrupted();
            own.directory().move(temporary, parent, name.last());
        } catch (Throwable e) {
            discard(own, temporary, e);
            throw e;
        }
        if (!durable) {
            unforced.replaced(Unforced.Place.file(name), size);
        }
        namesChanged(parent, name.parents());
    }

    /**
     * Fails if the thread was interrupted: it has taken too long, and the TEE may have had the file written by another
     * instance meanwhile.
     */
    private static void refuseInterrupted() throws ClosedByInterruptException {
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
    }

    private static void discard(Staging staging, String temporary, Throwable failure) {
        try {
            staging.directory().deleteFile(temporary);
        } catch (NoSuchFileException e) {
            LOG.debug("{} was not made", temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void append(Directory parent, FileName name, long size, long offset, ByteBuffer data) throws IOException {
        Staging own = staging();
        AppendJournal journal = own.journal();
        long end = offset + data.remaining();
        try (FileChannel file = parent.openFile(name.last(), StandardOpenOption.WRITE)) {
            diagnosed(data.remaining(), () -> {
                journal.begin(name, size);
                disk.write(file, data, offset);
                if (durable) {
                    disk.force(file);
                }
                journal.end();
            });
        } catch (Throwable e) {
            undo(parent, name.last(), size, journal, e);
            throw e;
        }
        if (!durable) {
            // An old record of the journal must not cut back what was forced.
            unforced.grown(own.journalPlace(), 0);
            unforced.grown(Unforced.Place.file(name), end - size);
        }
    }

    /** Undoes an append. An interrupted thread can use no file channel, so its interrupt waits until this has ended. */
    private static void undo(Directory parent, String name, long size, AppendJournal journal, Throwable failure) {
        boolean interrupted = Thread.interrupted();
        try {
            cutBack(parent, name, size);
            journal.end();
        } catch (IOException e) {
            failure.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void cutBack(Directory parent, String name, long size) throws IOException {
        if (parent.fileSize(name) > size) {
            try (FileChannel file = parent.openFile(name, StandardOpenOption.WRITE)) {
                file.truncate(size);
                file.force(true);
            }
        }
    }

    private static void copy(FileChannel from, long position, long count, FileChannel to) throws IOException {
        to.position(position);
        long copied = 0;
        while (copied < count) {
            long n = from.transferTo(position + copied, count - copied, to);
            if (n <= 0) {
                throw new IOException("the file became shorter while it was copied");
            }
            copied += n;
        }
    }

    private Directory parentOf(FileName name) throws IOException {
        return root.descendant(name.parents());
    }

    private Directory parentMadeFor(FileName name) throws IOException {
        Directory current = root.reopen();
        for (int depth = 0; depth < name.parents().size(); depth++) {
            try (Directory left = current) {
                String component = name.parents().get(depth);
                makeDirectory(left, name.parents().subList(0, depth), component);
                current = left.child(component);
            }
        }
        return current;
    }

    /** Makes a directory elsewhere and moves it here, so that no link that somebody puts in the way is followed. */
    private void makeDirectory(Directory parent, List<String> path, String name) throws IOException {
        if (parent.exists(name)) {
            return;
        }
        Staging own = staging();
        String temporary = own.newName();
        own.createDirectory(temporary);
        try {
            own.directory().move(temporary, parent, name);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            // Another instance was faster.
            own.directory().deleteDirectory(temporary);
        }
        namesChanged(parent, path);
    }

    private void namesChanged(Directory directory, List<String> path) throws IOException {
        if (durable) {
            directory.sync();
        } else {
            unforced.renamed(Unforced.Place.names(path));
        }
    }

    private synchronized Staging staging() throws IOException {
        if (staging == null) {
            staging = Staging.open(path, root, durable);
        }
        return staging;
    }

    @Override
    public synchronized void close() throws IOException {
        try (root) {
            if (staging != null) {
                staging.close();
            }
        }
    }
}
