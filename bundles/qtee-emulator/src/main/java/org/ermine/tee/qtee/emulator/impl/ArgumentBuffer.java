// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Private memory for one buffer argument, used again for one invocation of the same owner after the other. */
final class ArgumentBuffer {

    private static final int SMALLEST = 256;

    private byte[] bytes;
    private ByteBuffer room;
    private ByteBuffer content;

    ArgumentBuffer() {
        allocate(SMALLEST);
    }

    /** Gives the buffer a size; the views start from position 0, whatever was done to them before. */
    void begin(int size) {
        if (size > bytes.length) {
            allocate(Math.max(size, Integer.highestOneBit(size - 1) << 1));
        }
        room.clear().limit(size).order(ByteOrder.LITTLE_ENDIAN);
        content.clear().limit(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] bytes() {
        return bytes;
    }

    ByteBuffer room() {
        return room;
    }

    ByteBuffer content() {
        return content;
    }

    /** Empties the views, and gives back memory beyond {@code most} bytes. */
    void end(int most) {
        room.limit(0);
        content.limit(0);
        if (bytes.length > most) {
            allocate(SMALLEST);
        }
    }

    private void allocate(int capacity) {
        ByteBuffer whole = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
        content = whole.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        room = whole;
        bytes = whole.array();
    }
}
