// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.floor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What an invocation with one input and one output buffer costs at least if it does all that the contract asks for,
 * written by hand for this one shape and one thread: each world announces what it uses, the room for the output is
 * zeroed, offsets and sizes are checked for alignment, bounds and overlap, and the callee gets views of private memory,
 * never the message.
 */
public final class FairPath {

    /** An object of the other side. */
    @FunctionalInterface
    public interface Target {
        /** Leaves {@code output} behind what it wrote. */
        void invoke(int op, ByteBuffer input, ByteBuffer output);
    }

    private static final int TARGET = 0;
    private static final int OP = 4;
    private static final int COUNTS = 8;
    private static final int INPUT_OFFSET = 12;
    private static final int INPUT_SIZE = 16;
    private static final int OUTPUT_OFFSET = 20;
    private static final int OUTPUT_SIZE = 24;
    private static final int PAYLOAD = 32;
    /** Bytes between what is written and what another path may write, which is not to share a cache line with it. */
    private static final int APART = 256;

    private static final int ONE_IN_ONE_OUT = 0x11;

    private final AnnouncedUse normalWorld = new AnnouncedUse();
    private final AnnouncedUse secureWorld = new AnnouncedUse();
    private final Target[] objects;
    private final ByteBuffer message;
    private final byte[] privateInput;
    private final byte[] privateOutput;
    private final ByteBuffer inputView;
    private final ByteBuffer outputView;

    /** @param capacity the most bytes of an input and of an output */
    public FairPath(int capacity, Target... objects) {
        this.objects = objects.clone();
        int size = PAYLOAD + 2 * align(capacity);
        message = ByteBuffer.allocateDirect(size + 2 * APART).slice(APART, size).order(ByteOrder.LITTLE_ENDIAN);
        privateInput = new byte[capacity + 2 * APART];
        privateOutput = new byte[capacity + 2 * APART];
        inputView = ByteBuffer.wrap(privateInput)
                .slice(APART, capacity)
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
        outputView = ByteBuffer.wrap(privateOutput).slice(APART, capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Invokes object {@code target}. Returns the bytes of the output. */
    public int invoke(int target, int op, byte[] input, byte[] output) {
        normalWorld.begin(target);
        int outputOffset = PAYLOAD + align(input.length);
        int end = outputOffset + align(output.length);
        message.putInt(TARGET, target).putInt(OP, op).putInt(COUNTS, ONE_IN_ONE_OUT);
        message.putInt(INPUT_OFFSET, PAYLOAD).putInt(INPUT_SIZE, input.length);
        message.putInt(OUTPUT_OFFSET, outputOffset).putInt(OUTPUT_SIZE, output.length);
        message.put(PAYLOAD, input, 0, input.length);
        zero(outputOffset, end);
        require(serve(end) == 0, "refused");
        int size = message.getInt(OUTPUT_SIZE);
        require(message.getInt(OUTPUT_OFFSET) == outputOffset && size >= 0 && size <= output.length, "bad output");
        message.get(outputOffset, output, 0, size);
        normalWorld.end();
        return size;
    }

    private int serve(int end) {
        int target = message.getInt(TARGET);
        if (target < 0 || target >= objects.length || message.getInt(COUNTS) != ONE_IN_ONE_OUT) {
            return 1;
        }
        secureWorld.begin(target);
        int inputOffset = message.getInt(INPUT_OFFSET);
        int inputSize = message.getInt(INPUT_SIZE);
        int outputOffset = message.getInt(OUTPUT_OFFSET);
        int outputSize = message.getInt(OUTPUT_SIZE);
        if (!lies(inputOffset, inputSize, end)
                || !lies(outputOffset, outputSize, end)
                || inputOffset < outputOffset + outputSize && outputOffset < inputOffset + inputSize) {
            return 2;
        }
        message.get(inputOffset, privateInput, APART, inputSize);
        inputView.clear().limit(inputSize);
        outputView.clear().limit(outputSize);
        objects[target].invoke(message.getInt(OP), inputView, outputView);
        message.put(outputOffset, privateOutput, APART, outputView.position());
        message.putInt(OUTPUT_SIZE, outputView.position());
        secureWorld.end();
        return 0;
    }

    private void zero(int from, int to) {
        for (int i = from; i < to; i += Long.BYTES) {
            message.putLong(i, 0);
        }
    }

    private static boolean lies(int offset, int size, int end) {
        return (offset & 7) == 0 && offset >= PAYLOAD && size >= 0 && (long) offset + size <= end;
    }

    private static void require(boolean held, String what) {
        if (!held) {
            throw new IllegalStateException(what);
        }
    }

    private static int align(int size) {
        return size + 7 & -8;
    }
}
