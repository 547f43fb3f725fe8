// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.message;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.stream.Stream;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;

/**
 * The message of a direct invocation: made of TEE parameters, and turned back into them when QTEE returned it. Only
 * this class knows the layout of the inbound buffer. Reused; used by one thread at a time.
 *
 * <p>What QTEE may change is read once: sizes of output buffers and ids of output objects. Where the buffers stand is
 * known from before.
 */
public final class DirectMessage {

    /** Kinds of arguments, in the order of the message. */
    private static final int INPUT = 0;

    private static final int OUTPUT = 1;
    private static final int INPUT_OBJECT = 2;
    private static final int OUTPUT_OBJECT = 3;
    private static final String[] KINDS = {"input buffers", "output buffers", "input objects", "output objects"};

    /** The kind of each type of parameter, by its ordinal; -1 for none. */
    private static final int[] KIND_OF_TYPE =
            Stream.of(TeeParam.Type.values()).mapToInt(DirectMessage::kind).toArray();

    /** To clear so many bytes costs a good part of what it costs to copy them. */
    private static final int LARGE_ROOM = 64 << 10;

    /** Where in the arrays the buffers of each kind begin. */
    private static final int FIRST_OUTPUT = Wire.MAX_OF_A_KIND;

    /** The parameter behind each argument of the message, by its kind and its number among those. */
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
     * @throws TeeException EINVAL for parameters that {@link #check} refuses, or too many bytes
     */
    public void plan(TeeParams params) throws TeeException {
        int counts = 0;
        for (int i = 0; i < params.count(); i++) {
            TeeParam param = params.get(i);
            int kind = KIND_OF_TYPE[param.type().ordinal()];
            int number = count(counts, Math.max(0, kind));
            if (kind < 0 || param.size() < 0 || number == Wire.MAX_OF_A_KIND) {
                check(params);
            }
            int at = kind * Wire.MAX_OF_A_KIND + number;
            order[at] = i;
            if (kind <= OUTPUT) {
                sizes[at] = param.size();
            }
            counts += 1 << Byte.SIZE * kind;
        }
        inputs = count(counts, INPUT);
        outputs = count(counts, OUTPUT);
        inputObjects = count(counts, INPUT_OBJECT);
        outputObjects = count(counts, OUTPUT_OBJECT);
        place(params.count());
    }

    private void place(int arguments) throws TeeException {
        long end = Wire.align(Wire.INBOUND_HEADER + (long) arguments * Wire.ARGUMENT);
        end = place(0, inputs, end);
        size = place(FIRST_OUTPUT, outputs, end);
        if (size > Wire.MAX_INBOUND) {
            throw new TeeException(
                    TeeResult.MAXDATA,
                    Errno.EINVAL,
                    "the message would have " + size + " bytes, at most " + Wire.MAX_INBOUND + " are possible");
        }
    }

    private long place(int first, int count, long start) {
        long end = start;
        for (int i = first; i < first + count; i++) {
            offsets[i] = (int) Math.min(end, Integer.MAX_VALUE);
            end += Wire.align(sizes[i]);
        }
        return end;
    }

    /**
     * Looks at the number and the types of parameters.
     *
     * @return how many there are of each kind, to be read by {@link #count}
     * @throws TeeException EINVAL for a parameter of a type that QTEE does not know, a negative size, or too many of a
     *     kind
     */
    public static int check(TeeParams params) throws TeeException {
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

    /** Bytes of the whole message, at most {@link Wire#MAX_INBOUND}. */
    public int size() {
        return (int) size;
    }

    public int inputObjectCount() {
        return inputObjects;
    }

    public int outputObjectCount() {
        return outputObjects;
    }

    /** Which parameter is input object {@code index} of the message. */
    public int inputObject(int index) {
        return order[INPUT_OBJECT * Wire.MAX_OF_A_KIND + index];
    }

    /** Which parameter is output object {@code index} of the message. */
    public int outputObject(int index) {
        return order[OUTPUT_OBJECT * Wire.MAX_OF_A_KIND + index];
    }

    /** Whether the only input buffer has the size of a word. */
    public boolean isWord() {
        return inputs == 1 && sizes[0] == Integer.BYTES;
    }

    /** Reads the first word of the first input buffer from the message. */
    public int readWord(ByteBuffer buffer) {
        return buffer.getInt(offsets[0]);
    }

    /** Whether it is large enough to have a room that is worth not clearing. */
    public boolean clearsAll() {
        return size() > LARGE_ROOM;
    }

    /**
     * Writes the whole message; whatever the buffer held before is gone from these bytes.
     *
     * @param own whether the buffer held nothing but bytes of the client and zeroes: then these stay in the rooms of
     *     large outputs. If not, and the message {@linkplain #clearsAll is large}, the rest of the buffer is cleared
     *     too
     */
    public void write(ByteBuffer buffer, int target, int op, TeeParams params, WireNames objects, boolean own) {
        buffer.putLong(Wire.INBOUND_CXT, word(target, op));
        buffer.putInt(Wire.INBOUND_COUNTS, Wire.counts(inputs, outputs, inputObjects, outputObjects));
        int at = writeBuffers(buffer, Wire.INBOUND_HEADER, 0, inputs);
        at = writeBuffers(buffer, at, FIRST_OUTPUT, outputs);
        for (int i = 0; i < inputObjects; i++, at += Wire.ARGUMENT) {
            buffer.putLong(at, word(objects.name(i), 0));
        }
        for (int i = 0; i < outputObjects; i++, at += Wire.ARGUMENT) {
            buffer.putLong(at, 0);
        }
        // The arguments end 4 bytes before a multiple of 8, where the payload begins.
        buffer.putInt(at, 0);
        int rooms = writeInputs(buffer, at + Integer.BYTES, params);
        if (own) {
            clearSmallRooms(buffer);
        } else {
            Zeros.fill(buffer, rooms, clearsAll() ? buffer.capacity() : size());
        }
    }

    private static long word(int low, int high) {
        return low & 0xffff_ffffL | (long) high << Integer.SIZE;
    }

    private int writeBuffers(ByteBuffer buffer, int start, int first, int count) {
        int at = start;
        for (int i = first; i < first + count; i++, at += Wire.ARGUMENT) {
            buffer.putLong(at, word(offsets[i], sizes[i]));
        }
        return at;
    }

    /** Returns their end, where the rooms of the outputs begin. */
    private int writeInputs(ByteBuffer buffer, int start, TeeParams params) {
        int at = start;
        for (int i = 0; i < inputs; i++) {
            int end = offsets[i] + sizes[i];
            at = (int) Wire.align(end);
            if (at != end) {
                buffer.putLong(at - Long.BYTES, 0);
            }
            if (sizes[i] != 0) {
                params.get(order[i]).read(buffer, offsets[i]);
            }
        }
        return at;
    }

    private void clearSmallRooms(ByteBuffer buffer) {
        for (int i = FIRST_OUTPUT; i < FIRST_OUTPUT + outputs; i++) {
            int end = offsets[i] + sizes[i];
            Zeros.fill(buffer, sizes[i] < LARGE_ROOM ? offsets[i] : end, (int) Wire.align(end));
        }
    }

    /**
     * Reads the output sizes that QTEE set, and checks them: it may only shrink an output, and not move it. The offset
     * of one that comes back empty means nothing.
     */
    public void readOutputs(ByteBuffer buffer) throws MalformedMessageException {
        for (int i = 0; i < outputs; i++) {
            long word = buffer.getLong(argument(inputs + i));
            int at = FIRST_OUTPUT + i;
            long offset = word & 0xffff_ffffL;
            long returned = word >>> Integer.SIZE;
            if (returned > sizes[at] || returned != 0 && offset != offsets[at]) {
                throw malformed(i, returned, offset);
            }
            sizes[at] = (int) returned;
        }
    }

    private MalformedMessageException malformed(int output, long returned, long offset) {
        int at = FIRST_OUTPUT + output;
        return new MalformedMessageException(String.format(
                Locale.ROOT,
                "output buffer %d: %d bytes at offset %d returned, room is for %d at %d",
                output,
                returned,
                offset,
                sizes[at],
                offsets[at]));
    }

    /** Reads the id on the wire of output object {@code index}. */
    public int readOutputObject(ByteBuffer buffer, int index) {
        return buffer.getInt(argument(inputs + outputs + inputObjects + index));
    }

    /** Copies the outputs to their parameters; after {@link #readOutputs}. */
    public void copyOutputs(ByteBuffer buffer, TeeParams params) {
        for (int i = FIRST_OUTPUT; i < FIRST_OUTPUT + outputs; i++) {
            params.get(order[i]).write(buffer, offsets[i], sizes[i]);
        }
    }

    private static int argument(int index) {
        return Wire.INBOUND_HEADER + index * Wire.ARGUMENT;
    }
}
