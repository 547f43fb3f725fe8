// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.tee;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ermine.tee.itests.chaos.ledger.Content;
import org.ermine.tee.itests.chaos.ledger.Plan;

/** What requests and answers look like: little-endian words, then payload. */
public record Message(long number, Plan plan, int argument, byte[] payload) {

    /** Number, plan, argument, length of the payload. */
    public static final int HEADER = Long.BYTES + 3 * Integer.BYTES;
    /** Number, generation, content. */
    public static final int ANSWER = Long.BYTES + Integer.BYTES + Long.BYTES;

    /** Reads a request from the position of a buffer. */
    public static Message read(ByteBuffer from) {
        long number = from.getLong();
        Plan plan = Plan.of(from.getInt());
        int argument = from.getInt();
        byte[] payload = new byte[from.getInt()];
        from.get(payload);
        return new Message(number, plan, argument, payload);
    }

    public byte[] bytes() {
        return littleEndian(HEADER + payload.length)
                .putLong(number)
                .putInt(plan.ordinal())
                .putInt(argument)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    /** Writes the answer of a generation to the position of a buffer. */
    public void answer(ByteBuffer to, int generation) {
        to.putLong(number).putInt(generation).putLong(Content.of(number, payload, generation));
    }

    public static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
