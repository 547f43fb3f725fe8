// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.trusted;

import org.ermine.tee.IncomingArguments;
import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.osgi.annotation.versioning.ConsumerType;

/** An object hosted in the emulated secure world. */
@ConsumerType
@FunctionalInterface
public interface TrustedObject extends ObjectReference {

    /** The number of bytes from which on a buffer is large, see {@link #takesLargeBuffersInPlace}. */
    int LARGE = 64 << 10;

    /**
     * Carries out one operation, on the thread of the client; several may run at a time. What is thrown becomes the
     * result: a {@link TeeException} its result, anything else ERROR. Outputs reach the client only on a normal return.
     *
     * @param op the operation, 0 to 0x7fff
     * @param arguments valid until this method returns; input objects are closed then, and buffers must not be used any
     *     more. What an output buffer holds at first is no other client's and no other service's or application's
     */
    void invoke(int op, IncomingArguments arguments) throws TeeException;

    /**
     * Whether the object takes buffers of at least {@link #LARGE} bytes where they stand in memory that the normal
     * world shares, instead of copies. It saves one copy of each input and each output. Smaller buffers are private all
     * the same.
     *
     * <p>Whoever answers true has to be written for that. The normal world can change an input <em>while it is
     * read</em>: what was checked may be another value when it is used, so each byte is read once, or copied before it
     * is checked. The normal world sees an output while it is written, also of an operation that fails afterwards, and
     * can change it: it must hold no intermediate values that are secret, and is not read back. What it holds at first
     * is the normal world's. A view that is kept beyond the invocation shows memory that is others' by then.
     *
     * <p>Asked in each invocation that has such a buffer, on its thread. Arguments with a buffer in place are passed on
     * to no object of another domain but one that takes buffers in place itself: INVALID.
     */
    default boolean takesLargeBuffersInPlace() {
        return false;
    }

    /** Tells that no client holds the object any more. Called once; the normal world cannot be called from here. */
    default void released() {}
}
