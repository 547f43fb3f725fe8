// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.message;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * A callback request of QTEE, parsed once from the outbound buffer into private memory, and the place where its
 * response is written. Only this class knows the layout of the outbound buffer. Reused; used by one thread at a time.
 */
public final class CallbackMessage {

    /**
     * Of each buffer the offset in the low half, and the size in the high one: as in the message, and where few cache
     * lines do.
     */
    private final long[] buffers = new long[2 * Wire.MAX_OF_A_KIND];

    private final int[] inputObjects = new int[Wire.MAX_OF_A_KIND];
    private ByteBuffer buffer;
    private int target;
    private int op;
    private int inputCount;
    private int outputCount;
    private int inputObjectCount;
    private int outputObjectCount;
    private int end;
    /** What is wrong with the request; null if nothing is. */
    private String unsound;

    /**
     * Reads each word of the request once. Whatever is wrong with its buffers, which {@link #requireSound} tells, its
     * input objects and its end are known as far as counts and sizes tell them.
     *
     * @param buffer the outbound buffer, from its index 0 to its capacity
     */
    public void parse(ByteBuffer buffer) {
        if (this.buffer != buffer) {
            // It is nearly always the same one; and to store a reference costs more than to look.
            this.buffer = buffer;
        }
        unsound = null;
        target = buffer.getInt(Wire.OUTBOUND_CXT);
        op = buffer.getInt(Wire.OUTBOUND_OP) & Wire.OP_MASK;
        end = buffer.capacity();
        if (parseCounts(buffer.getInt(Wire.OUTBOUND_COUNTS))) {
            readArguments();
            parseEnd();
        }
    }

    /** False if they make no sense: then there are no arguments. */
    private boolean parseCounts(int counts) {
        boolean sound = counts >>> 16 == 0;
        if (!sound) {
            unsound = String.format(Locale.ROOT, "upper bits of the counts are set: 0x%08x", counts);
        }
        int known = sound ? counts : 0;
        inputCount = known & 0xf;
        outputCount = known >>> 4 & 0xf;
        inputObjectCount = known >>> 8 & 0xf;
        outputObjectCount = known >>> 12 & 0xf;
        return sound;
    }

    private void readArguments() {
        int count = inputCount + outputCount;
        for (int i = 0; i < count; i++) {
            buffers[i] = buffer.getLong(argument(i));
        }
        for (int i = 0; i < inputObjectCount; i++) {
            inputObjects[i] = buffer.getInt(argument(count + i));
        }
    }

    /** The message ends where its buffers do when each follows the one before: that depends on no offset. */
    private void parseEnd() {
        int payload = (int) Wire.align(argument(argumentCount()));
        long messageEnd = payload;
        for (int i = 0; i < inputCount + outputCount; i++) {
            messageEnd += Wire.align(Integer.toUnsignedLong(size(i)));
        }
        if (messageEnd > buffer.capacity()) {
            unsound = "it takes " + messageEnd + " bytes, there are " + buffer.capacity();
            return;
        }
        end = (int) messageEnd;
        for (int i = 0; i < inputCount + outputCount; i++) {
            checkBuffer(i, payload);
        }
    }

    /** The offset of an empty buffer means nothing. */
    private void checkBuffer(int index, int payload) {
        int size = size(index);
        long offset = size == 0 ? payload : Integer.toUnsignedLong(offset(index));
        if (offset < payload || offset % Wire.ALIGNMENT != 0 || offset > end - size) {
            unsound = String.format(
                    Locale.ROOT,
                    "buffer %d at offset %d with %d bytes does not lie in the payload, %d to %d",
                    index,
                    offset,
                    size,
                    payload,
                    end);
            return;
        }
        set(index, (int) offset, size);
        refuseOverlap(index);
    }

