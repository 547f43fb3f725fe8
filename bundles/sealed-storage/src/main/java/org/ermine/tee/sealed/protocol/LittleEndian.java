// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Buffers as the TA reads and writes them. */
public final class LittleEndian {

    private LittleEndian() {}

    public static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
