// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asynchronous messages of QTEE: objects of the normal world that it lets go, in the part of the outbound buffer that the
 * message proper leaves free.
 *
 * <p>Each is {@code u32 version, u32 op}, for a release followed by {@code u32 count, u32 ids[count]}; the next one starts at
 * the next multiple of 8; version 0 ends them. One that cannot be understood ends them too, since its length is not known: it
 * is counted and logged.
 */
final class AsyncMessages {

    private static final Logger LOG = LoggerFactory.getLogger(AsyncMessages.class);

    private static final int MAJOR_VERSION = 1;
    private static final int HEADER = 12;

    private final ExportTable exports;
    private final LongAdder refused = new LongAdder();

    AsyncMessages(ExportTable exports) {
        this.exports = exports;
    }

    /** Messages that were not understood. */
    long refused() {
        return refused.sum();
    }

    /**
     * Carries out what stands from {@code start} to the end of the buffer, and zeroes it.
     *
     * @param leftover ends the messages, as version 0 does
     * @return up to where it zeroed the buffer
     */
    int process(ByteBuffer buffer, int start, Leftover leftover) {
        int at = start;
        try {
            while (buffer.capacity() - at >= Integer.BYTES && !leftover.standsAt(buffer, at)) {
                int version = buffer.getInt(at);
                if (version == 0) {
                    break;
                }
                at += processOne(buffer, at, version);
            }
        } catch (MalformedMessageException e) {
            refused.increment();
            LOG.warn(
                    "asynchronous message of QTEE at offset {} is ignored, and what follows it: {}",
                    at,
                    e.getMessage());
            at = buffer.capacity();
        }
        int end = Math.max(at, leftover.end());
        Zeros.fill(buffer, start, end);
        return end;
    }

    private int processOne(ByteBuffer buffer, int at, int version) throws MalformedMessageException {
        int room = buffer.capacity() - at;
        if (room < HEADER) {
            throw new MalformedMessageException("its header of " + HEADER + " bytes does not fit");
        }
        if (version >>> 16 != MAJOR_VERSION) {
            throw new MalformedMessageException(String.format("unknown version 0x%08x", version));
        }
        int op = buffer.getInt(at + 4);
        if (op != Wire.OP_RELEASE) {
            throw new MalformedMessageException(String.format("unknown operation 0x%x", op));
        }
        long count = Integer.toUnsignedLong(buffer.getInt(at + 8));
        if (count > (room - HEADER) / Integer.BYTES) {
            throw new MalformedMessageException(count + " object ids do not fit");
        }
        for (int i = 0; i < count; i++) {
            int id = buffer.getInt(at + HEADER + i * Integer.BYTES);
            if (!exports.release(id)) {
                LOG.warn("QTEE released an object it does not hold: 0x{}", Integer.toHexString(id));
            }
        }
        return (int) Wire.align(HEADER + count * Integer.BYTES);
    }
}
