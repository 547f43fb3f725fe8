// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import java.io.IOException;
import java.nio.file.Path;
import org.ermine.tee.embedded.options.OptionReader;
import org.ermine.tee.supplicant.gpfs.disk.MountPoint;

/**
 * Where the file handler keeps files.
 *
 * @param data the root of files that are not forced to the disk; null for one below the bundle's data area
 * @param persist the root of files that are forced; null for one below the bundle's data area
 * @param required what has to be mounted; null if nothing has to be
 */
record Roots(Path data, Path persist, MountPoint required) {

    static Roots read(OptionReader<FileHandlerConfiguration> options) {
        Path data = options.directory(FileHandlerConfiguration::dataRoot);
        Path persist = options.directory(FileHandlerConfiguration::persistRoot);
        if (data != null && persist != null && real(data).equals(real(persist))) {
            options.reject("persistRoot", "is " + persist + ", the same directory as dataRoot, " + data);
        }
        return new Roots(data, persist, options.value(FileHandlerConfiguration::requireMountPoint, Roots::mountPoint));
    }

    /** Returns the place to which a path leads by symbolic links, as far as the path exists. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            Path above = path.getParent();
            return above == null ? path : real(above).resolve(path.getFileName());
        }
    }

    private static MountPoint mountPoint(String text) {
        if (text.isBlank()) {
            return null;
        }
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(text + " is no absolute name of a directory");
        }
        return new MountPoint(path);
    }
}
