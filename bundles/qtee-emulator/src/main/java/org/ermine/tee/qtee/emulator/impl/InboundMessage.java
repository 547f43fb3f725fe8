// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.Wire.ARGUMENT_SIZE;
import static org.ermine.tee.qtee.emulator.impl.Wire.MAX_OF_A_KIND;
import static org.ermine.tee.qtee.emulator.impl.Wire.aligned;

import java.nio.ByteBuffer;

/**
 * The message of a direct invocation. {@link #read} takes header, arguments and input buffers from shared memory once, into
 * private memory, and checks them there; afterwards shared memory is only written. Used by one thread at a time and again for
 * one message after the other.
 */
final class InboundMessage {

    static final int MAX_SIZE = 4 * 1024 * 1024;

    private static final int CONTEXT = 0;
    private static final int OP = 4;
    private static final int COUNTS = 8;
    private static final int HEADER_SIZE = 12;
    private static final int OP_MASK = 0xffff;

    private final ArgumentBuffer[] inputs = new ArgumentBuffer[MAX_OF_A_KIND];
    private final ArgumentBuffer[] outputs = new ArgumentBuffer[MAX_OF_A_KIND];
    /** Of input buffers, then output buffers. */
    private final int[] offsets = new int[2 * MAX_OF_A_KIND];

    private final int[] sizes = new int[2 * MAX_OF_A_KIND];
    private final int[] inputIds = new int[MAX_OF_A_KIND];

    private ByteBuffer memory;
    private int base;
    private int context;
    private int op;
    private int inputCount;
    private int outputCount;
    private int inputObjectCount;
    private int outputObjectCount;

    /**
     * Reads the message that stands in {@code size} bytes of {@code memory} from {@code base}.
     *
     * @return OK, or what is wrong with it. Whenever the object ids could be read, they are there: the objects of the normal
     *     world among them belong to the secure world
     */
    int read(ByteBuffer memory, int base, int size) {
        clear();
        if (size < HEADER_SIZE) {
            return Results.INVALID;
        }
        int counts = memory.getInt(base + COUNTS);
        int ib = counts & 0xf;
        int ob = counts >> 4 & 0xf;
        int io = counts >> 8 & 0xf;
        int oo = counts >> 12 & 0xf;
        int argumentsEnd = HEADER_SIZE + (ib + ob + io + oo) * ARGUMENT_SIZE;
        if (counts >>> 16 != 0 || argumentsEnd > size) {
            return Results.INVALID;
        }
        this.memory = memory;
        this.base = base;
        context = memory.getInt(base + CONTEXT);
        op = memory.getInt(base + OP) & OP_MASK;
        inputCount = ib;
        outputCount = ob;
        inputObjectCount = io;
        outputObjectCount = oo;
        readArguments();
        int result = checkBuffers(aligned(argumentsEnd), size);
        if (result == Results.OK) {
            copyInputs();
        }
        return result;
    }

    /** Forgets the message and gives back memory beyond {@code most} bytes of each buffer. */
    void release(int most) {
        for (int i = 0; i < inputCount && inputs[i] != null; i++) {
            inputs[i].trim(most);
        }
        for (int i = 0; i < outputCount && outputs[i] != null; i++) {
            outputs[i].trim(most);
        }
        clear();
    }

    int context() {
        return context;
    }

    /** The operation without the bits that belong to the transport. */
    int op() {
        return op;
    }

    int inputCount() {
        return inputCount;
    }

    ByteBuffer input(int index) {
        return inputs[index].content();
    }

    int outputCount() {
        return outputCount;
    }

    ByteBuffer output(int index) {
        return outputs[index].room();
    }

    int inputObjectCount() {
        return inputObjectCount;
    }

    int inputId(int index) {
        return inputIds[index];
    }

    int outputObjectCount() {
        return outputObjectCount;
    }

    boolean hasArguments() {
        return (inputCount | outputCount | inputObjectCount | outputObjectCount) != 0;
    }

    /** Whether what was written to the output buffers is no more than was asked for. */
    boolean outputsFit() {
        for (int i = 0; i < outputCount; i++) {
            if (outputs[i].room().position() > sizes[inputCount + i]) {
                return false;
            }
        }
        return true;
    }

    /** Copies the output buffers into the message and sets their sizes. */
    void writeOutputs() {
        for (int i = 0; i < outputCount; i++) {
            int argument = inputCount + i;
            int written = outputs[i].room().position();
            memory.put(base + offsets[argument], outputs[i].bytes(), 0, written);
            memory.putInt(argumentIndex(argument) + 4, written);
        }
    }

    void writeOutputId(int index, int id) {
        int at = argumentIndex(inputCount + outputCount + inputObjectCount + index);
        memory.putInt(at, id);
        memory.putInt(at + 4, 0);
    }

    private void clear() {
        memory = null;
        inputCount = 0;
        outputCount = 0;
        inputObjectCount = 0;
        outputObjectCount = 0;
    }

    private void readArguments() {
        int buffers = inputCount + outputCount;
        for (int i = 0; i < buffers; i++) {
            offsets[i] = memory.getInt(argumentIndex(i));
            sizes[i] = memory.getInt(argumentIndex(i) + 4);
        }
        for (int i = 0; i < inputObjectCount; i++) {
            inputIds[i] = memory.getInt(argumentIndex(buffers + i));
        }
    }

    private int checkBuffers(int payload, int size) {
        for (int i = 0; i < inputCount + outputCount; i++) {
            if (offsets[i] < payload || sizes[i] < 0 || (offsets[i] & 7) != 0) {
                return Results.INVALID;
            }
            long end = (long) offsets[i] + sizes[i];
            if (end > MAX_SIZE) {
                return Results.MAXDATA;
            }
            if (end > size) {
                return Results.INVALID;
            }
        }
        return outputsOverlap() ? Results.INVALID : Results.OK;
    }

    private boolean outputsOverlap() {
        int buffers = inputCount + outputCount;
        for (int output = inputCount; output < buffers; output++) {
            for (int other = 0; other < buffers; other++) {
                if (other != output
                        && sizes[output] != 0
                        && sizes[other] != 0
                        && offsets[output] < offsets[other] + sizes[other]
                        && offsets[other] < offsets[output] + sizes[output]) {
                    return true;
                }
            }
        }
        return false;
    }

    private void copyInputs() {
        for (int i = 0; i < inputCount; i++) {
            ArgumentBuffer input = prepared(inputs, i, sizes[i]);
            memory.get(base + offsets[i], input.bytes(), 0, sizes[i]);
        }
        for (int i = 0; i < outputCount; i++) {
            prepared(outputs, i, sizes[inputCount + i]);
        }
    }

    private static ArgumentBuffer prepared(ArgumentBuffer[] buffers, int index, int size) {
        if (buffers[index] == null) {
            buffers[index] = new ArgumentBuffer();
        }
        buffers[index].reset(size);
        return buffers[index];
    }

    private int argumentIndex(int argument) {
        return base + HEADER_SIZE + argument * ARGUMENT_SIZE;
    }
}
