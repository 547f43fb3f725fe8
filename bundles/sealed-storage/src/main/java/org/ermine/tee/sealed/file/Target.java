// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.failure.FileFailures;
import org.ermine.tee.spi.support.DurableFiles;
import org.ermine.tee.spi.support.DurableFiles.NameForcer;

/**
 * The place that content is written to: where nothing is, or a regular file that is replaced. Everything else is
 * refused and left as it is. A device or a pipe would become a file with the secret in it. A symbolic link would be
 * replaced by one too, while whoever made the link wants the secret elsewhere; and to follow it would let whoever may
 * make links choose the file that is overwritten. Immutable.
 */
public final class Target {

    private final Path path;
    private final NameForcer names;

    private Target(Path path, NameForcer names) {
        this.path = path;
        this.names = names;
    }

    /** @throws SealedStorageException TARGET_UNWRITABLE if something stands there that is no regular file */
    public static Target of(Path path, NameForcer names) throws SealedStorageException {
        Target target = new Target(path.toAbsolutePath(), names);
        try {
            target.requireReplaceable();
        } catch (SealedStorageException e) {
            throw e;
        } catch (IOException e) {
            throw FileFailures.unwritable(target, e);
        }
        return target;
    }

    /** This one if nothing is there, or else the one whose name ends with a suffix. */
    Target orBeside(String suffix) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                ? new Target(path.resolveSibling(path.getFileName() + suffix), names)
                : this;
    }

    Path folder() {
        return path.getParent();
    }

    /**
     * Puts a complete file of the same folder in this place, in one step and so that it outlasts a loss of power.
     *
     * @throws IOException if that failed, and all is as before
     * @throws SealedStorageException OUTCOME_UNKNOWN if it is in its place, but may be there no more after a loss of
     *     power
     */
    void replaceBy(Path complete) throws IOException {
        requireReplaceable();
        DurableFiles.replace(path, complete, this::forceName);
    }

    private void forceName(Path folder) throws IOException {
        try {
            names.force(folder);
        } catch (IOException e) {
            throw FileFailures.of(
                    Reason.OUTCOME_UNKNOWN,
                    this + " was written, but it is not known whether it outlasts a loss of power",
                    e);
        }
    }

    private void requireReplaceable() throws IOException {
        BasicFileAttributes present;
        try {
            present = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return;
        }
        if (!present.isRegularFile()) {
            throw new SealedStorageException(Reason.TARGET_UNWRITABLE, this + " is " + describe(present));
        }
    }

    private static String describe(BasicFileAttributes present) {
        if (present.isDirectory()) {
            return "a folder; name the file to write";
        }
        if (present.isSymbolicLink()) {
            return "a symbolic link; name the file itself";
        }
        return "a device, a pipe or the like; only a file can be written";
    }

    @Override
    public String toString() {
        return FileFailures.shown(path);
    }
}
