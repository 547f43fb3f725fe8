// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.impl;

import java.nio.file.Path;
import org.ermine.tee.options.OptionReader;

/**
 * Where the file handler keeps files.
 *
 * @param data of files that are not forced to the disk; null: below the bundle's data area
 * @param persist of files that are; null: below the bundle's data area
 * @param required what has to be mounted; null: nothing
 */
record Roots(Path data, Path persist, MountPoint required) {

    static Roots read(OptionReader<FileHandlerConfiguration> options) {
        Path data = options.directory("dataRoot", FileHandlerConfiguration::dataRoot);
        Path persist = options.directory("persistRoot", FileHandlerConfiguration::persistRoot);
        if (data != null && data.equals(persist)) {
            options.reject("persistRoot", "is " + persist + ", which dataRoot is too");
        }
        return new Roots(
                data,
                persist,
                options.value("requireMountPoint", FileHandlerConfiguration::requireMountPoint, Roots::mountPoint));
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
