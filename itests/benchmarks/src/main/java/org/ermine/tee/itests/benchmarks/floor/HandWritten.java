// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.floor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The least that an invocation with a marshalled message can be: one thread, one object table without changes, one
 * message buffer that is never zeroed, and each size checked once on either side. The bytes of input and output are
 * copied twice each, as between two worlds that do not trust each other.
 */
public final class HandWritten {

    /** An object of the other side. */
    @FunctionalInterface
    public interface Target {
        /** @return bytes of the output */
        int invoke(int op, byte[] input, int size, byte[] output);
    }

    private static final int HEADER = 12;
    private static final int ARGUMENTS = 2;
    private static final int PAYLOAD = 32;
    private static final int COUNTS = 1 | 1 << 4;

    private final ByteBuffer message;
    private final Target[] objects;
    private final byte[] privateInput;
    private final byte[] privateOutput;

    /** @param capacity the most bytes of an input and of an output */
    public HandWritten(int capacity, Target... objects) {
        this.objects = objects.clone();
        message = ByteBuffer.allocateDirect(PAYLOAD + 2 * align(capacity)).order(ByteOrder.LITTLE_ENDIAN);
        privateInput = new byte[capacity];
        privateOutput = new byte[capacity];
    }

    /** Invokes object {@code target}. Returns the bytes of the output. */
    public int invoke(int target, int op, byte[] input, byte[] output) {
        int outputOffset = PAYLOAD + align(input.length);
        message.putInt(0, target).putInt(4, op).putInt(8, COUNTS);
        message.putInt(HEADER, PAYLOAD).putInt(HEADER + 4, input.length);
        message.putInt(HEADER + 8, outputOffset).putInt(HEADER + 12, output.length);
        message.put(PAYLOAD, input, 0, input.length);
        int result = serve(outputOffset + align(output.length));
        if (result != 0) {
            throw new IllegalStateException("result " + result);
        }
        int size = message.getInt(HEADER + 12);
        if (message.getInt(HEADER + 8) != outputOffset || size < 0 || size > output.length) {
            throw new IllegalStateException("output of " + size + " bytes");
        }
        message.get(outputOffset, output, 0, size);
        return size;
    }

    private int serve(int size) {
        int target = message.getInt(0);
        if (target < 0 || target >= objects.length || message.getInt(8) != COUNTS) {
            return 1;
        }
        int inputOffset = message.getInt(HEADER);
        int inputSize = message.getInt(HEADER + 4);
        int outputOffset = message.getInt(HEADER + 8);
        int outputSize = message.getInt(HEADER + 12);
        if (!lies(inputOffset, inputSize, size) || !lies(outputOffset, outputSize, size)) {
            return 2;
        }
        message.get(inputOffset, privateInput, 0, inputSize);
        int written = objects[target].invoke(message.getInt(4), privateInput, inputSize, privateOutput);
        if (written > outputSize) {
            return 3;
        }
        message.put(outputOffset, privateOutput, 0, written);
        message.putInt(HEADER + 12, written);
        return 0;
    }

    private static boolean lies(int offset, int size, int end) {
        return offset >= HEADER + ARGUMENTS * 8 && size >= 0 && (long) offset + size <= end;
    }

    private static int align(int size) {
        return size + 7 & -8;
    }
}
