// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.embedded.files.DirectoryLock;
import org.ermine.tee.supplicant.gpfs.disk.Directory;
import org.ermine.tee.supplicant.gpfs.disk.FileName;

/**
 * The directory in which one instance of the handler prepares what it then moves to its place. Its lock says that the
 * instance lives; what is not locked was left behind by a crash. So an old and a new version of the bundle can work on
 * one root at the same time, in one process or in two.
 */
final class Staging implements Closeable {

    private static final String LOCK = "lock";
    private static final String JOURNAL = "append";
    private static final int ATTEMPTS = 10;

    private static final StandardOpenOption[] NEW = {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};

    /** Its path, as long as the root's path leads to the root. */
    private final Path path;
    /** The one in which it stands beside those of other instances. */
    private final Directory all;

    private final String name;
    private final Directory directory;
    private final DirectoryLock lock;
    private final AppendJournal journal;
    private final AtomicLong names = new AtomicLong();

    private Staging(
            Path path, Directory all, String name, Directory directory, DirectoryLock lock, AppendJournal journal) {
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
        Deque<Closeable> opened = new ArrayDeque<>();
        try {
            Directory directory = kept(all.child(name), opened);
            DirectoryLock lock = kept(directory.lock(LOCK, NEW).orElseThrow(() -> takenForRemains(path)), opened);
            if (directory.fileSize(LOCK) < 0) {
                throw takenForRemains(path);
            }
            FileChannel journal = kept(directory.openFile(JOURNAL, NEW), opened);
            // A journal whose name a power failure takes would cut nothing back.
            directory.sync();
            all.sync();
            return new Staging(path, all, name, directory, lock, new AppendJournal(journal, durable));
        } catch (Throwable e) {
            // First, as it is the lock that keeps others from doing the same.
            opened.push(() -> delete(all, name));
            closeAll(opened, e);
            throw e;
        }
    }

    private static NoSuchFileException takenForRemains(Path path) {
        return new NoSuchFileException(path.toString(), null, "taken for the remains of a crash");
    }

    private static <T extends Closeable> T kept(T fresh, Deque<Closeable> opened) {
        opened.push(fresh);
        return fresh;
    }

    /** Also those that come after one that cannot be closed. */
    private static void closeAll(Deque<Closeable> opened, Throwable failure) {
        for (Closeable each : opened) {
            try {
                each.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private static void delete(Directory all, String name) throws IOException {
        if (all.exists(name)) {
            try (Directory directory = all.child(name)) {
                deleteAll(directory, directory.list());
            }
            all.deleteDirectory(name);
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
                try {
                    recover(all, name, undo);
                } catch (NoSuchFileException e) {
                    // Another instance has cleared it meanwhile.
                }
            }
        }
    }

    private static void recover(Directory all, String name, Undo undo) throws IOException {
        try (Directory remains = all.child(name)) {
            if (remains.exists(LOCK) && !clear(remains, undo)) {
                return;
            }
        }
        all.deleteDirectory(name);
        all.sync();
    }

    /** False if the directory is in use. */
    private static boolean clear(Directory remains, Undo undo) throws IOException {
        try (DirectoryLock lock = remains.lock(LOCK, StandardOpenOption.WRITE).orElse(null)) {
            if (lock == null) {
                return false;
            }
            List<String> files = remains.list();
            readJournal(remains, files, undo);
            deleteAll(remains, files);
            // A record that came back would cut off what is appended from now on.
            remains.sync();
            return true;
        }
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
