// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;

/** The files in which sealed objects are stored, as somebody with access to the disk sees them. */
final class StoreFiles {

    /** Bytes of a full chunk as it is stored: 124 pages, a header and a tag. */
    static final int CHUNK = 124 * 4096 + 96;

    private static final String INDEX = "data/ermine.sealed-index-";
    private static final String SEGMENT = "data/ermine.sealed-";

    private final Path directory;

    StoreFiles(Path directory) {
        this.directory = directory;
    }

    /** The files that a file handler without configuration keeps. */
    static StoreFiles of(Bundle fileHandler) {
        return new StoreFiles(fileHandler.getBundleContext().getDataFile("").toPath());
    }

    /** All files with their content. */
    SortedMap<String, byte[]> read() throws IOException {
        SortedMap<String, byte[]> contents = new TreeMap<>();
        for (String kind : List.of("data", "persist")) {
            try (Stream<Path> files = Files.list(directory.resolve(kind))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    contents.put(directory.relativize(file).toString(), Files.readAllBytes(file));
                }
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

    /** Changes a byte of each of the two copies that a file of the index holds. */
    void changeBothCopies(String index) throws IOException {
        int copy = Files.readAllBytes(directory.resolve(index)).length / 2;
        changeByte(index, 100);
        changeByte(index, copy + 100);
    }

    /** Cuts a file off after so many bytes. */
    void cutOffAt(String name, int size) throws IOException {
        write(name, Arrays.copyOf(Files.readAllBytes(directory.resolve(name)), size));
    }

    void truncate(String name) throws IOException {
        byte[] content = Files.readAllBytes(directory.resolve(name));
        write(name, Arrays.copyOf(content, content.length - 1));
    }

    /** Exchanges the first two chunks of a segment. */
    void exchangeChunks(String segment) throws IOException {
        byte[] content = Files.readAllBytes(directory.resolve(segment));
        byte[] first = Arrays.copyOf(content, CHUNK);
        System.arraycopy(content, CHUNK, content, 0, CHUNK);
        System.arraycopy(first, 0, content, CHUNK, CHUNK);
        write(segment, content);
    }

    static boolean isIndex(String name) {
        return name.startsWith(INDEX);
    }

    static boolean isSegment(String name) {
        return name.startsWith(SEGMENT) && !isIndex(name);
    }
}
