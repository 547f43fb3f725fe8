// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.supplicant.gpfs.disk.DiagnosedException;
import org.ermine.tee.supplicant.gpfs.disk.Directory;
import org.ermine.tee.supplicant.gpfs.disk.FileErrno;
import org.ermine.tee.supplicant.gpfs.disk.FileName;
import org.ermine.tee.supplicant.gpfs.disk.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was changed below a root and left to the operating system: files whose content, and directories whose names, are
 * not forced to the disk yet. It is bounded: the change that exceeds the bounds forces everything, so that forcing
 * never takes longer than a request may. Thread safe; {@link #force} forces the changes that were noted before it was
 * called.
 */
public final class Unforced {

    public static final int MAX_PLACES = 64;
    public static final long MAX_BYTES = 256L << 20;

    /** Forces a file to the disk. */
    @FunctionalInterface
    interface Forcer {
        void force(FileChannel file) throws IOException;
    }

    /**
     * Where something was changed.
     *
     * @param directory names from the root on
     * @param file the name of the file; null if the names in the directory were changed
     */
    record Place(List<String> directory, String file) {

        static Place file(FileName name) {
            return new Place(name.parents(), name.last());
        }

        static Place names(List<String> directory) {
            return new Place(directory, null);
        }

        @Override
        public String toString() {
            return String.join("/", directory) + "/" + (file == null ? "" : file);
        }
    }

    /** A change, equal to itself only: so one that is made while an earlier one is forced is told from that. */
    private static final class Change {

        /** The failure of the attempt to force it; null if there was none. */
        final IOException failure;

        Change(IOException failure) {
            this.failure = failure;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Unforced.class);

    private final Directory root;
    private final Forcer forcer;
    /**
     * Invariant: has each place with a change that is not known to be on the disk. A file that could not be forced
     * stays, as failed, until it is removed or replaced. The operating system drops what it could not write, so that
     * forcing it once more would succeed without having written it.
     */
    private final ConcurrentMap<Place, Change> changes = new ConcurrentHashMap<>();
    /** The approximate number of bytes of content that are not forced. */
    private final AtomicLong bytes = new AtomicLong();

    Unforced(Directory root, Forcer forcer) {
        this.root = root;
        this.forcer = forcer;
    }

    /** Notes that bytes were added to a file. */
    void grown(Place file, long count) throws IOException {
        changes.merge(file, new Change(null), (present, latest) -> present.failure == null ? latest : present);
        noted(count);
    }

    /** Notes that a file is new or has new content. */
    void replaced(Place file, long size) throws IOException {
        changes.put(file, new Change(null));
        noted(size);
    }

    /** Notes that names were added to, or removed from, a directory. */
    void renamed(Place directory) throws IOException {
        changes.put(directory, new Change(null));
        noted(0);
    }

    /** Notes that a file has another name now, and that what had that name is gone. */
    void moved(Place from, Place to) {
        Change change = changes.remove(from);
        if (change == null) {
            changes.remove(to);
        } else {
            changes.put(to, change);
        }
    }

    /** Notes that a file or directory is gone. */
    void removed(FileName name) {
        changes.remove(Place.file(name));
        changes.remove(Place.names(name.path()));
    }

    private void noted(long count) throws IOException {
        if (bytes.addAndGet(count) > MAX_BYTES || changes.size() > MAX_PLACES) {
            force();
        }
    }

    /** Forces all changes; what fails, and what would have come after it, is still to be forced. */
    void force() throws IOException {
        long noted = bytes.get();
        for (Map.Entry<Place, Change> entry : changes.entrySet()) {
            force(entry.getKey(), entry.getValue());
            changes.remove(entry.getKey(), entry.getValue());
        }
        bytes.addAndGet(-noted);
    }

    private void force(Place place, Change change) throws IOException {
        try (Directory directory = root.descendant(place.directory())) {
            if (place.file() == null) {
                directory.sync();
            } else if (directory.fileSize(place.file()) >= 0) {
                forceFile(directory, place, change);
            }
        } catch (NoSuchFileException | RefusedException e) {
            LOG.debug("{} is not there any more: {}", place, e.toString());
        }
    }

    private void forceFile(Directory directory, Place place, Change change) throws IOException {
        if (change.failure != null) {
            throw new DiagnosedException(
                    FileErrno.of(change.failure), place + " could not be forced: " + change.failure, change.failure);
        }
        try (FileChannel file = directory.openFile(place.file(), StandardOpenOption.READ)) {
            forcer.force(file);
        } catch (NoSuchFileException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            changes.replace(place, change, new Change(e));
            throw e;
        }
    }
}
