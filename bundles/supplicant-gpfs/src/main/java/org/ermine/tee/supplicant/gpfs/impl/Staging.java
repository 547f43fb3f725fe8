// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The directory in which one instance of the handler prepares what it then moves to its place. A locked file in it says
 * that the instance lives; what is not locked was left behind by a crash. So an old and a new version of the bundle can work
 * on one root at the same time.
 */
final class Staging implements Closeable {

    private static final String LOCK = "lock";
    private static final String JOURNAL = "append";
    private static final int ATTEMPTS = 10;

    private final Path path;
    private final Directory directory;
    private final FileChannel lock;
    private final AppendJournal journal;
    private final AtomicLong names = new AtomicLong();

    private Staging(Path path, boolean durable) throws IOException {
        this.path = path;
        this.directory = Directory.open(path);
        this.lock = directory.openFile(LOCK, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (!isLocked(lock) || directory.fileSize(LOCK) < 0) {
            throw new NoSuchFileException(path.toString(), null, "taken for the remains of a crash");
        }
        this.journal = new AppendJournal(
                directory.openFile(JOURNAL, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), durable);
    }

    /** Makes a new one. Another instance that starts now may take it for remains before it is locked; then once more. */
    static Staging open(Path path, Directory root, boolean durable) throws IOException {
        Path all = path.resolve(FileName.RESERVED);
        try {
            Files.createDirectory(all, Directory.OWNER_ONLY_DIRECTORY);
        } catch (FileAlreadyExistsException e) {
            // By an earlier or another instance, unless this says that it is a link.
            root.child(FileName.RESERVED).close();
        }
        NoSuchFileException taken = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            Path own = all.resolve(UUID.randomUUID().toString());
            Files.createDirectory(own, Directory.OWNER_ONLY_DIRECTORY);
            try {
                return new Staging(own, durable);
            } catch (NoSuchFileException e) {
                taken = e;
            }
        }
        throw taken;
    }

    /** Deletes what crashed instances left behind and returns the appends that they did not finish. */
    static List<AppendJournal.Record> recover(Directory root) throws IOException {
        List<AppendJournal.Record> unfinished = new ArrayList<>();
        if (!root.isDirectory(FileName.RESERVED)) {
            return unfinished;
        }
        try (Directory all = root.child(FileName.RESERVED)) {
            for (String name : all.list()) {
                recover(all, name, unfinished);
            }
        }
        return unfinished;
    }

    private static void recover(Directory all, String name, List<AppendJournal.Record> unfinished) throws IOException {
        try (Directory remains = all.child(name)) {
            List<String> files = remains.list();
            if (files.contains(LOCK)) {
                try (FileChannel lock = remains.openFile(LOCK, StandardOpenOption.WRITE)) {
                    if (!isLocked(lock)) {
                        return;
                    }
                    readJournal(remains, files, unfinished);
                    deleteAll(remains, files);
                }
            }
        }
        all.deleteDirectory(name);
    }

    private static void readJournal(Directory remains, List<String> files, List<AppendJournal.Record> unfinished)
            throws IOException {
        if (!files.contains(JOURNAL)) {
            return;
        }
        try (AppendJournal journal = new AppendJournal(remains.openFile(JOURNAL, StandardOpenOption.READ), false)) {
            AppendJournal.Record record = journal.read();
            if (record != null) {
                unfinished.add(record);
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

    /** The lock goes with its channel. */
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
        return new Unforced.Place(List.of(FileName.RESERVED, path.getFileName().toString()), JOURNAL);
    }

    /** A name that nothing in here has. */
    String newName() {
        return Long.toString(names.incrementAndGet());
    }

    /** Makes an empty directory. */
    void createDirectory(String name) throws IOException {
        Files.createDirectory(path.resolve(name), Directory.OWNER_ONLY_DIRECTORY);
    }

    @Override
    public void close() throws IOException {
        try (directory;
                lock;
                journal) {
            deleteAll(directory, directory.list());
            Files.delete(path);
        }
    }
}
