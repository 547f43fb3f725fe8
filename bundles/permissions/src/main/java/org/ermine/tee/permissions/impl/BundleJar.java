// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;

/**
 * Makes a jar of what the framework serves of a bundle, entry by entry, without its fragments. So what is verified are
 * the bytes that the framework loads, and not those of a file that lies where the bundle came from. If a jar has an
 * entry twice, the one that is used is verified.
 *
 * <p>A bundle is not trusted: the number of its folders and the size of its content are limited, and an entry that lies
 * in none of the folders is refused. Used by one thread.
 */
final class BundleJar {

    private static final int MAX_FOLDERS = 4096;
    private static final long MAX_BYTES = 1L << 30;
    private static final int CHUNK = 8192;

    private final Bundle bundle;
    private final byte[] chunk = new byte[CHUNK];
    private long bytes;

    private BundleJar(Bundle bundle) {
        this.bundle = bundle;
    }

    static void write(Bundle bundle, Path file) throws IOException {
        new BundleJar(bundle).write(file);
    }

    private void write(Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                ZipOutputStream jar = new ZipOutputStream(out)) {
            jar.setLevel(Deflater.NO_COMPRESSION);
            for (String name : names()) {
                jar.putNextEntry(new ZipEntry(name));
                copy(name, jar);
            }
        }
    }

    private void copy(String name, OutputStream to) throws IOException {
        URL entry = bundle.getEntry(name);
        if (entry == null) {
            throw new IOException("its entry " + name + " cannot be found");
        }
        try (InputStream content = entry.openStream()) {
            for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
                bytes += read;
                if (bytes > MAX_BYTES) {
                    throw new IOException("it holds more than " + MAX_BYTES + " bytes");
                }
                to.write(chunk, 0, read);
            }
        }
    }

    private Set<String> names() throws IOException {
        Set<String> names = new LinkedHashSet<>();
        Deque<String> folders = new ArrayDeque<>(Set.of(""));
        int visited = 0;
        while (!folders.isEmpty()) {
            if (++visited > MAX_FOLDERS) {
                throw new IOException("it has more than " + MAX_FOLDERS + " folders");
            }
            String folder = folders.pop();
            for (String path : paths(folder)) {
                requireWithin(folder, path);
                if (path.endsWith("/")) {
                    folders.push(path);
                } else {
                    names.add(path);
                }
            }
        }
        return names;
    }

    private Iterable<String> paths(String folder) {
        Enumeration<String> paths = bundle.getEntryPaths(folder.isEmpty() ? "/" : folder);
        return paths == null ? Set.of() : Collections.list(paths);
    }

    /**
     * Refuses an entry outside of its folder. If a jar has an entry /x, the framework says that the root folder lies in
     * the root folder.
     */
    private static void requireWithin(String folder, String path) throws IOException {
        boolean within = path.startsWith(folder) && path.length() > folder.length() && !path.startsWith("/");
        if (!within) {
            throw new IOException("its entry '" + path + "' does not lie in its folder '" + folder + "'");
        }
    }
}
