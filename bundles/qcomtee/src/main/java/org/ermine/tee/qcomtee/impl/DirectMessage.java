// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.Locale;
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

    /** Kinds of arguments, in the order of the message. */
    private static final int INPUT = 0;

    private static final int OUTPUT = 1;
    private static final int INPUT_OBJECT = 2;
    private static final int OUTPUT_OBJECT = 3;
    private static final String[] KINDS = {"input buffers", "output buffers", "input objects", "output objects"};

    /** The parameter behind each argument of the message. */
    private final int[] order = new int[Wire.MAX_ARGUMENTS];

    private final int[] offsets = new int[2 * Wire.MAX_OF_A_KIND];
    private final int[] sizes = new int[2 * Wire.MAX_OF_A_KIND];
    /** Where in {@link #order} the next parameter of each kind goes; of use in {@link #sort} only. */
    private final int[] next = new int[KINDS.length];

    private int inputs;
    private int outputs;
    private int inputObjects;
    private int outputObjects;
    private long size;

    /**
     * Plans the message.
     *
     * @throws TeeException EINVAL for parameters that {@link #check} refuses, or too many bytes
     */
    void plan(TeeParams params) throws TeeException {
        int counts = check(params);
        inputs = count(counts, INPUT);
        outputs = count(counts, OUTPUT);
        inputObjects = count(counts, INPUT_OBJECT);
        outputObjects = count(counts, OUTPUT_OBJECT);
        sort(params);
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

    /**
     * Looks at the number and the types of parameters.
     *
     * @return how many there are of each kind, to be read by {@link #count}
     * @throws TeeException EINVAL for a parameter of a type that QTEE does not know, a negative size, or too many of a kind
     */
    static int check(TeeParams params) throws TeeException {
        int counts = 0;
        for (int i = 0; i < params.count(); i++) {
            TeeParam param = params.get(i);
            int kind = kind(param.type());
            if (kind < 0) {
                throw new TeeException(Errno.EINVAL, "parameter " + i + ": QTEE takes no " + param.type());
            }
            if (param.size() < 0) {
                throw new TeeException(Errno.EINVAL, "parameter " + i + ": the size " + param.size() + " is negative");
            }
            counts += 1 << Byte.SIZE * kind;
        }
        for (int kind = 0; kind < KINDS.length; kind++) {
            if (count(counts, kind) > Wire.MAX_OF_A_KIND) {
                throw new TeeException(
                        TeeResult.MAXARGS,
                        Errno.EINVAL,
                        count(counts, kind) + " " + KINDS[kind] + ", at most " + Wire.MAX_OF_A_KIND + " are possible");
            }
        }
        return counts;
    }

    private static int count(int counts, int kind) {
        return counts >>> Byte.SIZE * kind & 0xff;
    }

    private static int kind(TeeParam.Type type) {
        return switch (type) {
            case UBUF_INPUT -> INPUT;
            case UBUF_OUTPUT -> OUTPUT;
            case OBJREF_INPUT -> INPUT_OBJECT;
            case OBJREF_OUTPUT -> OUTPUT_OBJECT;
            default -> -1;
        };
    }

    private void sort(TeeParams params) {
        next[INPUT] = 0;
        next[OUTPUT] = inputs;
        next[INPUT_OBJECT] = inputs + outputs;
        next[OUTPUT_OBJECT] = inputs + outputs + inputObjects;
        for (int i = 0; i < params.count(); i++) {
            order[next[kind(params.get(i).type())]++] = i;
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

    /** Which parameter is input object {@code index} of the message. */
    int inputObject(int index) {
        return order[inputs + outputs + index];
    }

    /** Which parameter is output object {@code index} of the message. */
    int outputObject(int index) {
        return order[inputs + outputs + inputObjects + index];
    }

    /** Whether the only input buffer has the size of a word. */
    boolean isWord() {
        return inputs == 1 && sizes[0] == Integer.BYTES;
    }

    /** Reads the first word of the first input buffer from the message. */
    int readWord(ByteBuffer buffer) {
        return buffer.getInt(offsets[0]);
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

    /**
     * Reads the output sizes that QTEE set, and checks them: it may only shrink an output, and not move it. The offset of one that comes
     * back empty means nothing.
     */
    void readOutputs(ByteBuffer buffer) throws MalformedMessageException {
        for (int i = inputs; i < inputs + outputs; i++) {
            long word = buffer.getLong(argument(i));
            long offset = word & 0xffffffffL;
            long returned = word >>> 32;
            if (returned > sizes[i] || returned != 0 && offset != offsets[i]) {
                throw new MalformedMessageException(String.format(
                        Locale.ROOT,
                        "output buffer %d: %d bytes at offset %d returned, room is for %d at %d",
                        i - inputs,
                        returned,
                        offset,
                        sizes[i],
                        offsets[i]));
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
