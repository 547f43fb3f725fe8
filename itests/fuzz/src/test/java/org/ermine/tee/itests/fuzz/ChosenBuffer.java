// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.fuzz;

import java.nio.ByteBuffer;

/** A buffer argument of a message whose size and place the input chooses, so that it may lie anywhere. */
public record ChosenBuffer(Input input, ByteBuffer message) {

    /** So many of its bytes are filled in at most. */
    private static final int MOST_FILLED = 64;

    /**
     * Writes size and place into the message, and its first bytes, if it is to have any and it lies after what is
     * there.
     *
     * @param argument where its argument is
     * @param end of the payload so far
     * @param limit the size of the message
     * @return the end of the payload with it, if it is inside of the message
     */
    public int write(int argument, int end, int limit, boolean filled) {
        int manner = input.u8();
        int size = manner >>> 3;
        int offset = end;
        switch (manner & 7) {
            case 5 -> size = input.number();
            case 6 -> offset = input.number();
            case 7 -> {
                offset = input.number() & ~7;
                size = input.number();
            }
            default -> {
                // It makes sense.
            }
        }
        message.putInt(argument, offset).putInt(argument + 4, size);
        boolean inside = offset >= 0 && size >= 0 && (long) offset + size <= limit;
        if (filled && inside && offset >= end) {
            message.put(offset, input.bytes(Math.min(size, MOST_FILLED)));
        }
        return inside ? Math.max(end, offset + size + 7 & ~7) : end;
    }
}
