// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.message;

import static org.ermine.tee.qtee.emulator.message.TransportFormat.ARGUMENT_SIZE;
import static org.ermine.tee.qtee.emulator.message.TransportFormat.MAX_OF_A_KIND;
import static org.ermine.tee.qtee.emulator.message.TransportFormat.aligned;

import java.nio.ByteBuffer;

/**
 * The message of a direct invocation. {@link #read} takes header and arguments from shared memory once, into private
 * memory, and checks them there; then each input buffer is copied once, unless it is taken in place, and shared memory
 * is only written. It does not refer to that memory. Used by one thread at a time and again for one message after the
 * other.
 */
public final class InboundMessage {

    public static final int MAX_SIZE = 4 * 1024 * 1024;

    private static final int COUNTS = 8;
    private static final int HEADER_SIZE = 12;
    private static final int OP_MASK = 0xffff;

    /** Where the input buffers stand, and then the output buffers. */
    private final int[] offsets = new int[2 * MAX_OF_A_KIND];

    private final int[] sizes = new int[2 * MAX_OF_A_KIND];
    private final int[] inputIds = new int[MAX_OF_A_KIND];

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
     * @param head its first two words, which were read before
     * @return OK, or what is wrong with it. Whenever the object ids could be read, they are there: the objects of the
     *     normal world among them belong to the secure world
     */
    public int read(ByteBuffer memory, int base, int size, long head) {
        clear();
        if (size < HEADER_SIZE) {
            return ResultCodes.INVALID;
        }
        int counts = memory.getInt(base + COUNTS);
        int ib = counts & 0xf;
        int ob = counts >> 4 & 0xf;
        int io = counts >> 8 & 0xf;
        int oo = counts >> 12 & 0xf;
        int argumentsEnd = HEADER_SIZE + (ib + ob + io + oo) * ARGUMENT_SIZE;
        if (counts >>> 16 != 0 || argumentsEnd > size) {
            return ResultCodes.INVALID;
        }
        this.base = base;
        context = context(head);
        op = op(head);
        inputCount = ib;
        outputCount = ob;
        inputObjectCount = io;
        outputObjectCount = oo;
        readArguments(memory);
        return checkBuffers(aligned(argumentsEnd), size);
    }

    /** The first two words of a message, to be read once; 0 if it is too short for them. */
    public static long head(ByteBuffer memory, int base, int size) {
        return size < Long.BYTES ? 0 : memory.getLong(base);
    }

    /** What is invoked. */
    public static int context(long head) {
        return (int) head;
    }

    /** The operation without the bits that belong to the transport. */
    public static int op(long head) {
        return (int) (head >>> Integer.SIZE) & OP_MASK;
    }

    /** Forgets the message. */
    public void clear() {
        inputCount = 0;
        outputCount = 0;
        inputObjectCount = 0;
        outputObjectCount = 0;
    }

    public int context() {
        return context;
    }

    /** The operation without the bits that belong to the transport. */
    public int op() {
        return op;
    }

    public int inputCount() {
        return inputCount;
    }

    public int inputSize(int index) {
        return sizes[index];
    }

    public void copyInput(ByteBuffer memory, int index, byte[] to) {
        if (sizes[index] != 0) {
            memory.get(base + offsets[index], to, 0, sizes[index]);
        }
    }

    /** The input buffer where it stands in shared memory: its bytes may change at any time. */
    public ByteBuffer input(ByteBuffer memory, int index) {
        return memory.slice(base + offsets[index], sizes[index]);
    }

    public int outputCount() {
        return outputCount;
    }

    /** The most that the client accepts. */
    public int outputSize(int index) {
        return sizes[inputCount + index];
    }

    /** The room for an output buffer where it stands in shared memory. */
    public ByteBuffer output(ByteBuffer memory, int index) {
        return memory.slice(base + offsets[inputCount + index], outputSize(index));
    }

    /** Copies an output buffer into the message. */
    public void writeOutput(ByteBuffer memory, int index, byte[] from, int size) {
        if (size != 0) {
            memory.put(base + offsets[inputCount + index], from, 0, size);
        }
    }

    /** Sets the size of an output buffer, which is at most {@link #outputSize}. */
    public void writeOutputSize(ByteBuffer memory, int index, int size) {
        memory.putInt(argumentIndex(inputCount + index) + 4, size);
    }

    /** Whether a buffer has at least this size. */
    public boolean hasBufferOf(int size) {
        for (int i = 0; i < inputCount + outputCount; i++) {
            if (sizes[i] >= size) {
                return true;
            }
        }
        return false;
    }

    public int inputObjectCount() {
        return inputObjectCount;
    }

    public int inputId(int index) {
        return inputIds[index];
    }

    public int outputObjectCount() {
        return outputObjectCount;
    }

    public boolean hasArguments() {
        return (inputCount | outputCount | inputObjectCount | outputObjectCount) != 0;
    }

    public void writeOutputId(ByteBuffer memory, int index, int id) {
        int at = argumentIndex(inputCount + outputCount + inputObjectCount + index);
        memory.putInt(at, id);
        memory.putInt(at + 4, 0);
    }

    private void readArguments(ByteBuffer memory) {
        int buffers = inputCount + outputCount;
        for (int i = 0; i < buffers; i++) {
            long argument = memory.getLong(argumentIndex(i));
            offsets[i] = (int) argument;
            sizes[i] = (int) (argument >>> Integer.SIZE);
        }
        for (int i = 0; i < inputObjectCount; i++) {
            inputIds[i] = memory.getInt(argumentIndex(buffers + i));
        }
    }

    private int checkBuffers(int payload, int size) {
        for (int i = 0; i < inputCount + outputCount; i++) {
            if (offsets[i] < payload || sizes[i] < 0 || (offsets[i] & 7) != 0) {
                return ResultCodes.INVALID;
            }
            long end = (long) offsets[i] + sizes[i];
            if (end > MAX_SIZE) {
                return ResultCodes.MAXDATA;
            }
            if (end > size) {
                return ResultCodes.INVALID;
            }
        }
        return outputsOverlap() ? ResultCodes.INVALID : ResultCodes.OK;
    }

    private boolean outputsOverlap() {
        int buffers = inputCount + outputCount;
        for (int output = inputCount; output < buffers; output++) {
            // Each pair once: those before it, inputs and outputs.
            for (int other = 0; other < output; other++) {
                if (overlap(output, other)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean overlap(int one, int other) {
        return sizes[one] != 0
                && sizes[other] != 0
                && offsets[one] < offsets[other] + sizes[other]
                && offsets[other] < offsets[one] + sizes[one];
    }

    private int argumentIndex(int argument) {
        return base + HEADER_SIZE + argument * ARGUMENT_SIZE;
    }
}
