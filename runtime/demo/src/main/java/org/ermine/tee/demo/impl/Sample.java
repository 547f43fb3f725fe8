// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.demo.impl;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A file to be sealed.
 *
 * @param name of the sealed object
 * @param sha256 of its content, in hexadecimal
 */
record Sample(String name, Path file, long size, String sha256) {

    /** Long enough that it does not occur by chance. */
    private static final int FRAGMENT = 32;

    static Sample of(String name, Path file) throws IOException {
        return new Sample(name, file, Files.size(file), sha256(file));
    }

    /** Writes a file of readable lines, which would catch the eye wherever they appeared. */
    static Path generate(Path file, long size) throws IOException {
        long left = size;
        try (BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
            for (long line = 0; left > 0; line++) {
                String text = String.format(Locale.ROOT, "%015d nobody but this device can read this%n", line);
                int length = (int) Math.min(left, text.length());
                writer.write(text, 0, length);
                left -= length;
            }
        }
        return file;
    }

    /** Pieces of the plaintext, from start, middle and end; none if the file is too short for one. */
    List<byte[]> fragments() throws IOException {
        List<byte[]> fragments = new ArrayList<>();
        if (size < FRAGMENT) {
            return fragments;
        }
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "r")) {
            for (long offset : new long[] {0, (size - FRAGMENT) / 2, size - FRAGMENT}) {
                byte[] fragment = new byte[FRAGMENT];
                content.seek(offset);
                content.readFully(fragment);
                fragments.add(fragment);
            }
        }
        return fragments;
    }

    static String sha256(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file);
                DigestInputStream digest = new DigestInputStream(content, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
