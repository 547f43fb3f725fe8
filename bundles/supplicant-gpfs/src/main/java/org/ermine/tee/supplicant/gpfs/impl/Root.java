// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.supplicant.gpfs.disk.DiagnosedException;
import org.ermine.tee.supplicant.gpfs.disk.Directory;
import org.ermine.tee.supplicant.gpfs.disk.Disk;
import org.ermine.tee.supplicant.gpfs.disk.FileErrno;
import org.ermine.tee.supplicant.gpfs.disk.MountPoint;
import org.ermine.tee.supplicant.gpfs.storage.Storage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A root directory, which is what its path leads to. The storage in it is open. Before and after each operation the
 * path is checked: it has to lead there still. After a file system was mounted over the directory, or that was moved
 * away, the storage is opened anew where the path leads by then. If it leads nowhere, operations fail until it does. So
 * nothing is acknowledged that a restart would not find.
 *
 * <p>Thread safe. Operations hold {@code lock} for reading; whoever opens or closes the storage holds it for writing.
 */
final class Root implements Closeable {

    /** Something to be done with the files below a root. */
    @FunctionalInterface
    interface Operation<T> {
        T on(Storage storage) throws IOException;
    }

    /** Is told whether the root could be opened, by the thread that tried, without a lock. */
    interface Watcher {
        void failed(Root root, IOException why);

        void opened(Root root);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Root.class);

    private final Path path;
    private final boolean durable;
    private final MountPoint required;
    private final Disk disk;
    private final Watcher watcher;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    /** Null as long as the root could not be opened. Guarded by lock. */
    private Storage storage;
    /** The key of what was mounted when the storage was opened. Guarded by lock. */
    private Object mounted;
    /**
     * Whether the directory was made already. It is made only once: if it is missing later, the disk may be away.
     * Guarded by lock.
     */
    private boolean wasThere;
    /** Guarded by lock. */
    private boolean closed;

    /** @param required what has to be mounted, or null */
    Root(Path path, boolean durable, MountPoint required, Disk disk, Watcher watcher) {
        this.path = path;
        this.durable = durable;
        this.required = required;
        this.disk = disk;
        this.watcher = watcher;
    }

    /**
     * Does something with the storage that the path leads to.
     *
     * @throws DiagnosedException with EAGAIN if it leads nowhere, or elsewhere after the operation than before
     */
    <T> T run(Operation<T> operation) throws IOException {
        acquire(lock.readLock());
        try {
            if (isInPlace()) {
                return checked(operation);
            }
        } finally {
            lock.readLock().unlock();
        }
        open();
        acquire(lock.readLock());
        try {
            requireInPlace();
            return checked(operation);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Opens the storage where the path leads, and makes the directory the first time. */
    void open() throws IOException {
        try {
            openStorage();
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            watcher.failed(this, e);
            throw e;
        }
        watcher.opened(this);
    }

    private void openStorage() throws IOException {
        acquire(lock.writeLock());
        try {
            if (closed || isInPlace()) {
                return;
            }
            giveUpStorage();
            Object key = required == null ? null : required.require();
            if (!wasThere) {
                Directory.make(path, disk);
            } else if (!Files.isDirectory(path)) {
                throw new DiagnosedException(FileErrno.EAGAIN, path + " is not there any more", null);
            }
            storage = new Storage(path, durable, disk);
            mounted = key;
            wasThere = true;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void giveUpStorage() {
        if (storage == null) {
            return;
        }
        LOG.warn(
                "{} leads to another directory than before, or nowhere, or what has to be mounted is not any more:"
                        + " what was kept there is where that directory is now",
                path);
        try (Storage former = storage) {
            former.force();
        } catch (IOException e) {
            LOG.warn("The directory that {} led to before could not be left in order: {}", path, FailureText.of(e));
        } finally {
            storage = null;
        }
    }

    private <T> T checked(Operation<T> operation) throws IOException {
        T result;
        try {
            result = operation.on(storage);
        } catch (IOException e) {
            if (isInPlace()) {
                throw e;
            }
            throw replaced(e);
        }
        requireInPlace();
        return result;
    }

    private void requireInPlace() throws IOException {
        if (!isInPlace()) {
            throw replaced(null);
        }
    }

    /** Returns whether the path leads to the storage, and the same is mounted as when that was opened. */
    private boolean isInPlace() throws IOException {
        return storage != null && storage.isInPlace() && (required == null || Objects.equals(mounted, required.key()));
    }

    private DiagnosedException replaced(IOException cause) {
        return new DiagnosedException(FileErrno.EAGAIN, path + " leads elsewhere than a moment ago", cause);
    }

    private static void acquire(Lock lock) throws ClosedByInterruptException {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }

    @Override
    public String toString() {
        return (durable ? "persist root " : "data root ") + path;
    }

    /** Forces what was left to the operating system, since a successor does not know of it, and closes the storage. */
    @Override
    public void close() throws IOException {
        lock.writeLock().lock();
        try (Storage last = storage) {
            closed = true;
            storage = null;
            if (last != null) {
                last.force();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
