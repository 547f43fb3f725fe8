// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * How an archive is encrypted. Nobody changes the salt.
 *
 * @param iterations of the key derivation
 * @param segmentSize bytes of content in a segment
 */
record ArchiveHeader(int iterations, byte[] salt, int segmentSize) {

    static final int SIZE = 36;

    /** What a guess of the passphrase costs. */
    private static final int ITERATIONS = 600_000;

    private static final int MOST_ITERATIONS = 10_000_000;
    private static final int SEGMENT_SIZE = 65_536;
    private static final int SMALLEST_SEGMENT = 1024;
    private static final int LARGEST_SEGMENT = 1024 * 1024;
    private static final int SALT_SIZE = 16;

    private static final byte[] MAGIC = "ERMINEBK".getBytes(US_ASCII);
    private static final byte FORMAT = 1;
    private static final byte AES_GCM = 1;
    private static final byte PBKDF2 = 1;

    static ArchiveHeader random() {
        byte[] salt = new byte[SALT_SIZE];
        new SecureRandom().nextBytes(salt);
        return new ArchiveHeader(ITERATIONS, salt, SEGMENT_SIZE);
    }

    byte[] encode() {
        return ByteBuffer.allocate(SIZE)
                .put(MAGIC)
                .put(FORMAT)
                .put(AES_GCM)
                .put(PBKDF2)
                .put((byte) 0)
                .putInt(iterations)
                .put(salt)
                .putInt(segmentSize)
                .array();
    }

    static ArchiveHeader decode(byte[] bytes) throws ArchiveException {
        if (bytes.length < MAGIC.length || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new ArchiveException("is none: it does not begin as one");
        }
        if (bytes.length < SIZE) {
            throw new ArchiveException("was cut off in its header");
        }
        ByteBuffer header = ByteBuffer.wrap(bytes, MAGIC.length, SIZE - MAGIC.length);
        requireKnown(header.get(), header.get(), header.get(), header.get());
        int iterations = header.getInt();
        byte[] salt = new byte[SALT_SIZE];
        header.get(salt);
        int segmentSize = header.getInt();
        require("iterations of the key derivation", iterations, 1, MOST_ITERATIONS);
        require("bytes in a segment", segmentSize, SMALLEST_SEGMENT, LARGEST_SEGMENT);
        return new ArchiveHeader(iterations, salt, segmentSize);
    }

    private static void requireKnown(byte format, byte algorithm, byte derivation, byte none) throws ArchiveException {
        if (format != FORMAT || algorithm != AES_GCM || derivation != PBKDF2 || none != 0) {
            throw new ArchiveException("is of format " + Byte.toUnsignedInt(format) + ", algorithm "
                    + Byte.toUnsignedInt(algorithm) + ", key derivation " + Byte.toUnsignedInt(derivation)
                    + "; this version knows format " + FORMAT + ", algorithm " + AES_GCM + ", key derivation "
                    + PBKDF2);
        }
    }

    private static void require(String what, int value, int least, int most) throws ArchiveException {
        if (value < least || value > most) {
            throw new ArchiveException("claims " + Integer.toUnsignedString(value) + " " + what + ", not " + least
                    + " to " + most + ": it was changed, or is none");
        }
    }
}
