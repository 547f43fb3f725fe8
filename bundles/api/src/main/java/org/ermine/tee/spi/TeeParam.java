// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One TEE parameter, as {@code struct tee_param} in Linux: a type and, by type, a value, a memory reference, a buffer
 * or an object reference. Mutable, made to be reused, not thread safe.
 */
public final class TeeParam {

    /** Types, with the attribute numbers of Linux' {@code tee.h}. */
    public enum Type {
        NONE(0),
        VALUE_INPUT(1),
        VALUE_OUTPUT(2),
        VALUE_INOUT(3),
        MEMREF_INPUT(5),
        MEMREF_OUTPUT(6),
        MEMREF_INOUT(7),
        UBUF_INPUT(8),
        UBUF_OUTPUT(9),
        UBUF_INOUT(10),
        OBJREF_INPUT(11),
        OBJREF_OUTPUT(12),
        OBJREF_INOUT(13);

        private final int attribute;

        Type(int attribute) {
            this.attribute = attribute;
        }

        /** The number in the attribute field. */
        public int attribute() {
            return attribute;
        }
    }

    /** Flag of an object reference: hosted by the TEE. */
    public static final int FLAG_TEE = 1;
    /** Flag of an object reference: a user object, hosted by the normal world. */
    public static final int FLAG_USER = 2;
    /** Flag of an object reference: a memory object. */
    public static final int FLAG_MEM = 4;

    /** Keeps the object that a parameter names. */
    @ConsumerType
    @FunctionalInterface
    public interface Hold {
        /**
         * Releases the object, since it need not be found by its parameter any more. Called once, on the thread that
         * has the parameter.
         */
        void release();
    }

    private static final Type[] TYPES = Type.values();
    private static final int NONE = Type.NONE.ordinal();

    /** Its ordinal: a number is cheaper to store in an object that is used again and again than a reference. */
    private int type = NONE;

    private long a;
    private long b;
    private long c;
    private byte[] array;
    private ByteBuffer buffer;
    private int offset;
    private int size;
    private Hold hold;

    public Type type() {
        return TYPES[type];
    }

    /** Makes it a value, or a memory reference: offset, size, id of shared memory. */
    public void value(Type type, long a, long b, long c) {
        clear();
        this.type = type.ordinal();
        this.a = a;
        this.b = b;
        this.c = c;
    }

    /** Makes it an object reference: an id, {@link DriverContext#NULL} for the NULL object, and a flag. */
    public void object(Type type, long id, int flags) {
        value(type, id, flags, 0);
    }

    /**
     * Makes it a reference to an object of the context that receives it, and keeps that object until
     * {@link #releaseHold}. So a backend can pass back an object that the TEE does not hold any more, and the receiver
     * still finds it.
     */
    public void object(Type type, long id, int flags, Hold hold) {
        object(type, id, flags);
        this.hold = hold;
    }

    /**
     * Releases the object that it keeps, if any, after the receiver has found it. The parameter still names the object.
     */
    public void releaseHold() {
        Hold kept = hold;
        if (kept != null) {
            hold = null;
            kept.release();
        }
    }

    /** Makes it a buffer in an array. */
    public void buffer(Type type, byte[] array, int offset, int size) {
        clear();
        this.type = type.ordinal();
        this.array = array;
        this.offset = offset;
        this.size = size;
    }

    /** Makes it a buffer in a ByteBuffer, addressed from its index 0; its position and limit do not matter. */
    public void buffer(Type type, ByteBuffer buffer, int offset, int size) {
        clear();
        this.type = type.ordinal();
        this.buffer = buffer;
        this.offset = offset;
        this.size = size;
    }

    /** Makes it a parameter of type NONE, and releases what it keeps. */
    public void clear() {
        if (type == NONE) {
            return;
        }
        try {
            releaseHold();
        } finally {
            clearFields();
        }
    }

    private void clearFields() {
        type = NONE;
        a = 0;
        b = 0;
        c = 0;
        array = null;
        buffer = null;
        offset = 0;
        size = 0;
    }

    public long a() {
        return a;
    }

    public long b() {
        return b;
    }

    public long c() {
        return c;
    }

    /** Id of an object reference. */
    public long objectId() {
        return a;
    }

    /** Flag of an object reference. */
    public int objectFlags() {
        return (int) b;
    }

    /** Bytes of a buffer: what it holds, or its room before an output was written. */
    public int size() {
        return size;
    }

    /** Sets the size of an output, at most the room there was. */
    public void size(int size) {
        if (size < 0 || size > this.size) {
            throw new IllegalArgumentException("size " + size + " of an output with room for " + this.size);
        }
        this.size = size;
    }

    /** Copies the buffer's bytes into {@code target} from {@code index} on; {@code target}'s position stays. */
    public void read(ByteBuffer target, int index) {
        if (array != null) {
            target.put(index, array, offset, size);
        } else if (size > 0) {
            target.put(index, buffer, offset, size);
        }
    }

    /** Copies {@code size} bytes from {@code index} of {@code source} into the buffer and makes that its size. */
    public void write(ByteBuffer source, int index, int size) {
        size(size);
        if (array != null) {
            source.get(index, array, offset, size);
        } else if (size > 0) {
            buffer.put(offset, source, index, size);
        }
    }

    /** A little-endian view of the buffer's bytes. */
    public ByteBuffer view() {
        ByteBuffer view = array != null
                ? ByteBuffer.wrap(array, offset, size).slice()
                : buffer == null ? ByteBuffer.allocate(0) : buffer.slice(offset, size);
        return view.order(java.nio.ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String toString() {
        return switch (type()) {
            case NONE -> "NONE";
            case UBUF_INPUT, UBUF_OUTPUT, UBUF_INOUT -> type() + "[" + size + "]";
            case OBJREF_INPUT, OBJREF_OUTPUT, OBJREF_INOUT -> type() + "(" + a + ", flags " + b + ")";
            default -> type() + "(" + a + ", " + b + ", " + c + ")";
        };
    }
}
