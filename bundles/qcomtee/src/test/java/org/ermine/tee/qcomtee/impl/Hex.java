// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Bytes as a person writes them down. */
final class Hex {

    private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");

    private Hex() {}

    /** The bytes of hex digits; white space between them does not matter. */
    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    /** The given digits as {@link #of} would write them. */
    static String of(String hex) {
        return SPACED.formatHex(bytes(hex));
    }

    static String of(byte[] bytes) {
        return SPACED.formatHex(bytes);
    }

    /** The first {@code size} bytes of a buffer. */
    static String of(ByteBuffer buffer, int size) {
        byte[] bytes = new byte[size];
        buffer.get(0, bytes);
        return SPACED.formatHex(bytes);
    }
}
