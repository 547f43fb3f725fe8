// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import java.nio.ByteBuffer;

/**
 * Arguments as those see them that carry out an invocation: where the bytes of buffers lie, and what comes back. It is
 * for whoever implements {@link TeeObject} or another target of {@link Arguments}, also in tests; applications need
 * none of it. It is stateless and allocates nothing. Like the arguments, it is to be used by one thread at a time.
 *
 * <p>An invocation {@linkplain #reset resets} its arguments when it starts, and sets outputs only if it succeeds.
 */
public final class ArgumentAccess {

    private ArgumentAccess() {}

    /** How many bytes an input buffer has, or an output buffer has room for. */
    public static int capacity(Arguments arguments, int index) {
        return arguments.capacity(index);
    }

    /** The array behind a buffer, not a copy of it; null if a {@link ByteBuffer} stands behind the buffer. */
    public static byte[] array(Arguments arguments, int index) {
        return arguments.array(index);
    }

    /** The ByteBuffer behind a buffer, not a view of it; null if an array stands behind the buffer. */
    public static ByteBuffer byteBuffer(Arguments arguments, int index) {
        return arguments.byteBuffer(index);
    }

    /** Where in {@link #array} or {@link #byteBuffer} the bytes start. */
    public static int offset(Arguments arguments, int index) {
        return arguments.offset(index);
    }

    /**
     * Says how many bytes were written of an output buffer.
     *
     * @param size 0 to its capacity
     * @throws IndexOutOfBoundsException for another size
     * @throws IllegalArgumentException if the argument is no output buffer
     */
    public static void written(Arguments arguments, int index, int size) {
        arguments.written(index, size);
    }

    /**
     * Sets an output object, which belongs to the owner of the arguments from then on.
     *
     * @throws IllegalArgumentException if the argument is no output object
     */
    public static void returned(Arguments arguments, int index, ObjectReference object) {
        arguments.returned(index, object);
    }

    /** Clears the outputs of an earlier invocation. */
    public static void reset(Arguments arguments) {
        arguments.reset();
    }
}
