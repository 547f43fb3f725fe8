// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.message;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the last response left in the outbound buffer. QTEE may leave it there when it writes a shorter message or none,
 * and what a callback object put into its outputs is not to be taken for messages of QTEE. Used by one thread.
 */
public final class PreviousResponse {

    private final ByteBuffer copy = ByteBuffer.allocate(Wire.OUTBOUND).order(ByteOrder.LITTLE_ENDIAN);
    private int end;

    /** A response stands in the buffer, up to {@code end}, a multiple of 8. */
    public void keep(ByteBuffer buffer, int end) {
        copy.put(0, buffer, 0, end);
        this.end = end;
    }

    /** Nothing stands in the buffer. */
    public void clear() {
        end = 0;
    }

    public int end() {
        return end;
    }

    /** Whether the eight bytes at {@code at}, a multiple of 8, are still those of the response. */
    public boolean standsAt(ByteBuffer buffer, int at) {
        return at < end && buffer.getLong(at) == copy.getLong(at);
    }
}
