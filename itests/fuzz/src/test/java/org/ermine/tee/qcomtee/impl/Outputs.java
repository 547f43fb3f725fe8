// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ermine.tee.spi.TeeParam;

/** Output buffers of a client, with bytes around them that nobody may write. */
final class Outputs {

    private static final int GUARD = 8;
    private static final byte UNTOUCHED = (byte) 0xa5;

    private static final class Output {
        private final TeeParam param;
        private final int room;
        private final byte[] array;
        private byte[] expected = {};

        private Output(TeeParam param, int room) {
            this.param = param;
            this.room = room;
            array = new byte[GUARD + room + GUARD];
            Arrays.fill(array, UNTOUCHED);
            param.buffer(TeeParam.Type.UBUF_OUTPUT, array, GUARD, room);
        }
    }

    private final List<Output> outputs = new ArrayList<>();

    void add(TeeParam param, int room) {
        outputs.add(new Output(param, room));
    }

    /**
     * Whether QTEE left the outputs of a message where they were and did not let them grow. Notes what they are then.
     */
    boolean areValid(ByteBuffer message, ByteBuffer before, int first) {
        boolean valid = true;
        for (int i = 0; i < outputs.size(); i++) {
            int argument = 12 + 8 * (first + i);
            int size = message.getInt(argument + 4);
            boolean fits = Integer.compareUnsigned(size, outputs.get(i).room) <= 0
                    && (size == 0 || message.getInt(argument) == before.getInt(argument));
            if (fits) {
                outputs.get(i).expected = new byte[size];
                message.get(before.getInt(argument), outputs.get(i).expected);
            }
            valid &= fits;
        }
        return valid;
    }

    /** Fails unless each holds what QTEE wrote, and nothing else changed. */
    void requireWritten() {
        for (Output output : outputs) {
            int size = output.expected.length;
            if (output.param.size() != size
                    || !Arrays.equals(output.array, GUARD, GUARD + size, output.expected, 0, size)) {
                throw new AssertionError("an output is not what QTEE wrote");
            }
            requireUntouched(output, 0, GUARD);
            requireUntouched(output, GUARD + size, output.array.length);
        }
    }

    void requireUntouched() {
        for (Output output : outputs) {
            requireUntouched(output, 0, output.array.length);
        }
    }

    private static void requireUntouched(Output output, int from, int to) {
        for (int i = from; i < to; i++) {
            if (output.array[i] != UNTOUCHED) {
                throw new AssertionError("byte " + (i - GUARD) + " of an output with room for " + output.room
                        + " was written, which it must not be");
            }
        }
    }
}
