// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ermine.tee.embedded.files.DirectoryLock;

/**
 * An open directory. Files are named relative to it and symbolic links are never followed, so that what is done here
 * stays here, whoever exchanges a directory for a link meanwhile.
 */
public final class Directory implements Closeable {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final Path SELF = Path.of(".");

    private final SecureDirectoryStream<Path> stream;
    private final Disk disk;

    Directory(DirectoryStream<Path> stream, String what, Disk disk) throws IOException {
        if (!(stream instanceof SecureDirectoryStream<Path> secure)) {
            stream.close();
            throw new IOException(what + ": this file system cannot open files relative to a directory");
        }
        this.stream = secure;
        this.disk = disk;
    }

    /** Makes a directory and those above it, for the owner only and so that they outlast a power failure. */
    public static void make(Path path, Disk disk) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (!Files.isDirectory(parent)) {
            make(parent, disk);
        }
        try {
            Files.createDirectory(path, OWNER_ONLY_DIRECTORY);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path)) {
                throw e;
            }
        }
        try (Directory above = open(parent, disk)) {
            above.sync();
        }
    }

    public static Directory open(Path path, Disk disk) throws IOException {
        return new Directory(Files.newDirectoryStream(path), path.toString(), disk);
    }

    /** Returns the key of this directory, whatever its path leads to by now. */
    public Object fileKey() throws IOException {
        return stream.getFileAttributeView(BasicFileAttributeView.class)
                .readAttributes()
                .fileKey();
    }

    /** @throws RefusedException if it is a symbolic link or no directory */
    public Directory child(String name) throws IOException {
        BasicFileAttributes attributes = attributes(name);
        if (attributes == null) {
            throw new NoSuchFileException(name);
        }
        if (!attributes.isDirectory()) {
            throw new RefusedException(FileErrno.ENOTDIR, name + " is no directory");
        }
        return new Directory(stream.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS), name, disk);
    }

    /** Opens this directory once more. The result is closed on its own. */
    public Directory reopen() throws IOException {
        return new Directory(stream.newDirectoryStream(SELF), SELF.toString(), disk);
    }

    /** Returns the directory to which {@code names} lead from here. It is to be closed on its own. */
    public Directory descendant(List<String> names) throws IOException {
        Directory current = reopen();
        for (String name : names) {
            try (Directory left = current) {
                current = left.child(name);
            }
        }
        return current;
    }

    /**
     * Makes an empty directory in this one. Java makes one only by its path, so it is looked for from here afterwards.
     *
     * @param path what should lead here
     * @throws FileAlreadyExistsException if something has that name
     * @throws DiagnosedException with EAGAIN if the path leads elsewhere
     */
    public void createDirectory(Path path, String name) throws IOException {
        Path made = path.resolve(name);
        Files.createDirectory(made, OWNER_ONLY_DIRECTORY);
        BasicFileAttributes found = attributes(name);
        Object expected = Files.readAttributes(made, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
        if (found == null || !expected.equals(found.fileKey())) {
            Files.delete(made);
            throw new DiagnosedException(FileErrno.EAGAIN, path + " leads to another directory by now", null);
        }
    }

    public boolean exists(String name) throws IOException {
        return attributes(name) != null;
    }

    public boolean isDirectory(String name) throws IOException {
        BasicFileAttributes attributes = attributes(name);
        return attributes != null && attributes.isDirectory();
    }

    /**
     * Returns the size of a file, -1 if there is none.
     *
     * @throws RefusedException if something else than a file has this name
     */
    public long fileSize(String name) throws IOException {
        BasicFileAttributes attributes = attributes(name);
        if (attributes == null) {
            return -1;
        }
        if (attributes.isDirectory()) {
            throw new RefusedException(FileErrno.EISDIR, name + " is a directory");
        }
        if (!attributes.isRegularFile()) {
            throw new RefusedException(FileErrno.EACCES, name + " is no regular file");
        }
        return attributes.size();
    }

    private BasicFileAttributes attributes(String name) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = stream.getFileAttributeView(
                            Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
        } catch (NoSuchFileException e) {
            return null;
        } catch (FileSystemException e) {
            throw isTooLong(name) ? new RefusedException(FileErrno.ENAMETOOLONG, name + " is too long a name") : e;
        }
        if (attributes.isSymbolicLink()) {
            throw new RefusedException(FileErrno.ELOOP, name + " is a symbolic link");
        }
        return attributes;
    }

    /** Returns whether no name of this length can be looked for, but a shorter one can. */
    private boolean isTooLong(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        return length > 1 && !canBeLookedFor("x".repeat(length)) && canBeLookedFor("x");
    }

    private boolean canBeLookedFor(String name) {
        try {
            stream.getFileAttributeView(Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            return true;
        } catch (IOException e) {
            return e instanceof NoSuchFileException;
        }
    }

    public FileChannel openFile(String name, StandardOpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(EnumSet.copyOf(List.of(options)));
        all.add(LinkOption.NOFOLLOW_LINKS);
        return (FileChannel) stream.newByteChannel(Path.of(name), all, OWNER_ONLY_FILE);
    }

    /**
     * Takes the lock of this directory, by a file in it.
     *
     * @param options by which that is opened
     * @return empty if somebody else has the lock, in this process or another
     */
    public Optional<DirectoryLock> lock(String file, StandardOpenOption... options) throws IOException {
        return DirectoryLock.take(self(), () -> openFile(file, options));
    }

    private FileChannel self() throws IOException {
        return (FileChannel) stream.newByteChannel(SELF, Set.of(StandardOpenOption.READ));
    }

    /** Moves a file or an empty directory in one step, replacing what is there. */
    public void move(String name, Directory target, String newName) throws IOException {
        stream.move(Path.of(name), target.stream, Path.of(newName));
    }

    public void deleteFile(String name) throws IOException {
        stream.deleteFile(Path.of(name));
    }

    public void deleteDirectory(String name) throws IOException {
        stream.deleteDirectory(Path.of(name));
    }

    /** Forces names that were made, moved or deleted here to the disk. */
    public void sync() throws IOException {
        disk.sync(this);
    }

    /** Does what {@link #sync} has the disk do. */
    void forceNames() throws IOException {
        try (FileChannel self = self()) {
            self.force(true);
        }
    }

    /** Returns the names of all entries of this directory. */
    public List<String> list() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = stream.newDirectoryStream(SELF)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
