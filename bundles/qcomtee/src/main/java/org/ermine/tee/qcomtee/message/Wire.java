// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.message;

/**
 * Layout of QTEE's transport messages: little-endian, as Linux' qcomtee driver has it in {@code qcomtee_msg.h}.
 *
 * <pre>
 * inbound:  u32 cxt, u32 op, u32 counts              arguments   payload
 * outbound: u32 result, u32 cxt, u32 op, u32 counts  arguments   payload   asynchronous messages
 * argument: buffer u32 offset, u32 size; or object u32 id, u32 unused
 * </pre>
 *
 * Arguments stand in the order input buffers, output buffers, input objects, output objects, and {@code counts} has
 * four bits for the number of each. The payload starts at the next multiple of 8, and so does each buffer in it;
 * offsets count from the start of the message.
 */
public final class Wire {

    static final int INBOUND_HEADER = 12;
    static final int INBOUND_CXT = 0;
    static final int INBOUND_OP = 4;
    static final int INBOUND_COUNTS = 8;

    static final int OUTBOUND_HEADER = 16;
    public static final int OUTBOUND_RESULT = 0;
    static final int OUTBOUND_CXT = 4;
    static final int OUTBOUND_OP = 8;
    static final int OUTBOUND_COUNTS = 12;

    static final int ARGUMENT = 8;
    static final int ALIGNMENT = 8;

    /** The most arguments of a kind that fit the four bits of a count. */
    public static final int MAX_OF_A_KIND = 15;
    /** The most arguments. */
    static final int MAX_ARGUMENTS = 4 * MAX_OF_A_KIND;

    /** The most bytes of an inbound message. */
    static final int MAX_INBOUND = 4 << 20;
    /** Messages up to so many bytes are not counted as large ones: the threads of their callers bound them. */
    public static final int SMALL_MESSAGE = 64 << 10;
    /** Bytes of the outbound buffer. */
    public static final int OUTBOUND = 4096;

    public static final int OBJECT_NULL = 0;
    public static final int OBJECT_ROOT = 1;
    /** The bit that tells names of objects of the normal world from those of QTEE's. */
    public static final int NORMAL_WORLD = 0x80000000;
    /** The object of the normal world that is always there. */
    public static final int OBJECT_PRIMORDIAL = 0x80000000;

    public static final int OP_MASK = 0xffff;
    public static final int OP_RELEASE = 0xffff;
    public static final int OP_RETAIN = 0xfffe;

    private Wire() {}

    public static long align(long offset) {
        return Math.addExact(offset, ALIGNMENT - 1) & -ALIGNMENT;
    }

    static int counts(int inputBuffers, int outputBuffers, int inputObjects, int outputObjects) {
        return inputBuffers | outputBuffers << 4 | inputObjects << 8 | outputObjects << 12;
    }
}
