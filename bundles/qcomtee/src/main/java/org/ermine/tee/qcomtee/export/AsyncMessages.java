// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.export;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qcomtee.message.MalformedMessageException;
import org.ermine.tee.qcomtee.message.PreviousResponse;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.message.Zeros;

/**
 * Asynchronous messages of QTEE: objects of the normal world that it lets go, in the part of the outbound buffer that
 * the message proper leaves free.
 *
 * <p>Each is {@code u32 version, u32 op}, for a release followed by {@code u32 count, u32 ids[count]}; the next one
 * starts at the next multiple of 8; version 0 ends them. One that cannot be understood ends them too, since its length
 * is not known: it is counted and logged.
 */
public final class AsyncMessages {

    private static final int MAJOR_VERSION = 1;
    private static final int HEADER = 12;

    private final String device;
    private final ExportTable exports;
    private final RepeatLog problems;
    private final LongAdder refused = new LongAdder();

    public AsyncMessages(String device, ExportTable exports, RepeatLog problems) {
        this.device = device;
        this.exports = exports;
        this.problems = problems;
    }

    /** Messages that were not understood. */
    public long refused() {
        return refused.sum();
    }

    /**
     * Carries out what stands from {@code start} to the end of the buffer, and zeroes it.
     *
     * @param previous ends the messages, as version 0 does
     * @return up to where it zeroed the buffer
     */
    public int process(ByteBuffer buffer, int start, PreviousResponse previous) {
        int at = start;
        try {
            while (buffer.capacity() - at >= Integer.BYTES && !previous.standsAt(buffer, at)) {
                int version = buffer.getInt(at);
                if (version == 0) {
                    break;
                }
                at += processOne(buffer, at, version);
            }
        } catch (MalformedMessageException e) {
            refused.increment();
            tellRefused(at, e);
            at = buffer.capacity();
        }
        int end = Math.max(at, previous.end());
        Zeros.fill(buffer, start, end);
        return end;
    }

    private void tellRefused(int at, MalformedMessageException e) {
        problems.tell(
                "asynchronous",
                () -> device + ": an asynchronous message of QTEE at offset " + at
                        + " is ignored, and what follows it: " + e.getMessage());
    }

    private int processOne(ByteBuffer buffer, int at, int version) throws MalformedMessageException {
        int room = buffer.capacity() - at;
        if (room < HEADER) {
            throw new MalformedMessageException("its header of " + HEADER + " bytes does not fit");
        }
        if (version >>> 16 != MAJOR_VERSION) {
            throw new MalformedMessageException(String.format(Locale.ROOT, "unknown version 0x%08x", version));
        }
        int op = buffer.getInt(at + 4);
        if (op != Wire.OP_RELEASE) {
            throw new MalformedMessageException(String.format(Locale.ROOT, "unknown operation 0x%x", op));
        }
        long count = Integer.toUnsignedLong(buffer.getInt(at + 8));
        if (count > (room - HEADER) / Integer.BYTES) {
            throw new MalformedMessageException(count + " object ids do not fit");
        }
        for (int i = 0; i < count; i++) {
            int id = buffer.getInt(at + HEADER + i * Integer.BYTES);
            if (!exports.release(id)) {
                problems.tell(
                        "not held",
                        () -> String.format(
                                Locale.ROOT, "%s: QTEE released an object it does not hold: 0x%08x", device, id));
            }
        }
        return (int) Wire.align(HEADER + count * Integer.BYTES);
    }
}
