// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.compatibility;

import aQute.bnd.osgi.Jar;
import java.io.File;
import java.util.Arrays;
import java.util.List;

/** Ermine's bundles on the class path of the tests: jars in a full build, folders where only classes were made. */
final class Artifacts {

    private Artifacts() {}

    static List<File> withExportedPackages() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(File::new)
                .filter(File::exists)
                .filter(Artifacts::exportsErmine)
                .toList();
    }

    private static boolean exportsErmine(File file) {
        try (Jar jar = new Jar(file)) {
            return jar.getManifest() != null
                    && jar.getBsn() != null
                    && jar.getBsn().startsWith("org.ermine.tee")
                    && jar.getManifest().getMainAttributes().getValue("Export-Package") != null;
        } catch (Exception e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    static File api() {
        return withExportedPackages().stream()
                .filter(file -> file.getPath().contains("org.ermine.tee.api")
                        || file.getPath().contains("api/target"))
                .findFirst()
                .orElseThrow();
    }
}
