// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What an object that is invoked receives and returns, grouped by kind as the transport message has it. Valid during
 * the invocation only, and for the thread that carries it out.
 */
@ProviderType
public interface IncomingArguments {

    int inputCount();

    /** Input buffer {@code index}: a private, read-only, little-endian copy, position 0. */
    ByteBuffer input(int index);

    int outputCount();

    /**
     * Room for output buffer {@code index}: little-endian, position 0, limit the most that the caller accepts. Bytes up
     * to the position on return are the output. The same instance on each call.
     */
    ByteBuffer output(int index);

    int inputObjectCount();

    /**
     * Input object {@code index}, null for the NULL object. It is lent: it is closed when the invocation returns. To
     * keep it, make a reference of its own ({@link TeeObject#duplicate()}).
     */
    ObjectReference inputObject(int index);

    int outputObjectCount();

    /** Sets output object {@code index}; NULL unless set. The caller of this method keeps its own reference. */
    void outputObject(int index, ObjectReference object);

    /** Whether no client waits for the answer any more: the client left, a time limit passed or the context closed. */
    boolean isAbandoned();

    /**
     * Copies bytes from or to memory that both sides share beside the arguments, for as long as the caller waits for
     * the answer. As soon as a caller has left, somebody else may use that memory; so it is not touched any more then,
     * and a caller who wants to leave waits until a copy that has begun is done or, if it is long, has come to a place
     * where it can stop.
     *
     * <p>Both buffers stay the caller's of this method: nothing is kept, and positions, limits and byte orders are
     * neither used nor changed. One of them is the shared memory, the other private to the object; they must not
     * overlap. To be called by the thread that carries out the invocation. This implementation is for arguments whose
     * caller cannot leave.
     *
     * @param source where to copy from
     * @param sourceIndex the first byte, from 0 to the limit of {@code source}
     * @param target where to copy to; not read-only
     * @param targetIndex where the first byte goes, from 0 to the limit of {@code target}
     * @param length how many bytes; 0 or more, as many as both buffers have from there to their limits
     * @return true if all was copied while the caller waited; false if {@link #isAbandoned}: a part may have been
     *     copied then, at a time when the caller still waited
     * @throws IndexOutOfBoundsException if the range is not within the limit of both buffers; nothing was copied then
     * @throws java.nio.ReadOnlyBufferException if {@code target} is read-only
     * @throws IllegalStateException if the invocation has ended, or on another thread
     */
    default boolean copyShared(ByteBuffer source, int sourceIndex, ByteBuffer target, int targetIndex, int length) {
        boolean awaited = !isAbandoned();
        if (awaited) {
            target.put(targetIndex, source, sourceIndex, length);
        }
        return awaited;
    }

    /**
     * Refuses an invocation whose arguments do not have the expected shape.
     *
     * @throws TeeException {@link TeeResult#INVALID}, naming the expected and the actual counts
     */
    default void expect(int inputs, int outputs, int inputObjects, int outputObjects) throws TeeException {
        if (inputCount() != inputs
                || outputCount() != outputs
                || inputObjectCount() != inputObjects
                || outputObjectCount() != outputObjects) {
            throw new TeeException(
                    TeeResult.INVALID,
                    String.format(
                            Locale.ROOT,
                            "expected %d input and %d output buffers, %d input and %d output objects; got %d, %d, %d, "
                                    + "%d",
                            inputs,
                            outputs,
                            inputObjects,
                            outputObjects,
                            inputCount(),
                            outputCount(),
                            inputObjectCount(),
                            outputObjectCount()));
        }
    }
}
