// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.state;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.ermine.tee.embedded.files.DirectoryLock;
import org.ermine.tee.spi.support.DurableFiles;

/**
 * The directory of the secure state: owner-only, used by one emulator at a time. Each file carries a checksum and is
 * replaced as a whole, durably, or is one of two that are {@linkplain AlternatingFile written in turn}. What is
 * accessible to others or damaged is refused. Not thread safe: its owner serialises.
 */
final class StateDirectory implements Closeable {

    private static final int CHECKSUM_SIZE = 32;
    /** The most bytes of a file's content. */
    static final int MAX_FILE_SIZE = 16 * 1024 * 1024;

    private static final String LOCK = "lock";
    private static final String TEMPORARY = ".tmp";

    /** A new file takes one for its content and may take one for its name. */
    private static final int BLOCK = 4096;

    private static final Set<PosixFilePermission> OWNER_DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");

    private final Path directory;
    private final DirectoryLock lock;
    /** Which file the lock is on, whatever the path of the directory leads to by now. */
    private final Object locked;

    private final Room room;
    private final DurableFiles.NameForcer names;
    private final ByteForcer bytes;
    /**
     * Whether the names in the directory are the same after a loss of power. Those that a former emulator left may not
     * be.
     */
    private boolean isForced;
    /** Files that are written in place and whose bytes are the same after a loss of power. */
    private final Set<String> forced = new HashSet<>();

    private StateDirectory(
            Path directory,
            DirectoryLock lock,
            Object locked,
            Room room,
            DurableFiles.NameForcer names,
            ByteForcer bytes) {
        this.directory = directory;
        this.lock = lock;
        this.locked = locked;
        this.room = room;
        this.names = names;
        this.bytes = bytes;
    }

    /** Says how many bytes can be added to the disk that a path is on; replaced by tests. */
    @FunctionalInterface
    interface Room {

        Room REAL = path -> Files.getFileStore(path).getUsableSpace();

        long usable(Path path) throws IOException;
    }

    /** Forces what was written to a file in place to the disk; replaced by tests. */
    @FunctionalInterface
    interface ByteForcer {

        ByteForcer REAL = (path, file) -> file.getFD().sync();

        void force(Path path, RandomAccessFile file) throws IOException;
    }

    /** Opens the directory; makes it if it does not exist. */
    static StateDirectory open(Path directory, Room room, DurableFiles.NameForcer names, ByteForcer bytes)
            throws IOException {
        Path absolute = directory.toAbsolutePath();
        try {
            make(absolute, PosixFilePermissions.asFileAttribute(OWNER_DIRECTORY));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(absolute, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("secure state: " + absolute + " is no directory", e);
            }
        }
        requireOwnerOnly(absolute);
        DirectoryLock lock = lock(absolute);
        StateDirectory opened = null;
        try {
            opened = new StateDirectory(absolute, lock, key(absolute.resolve(LOCK)), room, names, bytes);
            return opened;
        } finally {
            if (opened == null) {
                lock.close();
            }
        }
    }

    /** Makes a directory and those above it, so that they outlast a power failure as what will be in them does. */
    private static void make(Path directory, FileAttribute<?>... attributes) throws IOException {
        Path above = directory.getParent();
        if (!Files.isDirectory(above)) {
            make(above);
        }
        Files.createDirectory(directory, attributes);
        DurableFiles.NameForcer.REAL.force(above);
    }

    /**
     * Reads a file and checks it. What is read stays so: names that could not be forced when they were written are
     * forced first.
     *
     * @return its content, or null if there is no such file
     */
    byte[] read(String name) throws IOException {
        forceNames();
        byte[] content = readChecked(name);
        requireInPlace();
        return content;
    }

    /**
     * @throws IOException if the path leads to another directory than the one that was opened: what is read there is
     *     not this state, and what is written there would be missed where it was
     */
    private void requireInPlace() throws IOException {
        if (!locked.equals(key(directory.resolve(LOCK)))) {
            throw new IOException("secure state: " + directory + " was exchanged for another directory");
        }
    }

    /** Null if there is no such file. */
    private static Object key(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private byte[] readChecked(String name) throws IOException {
        Path file = directory.resolve(name);
        if (!isThere(file)) {
            return null;
        }
        byte[] bytes = Files.readAllBytes(file);
        int size = bytes.length - CHECKSUM_SIZE;
        if (size < 0 || !Arrays.equals(checksum(bytes, size), Arrays.copyOfRange(bytes, size, bytes.length))) {
            throw damaged(name);
        }
        return Arrays.copyOf(bytes, size);
    }

    /** Whether there is a file that can be used. */
    private static boolean isThere(Path file) throws IOException {
        if (key(file) == null) {
            return false;
        }
        requireOwnerOnly(file);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > 3L * MAX_FILE_SIZE) {
            throw new IOException("secure state: " + file + " is no file of at most " + 3L * MAX_FILE_SIZE + " bytes");
        }
        return true;
    }

