// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What an object that is invoked receives and returns, grouped by kind as the transport message has it. Valid during the
 * invocation only, and for the thread that carries it out.
 */
@ProviderType
public interface IncomingArguments {

    int inputCount();

    /** Input buffer {@code index}: a private, read-only, little-endian copy, position 0. */
    ByteBuffer input(int index);

    int outputCount();

    /**
     * Room for output buffer {@code index}: little-endian, position 0, limit the most that the caller accepts. Bytes up to
     * the position on return are the output. The same instance on each call.
     */
    ByteBuffer output(int index);

    int inputObjectCount();

    /**
     * Input object {@code index}, null for the NULL object. It is lent: it is closed when the invocation returns. Who wants
     * to keep it makes a reference of its own ({@link TeeObject#duplicate()}).
     */
    ObjectReference inputObject(int index);

    int outputObjectCount();

    /** Sets output object {@code index}; NULL unless set. The caller of this method keeps its own reference. */
    void outputObject(int index, ObjectReference object);

    /** Whether nobody waits for the answer any more: the client left, a time limit passed or the context closed. */
    boolean isAbandoned();

    /**
     * Runs {@code action}, on the calling thread, if the caller still waits for the answer, and keeps the caller from leaving
     * meanwhile. For memory that both sides share beside the arguments: as soon as a caller has left, somebody else may use it.
     * An action is a short copy: while it runs the caller cannot be interrupted, and no TEE may be invoked.
     *
     * @return whether it was run: not if {@link #isAbandoned}
     */
    boolean whileAwaited(Runnable action);

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
                            "expected %d input and %d output buffers, %d input and %d output objects; got %d, %d, %d, %d",
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
