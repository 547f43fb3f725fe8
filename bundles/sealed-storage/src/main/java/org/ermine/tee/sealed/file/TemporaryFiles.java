// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.embedded.log.RepeatLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files with unsealed content that is not complete yet. Whoever writes one has locked it, so one that nobody has locked
 * was left behind by a process that died. Those of one instance have names that no other instance gives, and those of
 * one process begin alike: it leaves them alone, since to close a file ends all locks that the process has on it.
 * Thread safe.
 */
public final class TemporaryFiles {

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFiles.class);

    private static final String PREFIX = ".unsealing-";
    private static final String SUFFIX = ".tmp";
    private static final int ATTEMPTS = 10;

    private static final Set<OpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private final RepeatLog problems = new RepeatLog(LOG::warn);
    private final String ofProcess = PREFIX + process();
    private final String own = ofProcess + UUID.randomUUID() + "-";
    private final AtomicLong numbers = new AtomicLong();
    private final Search search;

    public TemporaryFiles() {
        this(folder -> Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX));
    }

    TemporaryFiles(Search search) {
        this.search = search;
    }

    /** Finds the temporary files of a folder; replaced by tests. */
    @FunctionalInterface
    interface Search {
        DirectoryStream<Path> in(Path folder) throws IOException;
    }

    /** A file, and what it is written through: closing that ends the lock. */
    record TemporaryFile(Path path, FileChannel channel) {}

    /** Numbers are given anew to later processes, and those of other containers are the same. */
    private static String process() {
        ProcessHandle process = ProcessHandle.current();
        long start = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return process.pid() + "-" + start + "-";
    }

    /** Makes a file that only its owner can access, where the file system knows such a thing. */
    TemporaryFile create(Path folder) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Path path = folder.resolve(own + numbers.incrementAndGet() + SUFFIX);
            FileChannel channel = FileChannel.open(path, NEW, ownerOnly(folder));
            boolean mine = false;
            try {
                mine = lock(channel, path);
            } finally {
                if (!mine) {
                    discard(path, channel);
                }
            }
            if (mine) {
                return new TemporaryFile(path, channel);
            }
        }
        throw new IOException("others delete the files in " + folder + " before they can be locked");
    }

    /** Tells the operator of content that lies open. */
    void notDeleted(Path path, IOException failure) {
        problems.tell("not deleted", () -> path + " could not be deleted; it holds unsealed content: " + failure);
    }

    /** Until it is locked, another instance may take it for one that was left behind. */
    static boolean lock(FileChannel channel, Path path) {
        try {
            return channel.tryLock() != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        } catch (OverlappingFileLockException e) {
            LOG.debug("Another part of this process takes {} for one that was left behind", path);
            return false;
        } catch (IOException e) {
            LOG.debug("{} cannot be locked; then nobody else can lock and delete it either: {}", path, e.toString());
            return true;
        }
    }

    private static void discard(Path path, FileChannel channel) throws IOException {
        try (channel) {
            Files.deleteIfExists(path);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path folder) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /**
     * Deletes what processes of the owner of {@code present}, a file of this instance, left behind beside it when they
     * died.
     */
    void clearRemains(Path present) {
        try (DirectoryStream<Path> found = search.in(present.getParent())) {
            for (Path file : found) {
                if (!file.getFileName().toString().startsWith(ofProcess)) {
                    clear(file, present);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("What was left behind beside {} cannot be looked for: {}", present, e.toString());
        }
    }

    private static void clear(Path file, Path present) {
        try {
            if (!isRemains(file, present)) {
                return;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                if (channel.tryLock() != null) {
                    Files.delete(file);
                    LOG.info("{} was deleted: a process that died while it unsealed had left it behind", file);
                }
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} was completed or deleted meanwhile", file);
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is being written by another part of this process", file);
        } catch (IOException e) {
            LOG.debug("It cannot be told whether {} is in use, so it is left alone: {}", file, e.toString());
        }
    }

    private static boolean isRemains(Path file, Path present) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(file, LinkOption.NOFOLLOW_LINKS)
                        .equals(Files.getOwner(present, LinkOption.NOFOLLOW_LINKS));
    }
}
