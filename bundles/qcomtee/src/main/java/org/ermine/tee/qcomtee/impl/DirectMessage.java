// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;

/**
 * The message of a direct invocation: made of TEE parameters, and turned back into them when QTEE returned it. Only this class
 * knows the layout of the inbound buffer. Reused; used by one thread at a time.
 *
 * <p>What QTEE may change is read once: sizes of output buffers and ids of output objects. Where the buffers stand is known
 * from before.
 */
final class DirectMessage {

    /** The parameter behind each argument of the message. */
    private final int[] order = new int[Wire.MAX_ARGUMENTS];

    private final int[] offsets = new int[2 * Wire.MAX_OF_A_KIND];
    private final int[] sizes = new int[2 * Wire.MAX_OF_A_KIND];
    private int inputs;
    private int outputs;
    private int inputObjects;
    private int outputObjects;
    private long size;

    /**
     * Plans the message.
     *
     * @throws TeeException EINVAL for a parameter of a type that QTEE does not know, too many of a kind, or too many bytes
     */
    void plan(TeeParams params) throws TeeException {
        count(params);
        int[] next = {0, inputs, inputs + outputs, inputs + outputs + inputObjects};
        sort(params, next);
        size = Wire.align(Wire.INBOUND_HEADER + (long) params.count() * Wire.ARGUMENT);
        for (int i = 0; i < inputs + outputs; i++) {
            offsets[i] = (int) Math.min(size, Integer.MAX_VALUE);
            sizes[i] = params.get(order[i]).size();
            size += Wire.align(sizes[i]);
        }
        if (size > Wire.MAX_INBOUND) {
            throw new TeeException(
                    TeeResult.MAXDATA,
                    Errno.EINVAL,
                    "the message would have " + size + " bytes, at most " + Wire.MAX_INBOUND + " are possible");
        }
    }

    private void count(TeeParams params) throws TeeException {
        inputs = 0;
        outputs = 0;
        inputObjects = 0;
        outputObjects = 0;
        for (int i = 0; i < params.count(); i++) {
            switch (params.get(i).type()) {
                case UBUF_INPUT -> inputs++;
                case UBUF_OUTPUT -> outputs++;
                case OBJREF_INPUT -> inputObjects++;
                case OBJREF_OUTPUT -> outputObjects++;
                default ->
                    throw new TeeException(
                            Errno.EINVAL,
                            "parameter " + i + ": QTEE takes no "
                                    + params.get(i).type());
            }
        }
        requireAtMost15(inputs, "input buffers");
        requireAtMost15(outputs, "output buffers");
        requireAtMost15(inputObjects, "input objects");
        requireAtMost15(outputObjects, "output objects");
    }

    private static void requireAtMost15(int count, String kind) throws TeeException {
        if (count > Wire.MAX_OF_A_KIND) {
            throw new TeeException(
                    TeeResult.MAXARGS,
                    Errno.EINVAL,
                    count + " " + kind + ", at most " + Wire.MAX_OF_A_KIND + " are possible");
        }
    }

    private void sort(TeeParams params, int[] next) {
        for (int i = 0; i < params.count(); i++) {
            int kind = switch (params.get(i).type()) {
                case UBUF_INPUT -> 0;
                case UBUF_OUTPUT -> 1;
                case OBJREF_INPUT -> 2;
                default -> 3;
            };
            order[next[kind]++] = i;
        }
    }

    /** Bytes of the whole message, at most {@link Wire#MAX_INBOUND}. */
    int size() {
        return (int) size;
    }

    int inputObjectCount() {
        return inputObjects;
    }

    int outputObjectCount() {
        return outputObjects;
    }

    /** The parameter that is input object {@code index} of the message. */
    TeeParam inputObject(int index, TeeParams params) {
        return params.get(order[inputs + outputs + index]);
    }

    /** The parameter that is output object {@code index} of the message. */
    TeeParam outputObject(int index, TeeParams params) {
        return params.get(order[inputs + outputs + inputObjects + index]);
    }

    /** Writes the whole message; whatever the buffer held before is gone from these bytes. */
    void write(ByteBuffer buffer, int target, int op, TeeParams params, OutgoingObjects objects) {
        buffer.putInt(Wire.INBOUND_CXT, target);
        buffer.putInt(Wire.INBOUND_OP, op);
        buffer.putInt(Wire.INBOUND_COUNTS, Wire.counts(inputs, outputs, inputObjects, outputObjects));
        int buffers = inputs + outputs;
        for (int i = 0; i < buffers; i++) {
            buffer.putInt(argument(i), offsets[i]);
            buffer.putInt(argument(i) + Integer.BYTES, sizes[i]);
        }
        for (int i = 0; i < inputObjects; i++) {
            buffer.putLong(argument(buffers + i), Integer.toUnsignedLong(objects.name(i)));
        }
        for (int i = 0; i < outputObjects; i++) {
            buffer.putLong(argument(buffers + inputObjects + i), 0);
        }
        int arguments = buffers + inputObjects + outputObjects;
        Zeros.fill(buffer, argument(arguments), (int) Wire.align(argument(arguments)));
        writePayload(buffer, params);
    }

    private void writePayload(ByteBuffer buffer, TeeParams params) {
        for (int i = 0; i < inputs; i++) {
            params.get(order[i]).read(buffer, offsets[i]);
            Zeros.fill(buffer, offsets[i] + sizes[i], (int) (offsets[i] + Wire.align(sizes[i])));
        }
        for (int i = inputs; i < inputs + outputs; i++) {
            Zeros.fill(buffer, offsets[i], (int) (offsets[i] + Wire.align(sizes[i])));
        }
    }

    /** Reads the output sizes that QTEE set, and checks them: it may only shrink an output, and not move it. */
    void readOutputs(ByteBuffer buffer) throws MalformedMessageException {
        for (int i = inputs; i < inputs + outputs; i++) {
            long word = buffer.getLong(argument(i));
            long offset = word & 0xffffffffL;
            long returned = word >>> 32;
            if (offset != offsets[i] || returned > sizes[i]) {
                throw new MalformedMessageException(String.format(
                        "output buffer %d: %d bytes at offset %d returned, room is for %d at %d",
                        i - inputs, returned, offset, sizes[i], offsets[i]));
            }
            sizes[i] = (int) returned;
        }
    }

    /** Reads the id on the wire of output object {@code index}. */
    int readOutputObject(ByteBuffer buffer, int index) {
        return buffer.getInt(argument(inputs + outputs + inputObjects + index));
    }

    /** Copies the outputs to their parameters; after {@link #readOutputs}. */
    void copyOutputs(ByteBuffer buffer, TeeParams params) {
        for (int i = inputs; i < inputs + outputs; i++) {
            params.get(order[i]).write(buffer, offsets[i], sizes[i]);
        }
    }

    private static int argument(int index) {
        return Wire.INBOUND_HEADER + index * Wire.ARGUMENT;
    }
}
