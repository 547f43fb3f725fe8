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
 */
record Roots(Path data, Path persist) {

    static Roots read(OptionReader<FileHandlerConfiguration> options) {
        Path data = options.directory("dataRoot", FileHandlerConfiguration::dataRoot);
        Path persist = options.directory("persistRoot", FileHandlerConfiguration::persistRoot);
        if (data != null && data.equals(persist)) {
            options.reject("persistRoot", "is " + persist + ", which dataRoot is too");
        }
        return new Roots(data, persist);
    }
}
