// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Arguments of an invocation: built once, used for any number of invocations, one at a time. Each {@code in} or {@code
 * out} appends one argument, counted from 0 in the order of the calls. Nothing is copied here: buffers are read when an
 * invocation starts and written when it succeeds.
 *
 * <pre>{@code
 * Arguments sum = new Arguments().in(numbers).out(result);
 * object.invoke(OP_ADD, sum);
 * int written = sum.size(1);
 * }</pre>
 *
 * <p>Not thread safe; not to be changed during an invocation.
 */
public final class Arguments {

    /** Kinds of argument. */
    public enum Kind {
        INPUT_BUFFER,
        OUTPUT_BUFFER,
        INPUT_OBJECT,
        OUTPUT_OBJECT
    }

    private static final int INITIAL_CAPACITY = 4;

    private int count;
    private Kind[] kinds = new Kind[INITIAL_CAPACITY];
    /** The buffer's array or ByteBuffer, or the object. */
    private Object[] values = new Object[INITIAL_CAPACITY];

    private int[] offsets = new int[INITIAL_CAPACITY];
    private int[] lengths = new int[INITIAL_CAPACITY];
    private int[] sizes = new int[INITIAL_CAPACITY];

    /** Appends an input buffer: the whole array. */
    public Arguments in(byte[] data) {
        return in(data, 0, data.length);
    }

    /** Appends an input buffer: {@code length} bytes of {@code data} from {@code offset}. */
    public Arguments in(byte[] data, int offset, int length) {
        return array(Kind.INPUT_BUFFER, data, offset, length);
    }

    /** Appends an input buffer: what stands between position and limit when an invocation starts. Neither is moved. */
    public Arguments in(ByteBuffer data) {
        return append(Kind.INPUT_BUFFER, Objects.requireNonNull(data, "data"), 0, 0);
    }

    /** Appends an input object; null is the NULL object. */
    public Arguments in(ObjectReference object) {
        return append(Kind.INPUT_OBJECT, object, 0, 0);
    }

    /** Appends room for an output buffer: the whole array. */
    public Arguments out(byte[] room) {
        return out(room, 0, room.length);
    }

    /** Appends room for an output buffer: {@code length} bytes of {@code room} from {@code offset}. */
    public Arguments out(byte[] room, int offset, int length) {
        return array(Kind.OUTPUT_BUFFER, room, offset, length);
    }

    /**
     * Appends room for an output buffer: what stands between position and limit when an invocation starts. Neither is
     * moved; {@link #size(int)} tells what was written from the position on.
     */
    public Arguments out(ByteBuffer room) {
        if (room.isReadOnly()) {
            throw new IllegalArgumentException("argument " + count + ": the room for an output buffer is read-only");
        }
        return append(Kind.OUTPUT_BUFFER, room, 0, 0);
    }

    /** Appends an output object. */
    public Arguments outObject() {
        return append(Kind.OUTPUT_OBJECT, null, 0, 0);
    }

    /** Replaces the object at {@code index}, an input object. */
    public Arguments set(int index, ObjectReference object) {
        require(index, Kind.INPUT_OBJECT);
        values[index] = object;
        return this;
    }

    /** Replaces the data of input buffer {@code index}. */
    public Arguments set(int index, byte[] data, int offset, int length) {
        require(index, Kind.INPUT_BUFFER);
        Objects.checkFromIndexSize(offset, length, data.length);
        values[index] = data;
        offsets[index] = offset;
        lengths[index] = length;
        return this;
    }

    /** Removes all arguments. */
    public Arguments clear() {
        Arrays.fill(kinds, 0, count, null);
        Arrays.fill(values, 0, count, null);
        count = 0;
        return this;
    }

    /** The number of arguments. */
    public int count() {
        return count;
    }

    public Kind kind(int index) {
        return kinds[Objects.checkIndex(index, count)];
    }

