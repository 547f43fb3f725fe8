// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.permissions;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;

/**
 * Makes a jar of what the framework serves of a bundle, entry by entry, without its fragments. So what is verified are the bytes
 * that the framework loads: not those of a file that lies where the bundle came from, and of an entry that a jar has twice the
 * one that is used.
 */
final class BundleJar {

    private BundleJar() {}

    static void write(Bundle bundle, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                ZipOutputStream jar = new ZipOutputStream(out)) {
            jar.setLevel(Deflater.NO_COMPRESSION);
            for (String name : names(bundle)) {
                jar.putNextEntry(new ZipEntry(name));
                copy(bundle, name, jar);
            }
        }
    }

    private static void copy(Bundle bundle, String name, OutputStream to) throws IOException {
        URL entry = bundle.getEntry(name);
        if (entry == null) {
            throw new IOException("its entry " + name + " cannot be found");
        }
        try (InputStream content = entry.openStream()) {
            content.transferTo(to);
        }
    }

    private static Set<String> names(Bundle bundle) {
        Set<String> names = new LinkedHashSet<>();
        collect(bundle, "/", names);
        return names;
    }

    private static void collect(Bundle bundle, String folder, Set<String> names) {
        Enumeration<String> paths = bundle.getEntryPaths(folder);
        if (paths == null) {
            return;
        }
        for (String path : Collections.list(paths)) {
            if (path.endsWith("/")) {
                collect(bundle, path, names);
            } else {
                names.add(path);
            }
        }
    }
}
