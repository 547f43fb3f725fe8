// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** What lies on disk: the folder in which the file handler keeps what it is given, looked at from outside. */
final class Store {

    private static final int SHOWN_BYTES = 16;

    private final Path folder;

    Store(Path folder) {
        this.folder = folder;
    }

    /** What the TEE stored, in the order of the names. */
    List<Path> files() throws IOException {
        return all().stream().filter(file -> !isHidden(file)).toList();
    }

    /** Name, size and first bytes of a file. */
    String describe(Path file) throws IOException {
        byte[] start;
        try (InputStream content = Files.newInputStream(file)) {
            start = content.readNBytes(SHOWN_BYTES);
        }
        return String.format(
                "%s  %8d bytes  %s",
                folder.relativize(file),
                Files.size(file),
                HexFormat.ofDelimiter(" ").formatHex(start));
    }

    /** Whether one of the fragments stands in any file, those that the handler has for itself included. */
    boolean contains(List<byte[]> fragments) throws IOException {
        for (Path file : all()) {
            byte[] content = Files.readAllBytes(file);
            for (byte[] fragment : fragments) {
                if (indexOf(content, fragment) >= 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Inverts a bit in the middle of a file. Twice, and it is as it was. */
    static void flip(Path file) throws IOException {
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
            long offset = content.length() / 2;
            content.seek(offset);
            int value = content.read();
            content.seek(offset);
            content.write(value ^ 1);
        }
    }

    private List<Path> all() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private boolean isHidden(Path file) {
        for (Path name : folder.relativize(file)) {
            if (name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    static int indexOf(byte[] content, byte[] fragment) {
        for (int i = 0; i <= content.length - fragment.length; i++) {
            if (content[i] == fragment[0]
                    && Arrays.equals(content, i, i + fragment.length, fragment, 0, fragment.length)) {
                return i;
            }
        }
        return -1;
    }
}