    /**
     * The size of a buffer in bytes: for an input buffer and before an invocation what is or may be transferred, for an
     * output buffer after an invocation what was written.
     */
    public int size(int index) {
        return switch (kind(index)) {
            case INPUT_BUFFER -> capacity(index);
            case OUTPUT_BUFFER -> sizes[index] < 0 ? capacity(index) : sizes[index];
            default -> throw new IllegalArgumentException("argument " + index + " is an object");
        };
    }

    /**
     * The object at {@code index}; null for the NULL object. After an invocation, an output object belongs to the
     * caller, who closes it.
     */
    public ObjectReference object(int index) {
        Kind kind = kind(index);
        if (kind != Kind.INPUT_OBJECT && kind != Kind.OUTPUT_OBJECT) {
            throw new IllegalArgumentException("argument " + index + " is a buffer");
        }
        return (ObjectReference) values[index];
    }

    /**
     * The output object at {@code index}, which must be one hosted by the TEE.
     *
     * @throws TeeException {@link TeeResult#UNAVAIL} if the TEE returned NULL or an object of another kind
     */
    public TeeObject teeObject(int index) throws TeeException {
        ObjectReference object = object(index);
        if (object instanceof TeeObject teeObject) {
            return teeObject;
        }
        throw new TeeException(
                TeeResult.UNAVAIL,
                "argument " + index + ": the TEE returned "
                        + (object == null ? "the NULL object" : "an object that it does not host"));
    }

    /**
     * A view of a buffer's bytes, as many as {@link #size} says: read-only, little-endian, from position 0 on. It is
     * good until an invocation with these arguments starts, or they are changed.
     */
    public ByteBuffer bytes(int index) {
        int size = size(index);
        byte[] array = array(index);
        ByteBuffer whole = array == null ? byteBuffer(index) : ByteBuffer.wrap(array);
        return whole.slice(offset(index), size).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    // What follows is for ArgumentAccess, by which those see arguments who carry out an invocation.

    int capacity(int index) {
        return values[index] instanceof ByteBuffer buffer ? buffer.remaining() : lengths[index];
    }

    byte[] array(int index) {
        return values[Objects.checkIndex(index, count)] instanceof byte[] array ? array : null;
    }

    ByteBuffer byteBuffer(int index) {
        return values[Objects.checkIndex(index, count)] instanceof ByteBuffer buffer ? buffer : null;
    }

    int offset(int index) {
        return values[Objects.checkIndex(index, count)] instanceof ByteBuffer buffer
                ? buffer.position()
                : offsets[index];
    }

    void written(int index, int size) {
        require(index, Kind.OUTPUT_BUFFER);
        Objects.checkFromToIndex(0, size, capacity(index));
        // Mostly it is as it was, and a cache line that other threads may read need not become this one's.
        if (sizes[index] != size) {
            sizes[index] = size;
        }
    }

    void returned(int index, ObjectReference object) {
        require(index, Kind.OUTPUT_OBJECT);
        values[index] = object;
    }

    void reset() {
        for (int i = 0; i < count; i++) {
            sizes[i] = -1;
            if (kinds[i] == Kind.OUTPUT_OBJECT) {
                values[i] = null;
            }
        }
    }

    private Arguments array(Kind kind, byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        return append(kind, array, offset, length);
    }

    private Arguments append(Kind kind, Object value, int offset, int length) {
        if (count == kinds.length) {
            grow();
        }
        kinds[count] = kind;
        values[count] = value;
        offsets[count] = offset;
        lengths[count] = length;
        sizes[count] = -1;
        count++;
        return this;
    }

    private void grow() {
        int capacity = count * 2;
        kinds = Arrays.copyOf(kinds, capacity);
        values = Arrays.copyOf(values, capacity);
        offsets = Arrays.copyOf(offsets, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        sizes = Arrays.copyOf(sizes, capacity);
    }

    private void require(int index, Kind kind) {
        if (kind(index) != kind) {
            throw new IllegalArgumentException("argument " + index + " is an " + kind(index) + ", not an " + kind);
        }
    }
}