    private void refuseOverlap(int index) {
        for (int i = 0; i < index; i++) {
            if (size(i) != 0
                    && size(index) != 0
                    && offset(index) < offset(i) + size(i)
                    && offset(i) < offset(index) + size(index)) {
                unsound = "buffers " + i + " and " + index + " overlap";
            }
        }
    }

    /** @throws MalformedMessageException if the request makes no sense */
    public void requireSound() throws MalformedMessageException {
        if (unsound != null) {
            throw new MalformedMessageException(unsound);
        }
    }

    private static int argument(int index) {
        return Wire.OUTBOUND_HEADER + index * Wire.ARGUMENT;
    }

    /** The invoked object's id on the wire. */
    public int target() {
        return target;
    }

    /** The operation, without the bits that belong to the transport. */
    public int op() {
        return op;
    }

    public int inputCount() {
        return inputCount;
    }

    public int outputCount() {
        return outputCount;
    }

    public int inputObjectCount() {
        return inputObjectCount;
    }

    public int outputObjectCount() {
        return outputObjectCount;
    }

    public int argumentCount() {
        return inputCount + outputCount + inputObjectCount + outputObjectCount;
    }

    public boolean hasCounts(int inputs, int outputs, int inputObjects, int outputObjects) {
        return inputCount == inputs
                && outputCount == outputs
                && inputObjectCount == inputObjects
                && outputObjectCount == outputObjects;
    }

    /** Bytes of input buffer {@code index}. */
    public int inputSize(int index) {
        return size(index);
    }

    /** Bytes of all input buffers, each rounded up to the alignment. */
    public int inputBytes() {
        int bytes = 0;
        for (int i = 0; i < inputCount; i++) {
            bytes += (int) Wire.align(size(i));
        }
        return bytes;
    }

    /** Copies input buffer {@code index}: QTEE can write it at any time, so this is to be done once. */
    public void readInput(int index, ByteBuffer target, int at) {
        target.put(at, buffer, offset(index), size(index));
    }

    /** A 32-bit word at the start of input buffer {@code index}, which has at least 4 bytes. */
    public int readInputInt(int index) {
        return buffer.getInt(offset(index));
    }

    /** Bytes that QTEE accepts in output buffer {@code index}, or that were written there. */
    public int outputSize(int index) {
        return size(inputCount + index);
    }

    /** Input object {@code index}: an id on the wire. */
    public int inputObject(int index) {
        return inputObjects[index];
    }

    /** Where in the outbound buffer output {@code index} stands. */
    public int outputOffset(int index) {
        return offset(inputCount + index);
    }

    /** The outbound buffer, for writing outputs. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Sets what was written of an output; the response may only shrink it. */
    public void outputSize(int index, int size) {
        if (size > outputSize(index)) {
            throw new IllegalArgumentException("output " + index + " grows from " + outputSize(index) + " to " + size);
        }
        set(inputCount + index, outputOffset(index), size);
    }

    /** Takes note that the callback puts nothing out. */
    public void clearOutputs() {
        for (int i = 0; i < outputCount; i++) {
            set(inputCount + i, outputOffset(i), 0);
        }
    }

    /** Completes a successful response: sizes of the outputs, and the names of the output objects. */
    public void writeResponse(WireNames objects) {
        for (int i = 0; i < outputCount; i++) {
            buffer.putInt(argument(inputCount + i) + Integer.BYTES, outputSize(i));
        }
        int first = inputCount + outputCount + inputObjectCount;
        for (int i = 0; i < outputObjectCount; i++) {
            buffer.putInt(argument(first + i), objects.name(i));
        }
    }

    private int offset(int index) {
        return (int) buffers[index];
    }

    private int size(int index) {
        return (int) (buffers[index] >>> Integer.SIZE);
    }

    private void set(int index, int offset, int size) {
        buffers[index] = (long) size << Integer.SIZE | Integer.toUnsignedLong(offset);
    }

    /** The end of the message, where asynchronous messages may follow; that of the buffer if it is not known. */
    public int end() {
        return end;
    }
}
