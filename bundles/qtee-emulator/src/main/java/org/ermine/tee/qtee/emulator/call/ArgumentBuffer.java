// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Private memory for one buffer argument, used again for one invocation of the same owner after the other. Or, for one
 * invocation, the argument where it stands in the message.
 */
final class ArgumentBuffer {

    private static final int SMALLEST = 256;

    private final boolean readOnly;
    private byte[] bytes;
    /** A view of {@code bytes}. */
    private ByteBuffer own;
    /** A view of the argument in the message; null unless it is shown there. */
    private ByteBuffer shown;

    /** @param readOnly whether trusted code may only read it */
    ArgumentBuffer(boolean readOnly) {
        this.readOnly = readOnly;
        allocate(SMALLEST);
    }

    /** Gives the buffer a size; the view starts from position 0, whatever was done to it before. */
    void begin(int size) {
        hide();
        if (size > bytes.length) {
            allocate(Math.max(size, Integer.highestOneBit(size - 1) << 1));
        }
        own.clear().limit(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Shows the argument in the message, until the end of the invocation. */
    void show(ByteBuffer argument) {
        shown = (readOnly ? argument.asReadOnlyBuffer() : argument).order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean isInPlace() {
        return shown != null;
    }

    byte[] bytes() {
        return bytes;
    }

    /** What trusted code sees. */
    ByteBuffer view() {
        return shown == null ? own : shown;
    }

    /**
     * Empties the view, which is private from now on whatever is thrown, and gives back memory beyond {@code most}
     * bytes.
     */
    void end(int most) {
        hide();
        own.limit(0);
        if (bytes.length > most) {
            allocate(SMALLEST);
        }
    }

    private void hide() {
        if (shown != null) {
            shown.limit(0);
            shown = null;
        }
    }

    private void allocate(int capacity) {
        ByteBuffer whole = ByteBuffer.allocate(capacity);
        own = (readOnly ? whole.asReadOnlyBuffer() : whole).order(ByteOrder.LITTLE_ENDIAN);
        bytes = whole.array();
    }
}
