// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;

/** Clears parts of buffers. */
final class Zeros {

    private static final byte[] ZEROS = new byte[4096];

    private Zeros() {}

    static void fill(ByteBuffer buffer, int start, int end) {
        for (int at = start; at < end; at += ZEROS.length) {
            buffer.put(at, ZEROS, 0, Math.min(ZEROS.length, end - at));
        }
    }
}
