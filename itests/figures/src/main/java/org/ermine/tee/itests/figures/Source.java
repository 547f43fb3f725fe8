// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.figures;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** The file whose content is sealed: the same at each run, and nothing that could be compressed. */
final class Source {

    private static final int BLOCK = 1 << 20;

    private Source() {}

    static void generate(Path file, long size) throws IOException {
        Random random = new Random(1);
        byte[] block = new byte[BLOCK];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < size; written += block.length) {
                random.nextBytes(block);
                out.write(block, 0, (int) Math.min(block.length, size - written));
            }
        }
    }

    static void requireSame(Path expected, Path actual) throws IOException {
        long difference = Files.mismatch(expected, actual);
        if (difference >= 0) {
            throw new IOException(actual + " differs from " + expected + " at byte " + difference);
        }
    }
}
