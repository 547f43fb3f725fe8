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
import java.util.Locale;
import java.util.stream.Stream;

/** What lies on disk: the folder in which the file handler keeps what it is given, looked at from outside. */
final class Store {

    private static final int SHOWN_BYTES = 16;
    /** Bytes that are searched at a time: files may be larger than memory. */
    static final int WINDOW = 1 << 20;

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
                Locale.ROOT,
                "%s  %8d bytes  %s",
                folder.relativize(file),
                Files.size(file),
                HexFormat.ofDelimiter(" ").formatHex(start));
    }

    /** Whether one of the fragments stands in any file, those that the handler has for itself included. */
    boolean contains(List<byte[]> fragments) throws IOException {
        for (Path file : all()) {
            if (contains(file, fragments)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(Path file, List<byte[]> fragments) throws IOException {
        int overlap =
                fragments.stream().mapToInt(fragment -> fragment.length).max().orElse(1) - 1;
        byte[] window = new byte[WINDOW + overlap];
        try (InputStream content = Files.newInputStream(file)) {
            int kept = 0;
            for (int read; (read = content.readNBytes(window, kept, window.length - kept)) > 0; ) {
                int length = kept + read;
                for (byte[] fragment : fragments) {
                    if (indexOf(window, length, fragment) >= 0) {
                        return true;
                    }
                }
                kept = Math.min(overlap, length);
                System.arraycopy(window, length - kept, window, 0, kept);
            }
        }
        return false;
    }

    /** The file with the most bytes. */
    static Path largest(List<Path> files) throws IOException {
        Path largest = files.get(0);
        for (Path file : files) {
            if (Files.size(file) > Files.size(largest)) {
                largest = file;
            }
        }
        return largest;
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

    /** Where a fragment stands in the first {@code length} bytes of {@code content}; -1: nowhere. */
    static int indexOf(byte[] content, int length, byte[] fragment) {
        for (int i = 0; i <= length - fragment.length; i++) {
            if (content[i] == fragment[0]
                    && Arrays.equals(content, i, i + fragment.length, fragment, 0, fragment.length)) {
                return i;
            }
        }
        return -1;
    }
}
