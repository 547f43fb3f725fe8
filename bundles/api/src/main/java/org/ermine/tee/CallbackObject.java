// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An object that a bundle hosts and the TEE invokes. Passed as an object argument, it belongs to the TEE once the
 * invocation reached it; an invocation that failed before gives it back untouched.
 *
 * <p>As a service with the property {@value #NAME} it is an implementation that {@link TeeContext#callback(String)}
 * finds by name and that can be replaced while the TEE holds the object.
 */
@ConsumerType
@FunctionalInterface
public interface CallbackObject extends ObjectReference {

    /** Service property: the name under which {@link TeeContext#callback(String)} finds an implementation; a String. */
    String NAME = "tee.callback";

    /**
     * Carries out one operation. Called by worker threads, several at a time, each request exactly once; it may itself
     * invoke the TEE. Requests arrive in order, and are begun in order.
     *
     * <p>What is thrown becomes the result: a {@link TeeException} its result, if an object may return it (0 and
     * above), anything else {@link TeeResult#ERROR}. Outputs reach the TEE only on a normal return.
     *
     * @param op the operation, 0 to 0x7fff
     * @param arguments valid until this method returns
     */
    void dispatch(int op, IncomingArguments arguments) throws TeeException;

    /**
     * Tells that the TEE does not hold the object any more: its last reference is gone, or the context ended. Called
     * once for each time that the object went over to the TEE and all references to it came back. It may run while a
     * {@code dispatch} whose client is gone is still at work. When the context ended, its memory and its objects are
     * closed already; whoever ends it waits for this, but only for a limited time.
     *
     * <p>It is not called while callbacks of the same bundle that do not return hold all the threads that one bundle
     * may have: that call is lost.
     */
    default void released() {}
}
