// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.List;
import org.ermine.tee.itests.fuzz.ChosenBuffer;
import org.ermine.tee.itests.fuzz.Input;
import org.ermine.tee.qcomtee.message.Wire;

/**
 * Writes messages of a secure world as the input says: by default ones that make sense, so that what lies behind the
 * checks is reached too, with any field wrong.
 */
final class HostileMessages {

    private static final int VERSION = 0x00010002;
    private static final int HEADER = 16;

    private final Input input;

    HostileMessages(Input input) {
        this.input = input;
    }

    /** An object's id: one that QTEE holds or held, one of its own, a special one, or any. */
    int name(Model model) {
        int choice = input.u8();
        List<Integer> seen = model.seen();
        return switch (choice & 7) {
            case 0 -> Wire.OBJECT_NULL;
            case 1, 2, 3, 4 -> seen.isEmpty() ? 2 + choice : seen.get((choice >>> 3) % seen.size());
            case 5 -> 2 + choice;
            case 6 -> (choice & 8) == 0 ? Wire.OBJECT_PRIMORDIAL : Wire.OBJECT_ROOT;
            default -> input.number();
        };
    }

    /** The outbound buffer starts as zeros, or as what the last response left. */
    void clear(ByteBuffer outbound) {
        if (!input.oneIn(4)) {
            outbound.put(0, new byte[Request.SIZE]);
        }
    }

    /**
     * A callback request.
     *
     * @param counts four bits for each kind of argument
     * @return where it ends
     */
    int callback(ByteBuffer outbound, Model model, int target, int op, int counts) {
        outbound.putInt(4, target).putInt(8, op).putInt(12, counts);
        int inputs = counts & 0xf;
        int buffers = inputs + (counts >>> 4 & 0xf);
        int objects = counts >>> 8 & 0xf;
        int arguments = buffers + objects + (counts >>> 12 & 0xf);
        int end = HEADER + 8 * arguments;
        for (int i = 0; i < buffers; i++) {
            end = new ChosenBuffer(input, outbound).write(HEADER + 8 * i, end, Request.SIZE, i < inputs);
        }
        for (int i = buffers; i < arguments; i++) {
            int name = i < buffers + objects ? name(model) : input.u8();
            outbound.putInt(HEADER + 8 * i, name);
        }
        return end;
    }

    /** Asynchronous messages, as far as there is room. */
    void async(ByteBuffer outbound, int start, Model model) {
        int at = start;
        for (int more = input.u8(); more != 0 && at + 12 <= outbound.capacity(); more = input.u8()) {
            outbound.putInt(at, (more & 0x30) == 0x30 ? input.number() : VERSION);
            outbound.putInt(at + 4, (more & 0xc0) == 0xc0 ? input.number() : Wire.OP_RELEASE);
            int ids = Math.min(more & 7, (outbound.capacity() - at - 12) / 4);
            outbound.putInt(at + 8, (more & 8) == 8 ? input.number() : ids);
            for (int i = 0; i < ids; i++) {
                outbound.putInt(at + 12 + 4 * i, name(model));
            }
            at += 12 + 4 * ids + 7 & ~7;
        }
    }

    /** Single bytes anywhere, if there is room for any. */
    void scribble(ByteBuffer buffer) {
        for (int more = input.below(4); more > 0 && buffer.capacity() > 0; more--) {
            buffer.put(input.u16() % buffer.capacity(), (byte) input.u8());
        }
    }
}
