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

    /**
     * Carries out one operation, on the thread of the client; several may run at a time. What is thrown becomes the result:
     * a {@link TeeException} its result, anything else ERROR. Outputs reach the client only on a normal return.
     *
     * @param op the operation, 0 to 0x7fff
     * @param arguments valid until this method returns; input objects are closed then, and buffers must not be used any more. What
     *     an output buffer holds at first is no other client's and no other service's or application's
     */
    void invoke(int op, IncomingArguments arguments) throws TeeException;

    /** No client holds the object any more. Called once; the normal world cannot be called from here. */
    default void released() {}
}
