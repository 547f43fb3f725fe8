// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Private memory for one buffer argument, used again for one invocation of the same owner after the other. Or, for one invocation,
 * the argument where it stands in the message.
 */
final class ArgumentBuffer {

    private static final int SMALLEST = 256;

    private final boolean readOnly;
    private boolean inPlace;
    private byte[] bytes;
    private ByteBuffer view;

    /** @param readOnly whether trusted code may only read it */
    ArgumentBuffer(boolean readOnly) {
        this.readOnly = readOnly;
        allocate(SMALLEST);
    }

    /** Gives the buffer a size; the view starts from position 0, whatever was done to it before. */
    void begin(int size) {
        if (size > bytes.length) {
            allocate(Math.max(size, Integer.highestOneBit(size - 1) << 1));
        }
        view.clear().limit(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Shows the argument in the message, until the end of the invocation. */
    void show(ByteBuffer argument) {
        inPlace = true;
        view = (readOnly ? argument.asReadOnlyBuffer() : argument).order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean isInPlace() {
        return inPlace;
    }

    byte[] bytes() {
        return bytes;
    }

    /** What trusted code sees. */
    ByteBuffer view() {
        return view;
    }

    /** Empties the view, and gives back memory beyond {@code most} bytes. */
    void end(int most) {
        view.limit(0);
        if (inPlace || bytes.length > most) {
            inPlace = false;
            allocate(SMALLEST);
        }
    }

    private void allocate(int capacity) {
        ByteBuffer whole = ByteBuffer.allocate(capacity);
        bytes = whole.array();
        view = (readOnly ? whole.asReadOnlyBuffer() : whole).order(ByteOrder.LITTLE_ENDIAN);
    }
}