    IOException damaged(String name) {
        return new IOException("secure state: " + directory.resolve(name) + " is damaged, its checksum does not match");
    }

    boolean exists(String name) throws IOException {
        return isThere(directory.resolve(name));
    }

    private void forceNames() throws IOException {
        if (!isForced) {
            names.force(directory);
            isForced = true;
        }
    }

    /**
     * Opens a file for reading, whether or not the thread is interrupted; null if there is none. What is read stays so:
     * bytes that were written in place and not forced, by whomever, are written once more and forced first.
     */
    RandomAccessFile open(String name) throws IOException {
        requireInPlace();
        forceNames();
        Path file = directory.resolve(name);
        if (!isThere(file)) {
            return null;
        }
        RandomAccessFile opened = new RandomAccessFile(file.toFile(), forced.contains(name) ? "r" : "rw");
        try {
            if (!forced.contains(name)) {
                writeAnew(opened);
                bytes.force(file, opened);
                forced.add(name);
            }
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * After an attempt to force bytes that failed, the system may take them for forced, until they are written again.
     */
    private static void writeAnew(RandomAccessFile file) throws IOException {
        byte[] block = new byte[BLOCK];
        long size = file.length();
        for (long offset = 0; offset < size; offset += BLOCK) {
            int count = Math.toIntExact(Math.min(BLOCK, size - offset));
            if (canRead(file, offset, block, count)) {
                file.seek(offset);
                file.write(block, 0, count);
            }
        }
    }

    /** If not, whoever reads the file is told why as soon as that is needed. */
    private static boolean canRead(RandomAccessFile file, long offset, byte[] block, int count) {
        try {
            file.seek(offset);
            file.readFully(block, 0, count);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Writes over a file in place, and forces that to the disk, whether or not the thread is interrupted. A crash
     * leaves the old bytes, the new ones, or a mixture.
     */
    void overwrite(String name, byte[] content) throws IOException {
        requireInPlace();
        forced.remove(name);
        Path path = directory.resolve(name);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(content);
            bytes.force(path, file);
        }
        forced.add(name);
        requireInPlace();
    }

    /** Removes a file; does nothing if there is none. */
    void remove(String name) throws IOException {
        if (Files.deleteIfExists(directory.resolve(name))) {
            isForced = false;
            forceNames();
        }
    }

    /** Replaces a file, with a checksum: afterwards, and after a crash, there is either the old or the new content. */
    void write(String name, byte[] content) throws IOException {
        byte[] checked = Arrays.copyOf(content, content.length + CHECKSUM_SIZE);
        System.arraycopy(checksum(content, content.length), 0, checked, content.length, CHECKSUM_SIZE);
        replace(name, checked);
    }

    /** Replaces a file by one with these bytes, likewise. */
    void replace(String name, byte[] content) throws IOException {
        requireInPlace();
        Path file = directory.resolve(name);
        Path temporary = directory.resolve(name + TEMPORARY);
        Files.deleteIfExists(temporary);
        FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(OWNER_FILE);
        Set<StandardOpenOption> create = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel out = FileChannel.open(temporary, create, ownerOnly)) {
            writeFully(out, ByteBuffer.wrap(content));
            out.force(true);
        }
        isForced = false;
        DurableFiles.replace(file, temporary, names);
        isForced = true;
        requireInPlace();
    }

    /**
     * Whether the disk had no room for {@code content}, after it could not be written. Java tells the reason as a text
     * only.
     */
    boolean isFull(byte[] content, IOException failure) {
        try {
            return room.usable(directory) < content.length + CHECKSUM_SIZE + 2L * BLOCK;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static DirectoryLock lock(Path directory) throws IOException {
        FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        return DirectoryLock.take(opened, () -> openLockFile(directory.resolve(LOCK)))
                .orElseThrow(() -> new IOException("secure state: " + directory + " is in use by another emulator"));
    }

    private static FileChannel openLockFile(Path file) throws IOException {
        if (key(file) != null) {
            requireOwnerOnly(file);
        }
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(OWNER_FILE));
    }

    private static void requireOwnerOnly(Path path) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        if (!OWNER_DIRECTORY.containsAll(permissions)) {
            throw new IOException("secure state: " + path + " is accessible to others than its owner: "
                    + PosixFilePermissions.toString(permissions));
        }
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static byte[] checksum(byte[] bytes, int size) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, size);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
