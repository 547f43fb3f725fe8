// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.message;

import java.nio.ByteBuffer;

/** Clears parts of buffers. */
public final class Zeros {

    private static final byte[] ZEROS = new byte[4096];
    /** So many bytes are cleared faster one by one than by a copy. */
    private static final int FEW = 64;

    private Zeros() {}

    public static void fill(ByteBuffer buffer, int start, int end) {
        if (end - start > FEW) {
            fillMany(buffer, start, end);
            return;
        }
        int at = start;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            buffer.putLong(at, 0);
        }
        for (; at < end; at++) {
            buffer.put(at, (byte) 0);
        }
    }

    private static void fillMany(ByteBuffer buffer, int start, int end) {
        for (int at = start; at < end; at += ZEROS.length) {
            buffer.put(at, ZEROS, 0, Math.min(ZEROS.length, end - at));
        }
    }
}
