// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;

/** The files in which sealed objects are stored, as somebody with access to the disk sees them. */
final class StoreFiles {

    private static final String PREFIX = "ermine.sealed-";

    private final Path directory;

    StoreFiles(Path directory) {
        this.directory = directory;
    }

    /** Those that a file handler without configuration keeps. */
    static StoreFiles of(Bundle fileHandler) {
        return new StoreFiles(
                fileHandler.getBundleContext().getDataFile("persist").toPath());
    }

    /** All files with their content. */
    SortedMap<String, byte[]> read() throws IOException {
        SortedMap<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    /** Makes the files what they were when {@code contents} was read. */
    void restore(SortedMap<String, byte[]> contents) throws IOException {
        for (String name : read().keySet()) {
            if (!contents.containsKey(name)) {
                Files.delete(directory.resolve(name));
            }
        }
        for (var file : contents.entrySet()) {
            write(file.getKey(), file.getValue());
        }
    }

    void write(String name, byte[] content) throws IOException {
        Files.write(directory.resolve(name), content);
    }

    void delete(String name) throws IOException {
        Files.delete(directory.resolve(name));
    }

    void changeByte(String name, int index) throws IOException {
        byte[] content = Files.readAllBytes(directory.resolve(name));
        content[Math.floorMod(index, content.length)] ^= 1;
        write(name, content);
    }

    void truncate(String name) throws IOException {
        byte[] content = Files.readAllBytes(directory.resolve(name));
        write(name, Arrays.copyOf(content, content.length - 1));
    }

    static boolean isIndex(String name) {
        return name.startsWith(PREFIX + "index.");
    }

    static boolean isChunk(String name) {
        return name.startsWith(PREFIX) && !isIndex(name);
    }
}
