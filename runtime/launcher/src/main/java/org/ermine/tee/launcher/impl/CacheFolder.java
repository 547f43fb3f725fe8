// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.launcher.impl;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of the bundle cache, as Felix lays it out: for each bundle a folder with its content, and with its data
 * area.
 */
final class CacheFolder {

    private static final String BUNDLES = "bundle";
    private static final String DATA = "data";

    private final Path folder;

    /** @param folder may not be there yet */
    CacheFolder(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /**
     * Puts the cache aside if bundles stored anything in it, as it is about to be made anew. Caches that were put aside
     * before stay: nobody but who knows the bundles can say what in there is still wanted.
     */
    void putAsideWhatIsStored() throws IOException {
        List<Path> stored = dataAreas();
        if (stored.isEmpty()) {
            return;
        }
        int number = 1;
        while (Files.exists(aside(number))) {
            number++;
        }
        Files.move(folder, aside(number));
        System.err.println("ermine: the bundle cache is made anew, and what bundles had stored in it is now in "
                + aside(number) + ": " + stored + "; configure folders of their own for what must last");
    }

    private Path aside(int number) {
        return folder.resolveSibling(folder.getFileName() + ".former-" + number);
    }

    /** Data areas with files in them. */
    private List<Path> dataAreas() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> bundles = Files.list(folder)) {
            return bundles.filter(bundle -> bundle.getFileName().toString().startsWith(BUNDLES))
                    .map(bundle -> bundle.resolve(DATA))
                    .filter(CacheFolder::holdsFiles)
                    .map(folder::relativize)
                    .sorted()
                    .toList();
        }
    }

    private static boolean holdsFiles(Path area) {
        if (!Files.isDirectory(area)) {
            return false;
        }
        try (Stream<Path> all = Files.walk(area)) {
            return all.anyMatch(path -> !Files.isDirectory(path));
        } catch (IOException e) {
            return true;
        }
    }

    /** Returns when all that is in the cache would be there after a loss of power. */
    void force() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                if (Files.isReadable(path)) {
                    force(path);
                }
            }
        }
    }

    /** Of a folder, the names in it. */
    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
