// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A callback request of QTEE, parsed once from the outbound buffer into private memory, and the place where its response is
 * written. Only this class knows the layout of the outbound buffer. Reused; used by one thread at a time.
 */
final class CallbackMessage {

    private final int[] offsets = new int[2 * Wire.MAX_OF_A_KIND];
    private final int[] sizes = new int[2 * Wire.MAX_OF_A_KIND];
    private final int[] inputObjects = new int[Wire.MAX_OF_A_KIND];
    private ByteBuffer buffer;
    private int target;
    private int op;
    private int inputCount;
    private int outputCount;
    private int inputObjectCount;
    private int outputObjectCount;
    private int end;

    /**
     * Reads each word of the request once and checks all of them, save for the input objects: they are known also where the
     * buffers are refused.
     *
     * @param buffer the outbound buffer, from its index 0 to its capacity
     */
    void parse(ByteBuffer buffer) throws MalformedMessageException {
        this.buffer = buffer;
        end = buffer.capacity();
        inputObjectCount = 0;
        target = buffer.getInt(Wire.OUTBOUND_CXT);
        op = buffer.getInt(Wire.OUTBOUND_OP) & Wire.OP_MASK;
        parseCounts(buffer.getInt(Wire.OUTBOUND_COUNTS));
        int buffers = inputCount + outputCount;
        for (int i = 0; i < inputObjectCount; i++) {
            inputObjects[i] = buffer.getInt(argument(buffers + i));
        }
        int payload = (int) Wire.align(Wire.OUTBOUND_HEADER + (long) argumentCount() * Wire.ARGUMENT);
        long messageEnd = payload;
        for (int i = 0; i < buffers; i++) {
            messageEnd = Math.max(messageEnd, parseBuffer(i, payload));
        }
        end = (int) Math.min(Wire.align(messageEnd), buffer.capacity());
    }

    private void parseCounts(int counts) throws MalformedMessageException {
        if (counts >>> 16 != 0) {
            throw new MalformedMessageException(String.format("upper bits of the counts are set: 0x%08x", counts));
        }
        inputCount = counts & 0xf;
        outputCount = counts >>> 4 & 0xf;
        inputObjectCount = counts >>> 8 & 0xf;
        outputObjectCount = counts >>> 12 & 0xf;
    }

    /** Returns the end of the buffer. */
    private long parseBuffer(int index, int payload) throws MalformedMessageException {
        long word = buffer.getLong(argument(index));
        long offset = word & 0xffffffffL;
        long size = word >>> 32;
        if (offset < payload || offset % Wire.ALIGNMENT != 0 || offset > buffer.capacity() - size) {
            throw new MalformedMessageException(String.format(
                    "buffer %d at offset %d with %d bytes does not lie in the payload, %d to %d",
                    index, offset, size, payload, buffer.capacity()));
        }
        offsets[index] = (int) offset;
        sizes[index] = (int) size;
        refuseOverlap(index);
        return offset + size;
    }

    /** An empty buffer overlaps with none, wherever it is. */
    private void refuseOverlap(int index) throws MalformedMessageException {
        for (int i = 0; i < index; i++) {
            if (sizes[i] != 0
                    && sizes[index] != 0
                    && offsets[index] < offsets[i] + sizes[i]
                    && offsets[i] < offsets[index] + sizes[index]) {
                throw new MalformedMessageException("buffers " + i + " and " + index + " overlap");
            }
        }
    }

    private static int argument(int index) {
        return Wire.OUTBOUND_HEADER + index * Wire.ARGUMENT;
    }

    /** The invoked object's id on the wire. */
    int target() {
        return target;
    }

    /** The operation, without the bits that belong to the transport. */
    int op() {
        return op;
    }

    int inputCount() {
        return inputCount;
    }

    int outputCount() {
        return outputCount;
    }

    int inputObjectCount() {
        return inputObjectCount;
    }

    int outputObjectCount() {
        return outputObjectCount;
    }

    int argumentCount() {
        return inputCount + outputCount + inputObjectCount + outputObjectCount;
    }

    boolean hasCounts(int inputs, int outputs, int inputObjects, int outputObjects) {
        return inputCount == inputs
                && outputCount == outputs
                && inputObjectCount == inputObjects
                && outputObjectCount == outputObjects;
    }

    /** Bytes of input buffer {@code index}. */
    int inputSize(int index) {
        return sizes[index];
    }

    /** Bytes of all input buffers, each rounded up to the alignment. */
    int inputBytes() {
        int bytes = 0;
        for (int i = 0; i < inputCount; i++) {
            bytes += (int) Wire.align(sizes[i]);
        }
        return bytes;
    }

    /** Copies input buffer {@code index}: QTEE can write it at any time, so this is to be done once. */
    void readInput(int index, ByteBuffer target, int at) {
        target.put(at, buffer, offsets[index], sizes[index]);
    }

    /** A 32-bit word at the start of input buffer {@code index}, which has at least 4 bytes. */
    int readInputInt(int index) {
        return buffer.getInt(offsets[index]);
    }

    /** Bytes that QTEE accepts in output buffer {@code index}, or that were written there. */
    int outputSize(int index) {
        return sizes[inputCount + index];
    }

    /** Input object {@code index}: an id on the wire. */
    int inputObject(int index) {
        return inputObjects[index];
    }

    /** Where in the outbound buffer output {@code index} stands. */
    int outputOffset(int index) {
        return offsets[inputCount + index];
    }

    /** The outbound buffer, for writing outputs. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** Sets what was written of an output; the response may only shrink it. */
    void outputSize(int index, int size) {
        if (size > outputSize(index)) {
            throw new IllegalArgumentException("output " + index + " grows from " + outputSize(index) + " to " + size);
        }
        sizes[inputCount + index] = size;
    }

    /** Nothing is put out. */
    void clearOutputs() {
        Arrays.fill(sizes, inputCount, inputCount + outputCount, 0);
    }

    /** Completes a successful response: sizes of the outputs, and the names of the output objects. */
    void writeResponse(OutgoingObjects objects) {
        for (int i = 0; i < outputCount; i++) {
            buffer.putInt(argument(inputCount + i) + Integer.BYTES, outputSize(i));
        }
        int first = inputCount + outputCount + inputObjectCount;
        for (int i = 0; i < outputObjectCount; i++) {
            buffer.putInt(argument(first + i), objects.name(i));
        }
    }

    /** The end of the message, where asynchronous messages may follow; that of the buffer if it is not known. */
    int end() {
        return end;
    }
}
