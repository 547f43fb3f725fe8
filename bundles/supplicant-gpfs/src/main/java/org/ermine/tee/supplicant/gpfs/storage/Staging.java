// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.supplicant.gpfs.disk.Directory;
import org.ermine.tee.supplicant.gpfs.disk.FileName;

/**
 * The directory in which one instance of the handler prepares what it then moves to its place. A locked file in it says
 * that the instance lives; what is not locked was left behind by a crash. So an old and a new version of the bundle can
 * work on one root at the same time.
 */
final class Staging implements Closeable {

    private static final String LOCK = "lock";
    private static final String JOURNAL = "append";
    private static final int ATTEMPTS = 10;

    /** Its path, as long as the root's path leads to the root. */
    private final Path path;
    /** The one in which it stands beside those of other instances. */
    private final Directory all;

    private final String name;
    private final Directory directory;
    private final FileChannel lock;
    private final AppendJournal journal;
    private final AtomicLong names = new AtomicLong();

    private Staging(
            Path path, Directory all, String name, Directory directory, FileChannel lock, AppendJournal journal) {
        this.path = path;
        this.all = all;
        this.name = name;
        this.directory = directory;
        this.lock = lock;
        this.journal = journal;
    }

    /**
     * Makes a new one. Another instance that starts now may take it for remains before it is locked; then once more.
     *
     * @param path what leads to the root
     */
    static Staging open(Path path, Directory root, boolean durable) throws IOException {
        try {
            root.createDirectory(path, FileName.RESERVED);
            root.sync();
        } catch (FileAlreadyExistsException e) {
            // By an earlier or another instance, unless the next step says that it is a link.
        }
        Directory all = root.child(FileName.RESERVED);
        try {
            return open(path.resolve(FileName.RESERVED), all, durable, ATTEMPTS);
        } catch (Throwable e) {
            all.close();
            throw e;
        }
    }

    private static Staging open(Path path, Directory all, boolean durable, int attempts) throws IOException {
        String name = UUID.randomUUID().toString();
        all.createDirectory(path, name);
        try {
            return begin(path.resolve(name), all, name, durable);
        } catch (NoSuchFileException e) {
            if (attempts == 1) {
                throw e;
            }
            return open(path, all, durable, attempts - 1);
        }
    }

    private static Staging begin(Path path, Directory all, String name, boolean durable) throws IOException {
        List<Closeable> opened = new ArrayList<>();
        try {
            Directory directory = kept(all.child(name), opened);
            FileChannel lock = kept(create(directory, LOCK), opened);
            if (!isLocked(lock) || directory.fileSize(LOCK) < 0) {
                throw new NoSuchFileException(path.toString(), null, "taken for the remains of a crash");
            }
            FileChannel journal = kept(create(directory, JOURNAL), opened);
            // A journal whose name a power failure takes would cut nothing back.
            directory.sync();
            all.sync();
            return new Staging(path, all, name, directory, lock, new AppendJournal(journal, durable));
        } catch (Throwable e) {
            abandon(all, name, opened, e);
            throw e;
        }
    }

    private static FileChannel create(Directory directory, String file) throws IOException {
        return directory.openFile(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static <T extends Closeable> T kept(T fresh, List<Closeable> opened) {
        opened.add(fresh);
        return fresh;
    }

    private static void abandon(Directory all, String name, List<Closeable> opened, Throwable failure) {
        try {
            if (all.exists(name)) {
                try (Directory directory = all.child(name)) {
                    deleteAll(directory, directory.list());
                }
                all.deleteDirectory(name);
            }
            for (Closeable each : opened) {
                each.close();
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Undoes an append that a crashed instance did not finish. */
    @FunctionalInterface
    interface Undo {
        void undo(AppendJournal.Record unfinished) throws IOException;
    }

    /**
     * Has undone what crashed instances did not finish, then deletes what they left behind, so that it is undone once.
     */
    static void recover(Directory root, Undo undo) throws IOException {
        if (!root.isDirectory(FileName.RESERVED)) {
            return;
        }
        try (Directory all = root.child(FileName.RESERVED)) {
            for (String name : all.list()) {
                recover(all, name, undo);
            }
        }
    }

    private static void recover(Directory all, String name, Undo undo) throws IOException {
        try (Directory remains = all.child(name)) {
            List<String> files = remains.list();
            if (files.contains(LOCK)) {
                try (FileChannel lock = remains.openFile(LOCK, StandardOpenOption.WRITE)) {
                    if (!isLocked(lock)) {
                        return;
                    }
                    readJournal(remains, files, undo);
                    deleteAll(remains, files);
                    // A record that came back would cut off what is appended from now on.
                    remains.sync();
                }
            }
        }
        all.deleteDirectory(name);
        all.sync();
    }

    private static void readJournal(Directory remains, List<String> files, Undo undo) throws IOException {
        if (!files.contains(JOURNAL)) {
            return;
        }
        try (AppendJournal journal = new AppendJournal(remains.openFile(JOURNAL, StandardOpenOption.READ), false)) {
            AppendJournal.Record record = journal.read();
            if (record != null) {
                undo.undo(record);
            }
        }
    }

    private static void deleteAll(Directory remains, List<String> files) throws IOException {
        for (String file : files) {
            if (remains.isDirectory(file)) {
                remains.deleteDirectory(file);
            } else {
                remains.deleteFile(file);
            }
        }
    }

    /** Closing the channel also gives up the lock. */
    private static boolean isLocked(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    Directory directory() {
        return directory;
    }

    AppendJournal journal() {
        return journal;
    }

    /** Where the journal stands below the root. */
    Unforced.Place journalPlace() {
        return new Unforced.Place(List.of(FileName.RESERVED, name), JOURNAL);
    }

    /** A name that no file in this directory has. */
    String newName() {
        return Long.toString(names.incrementAndGet());
    }

    /** Makes an empty directory. */
    void createDirectory(String name) throws IOException {
        directory.createDirectory(path, name);
    }

    @Override
    public void close() throws IOException {
        try (all;
                directory;
                lock;
                journal) {
            deleteAll(directory, directory.list());
            all.deleteDirectory(name);
        }
    }
}
