// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A reference, held by a context, to an object that lives in the TEE.
 *
 * <p><b>Ownership.</b> Whoever gets a {@code TeeObject} owns that reference and closes it. {@link #duplicate()} makes a
 * second, independent reference to the same object. When the last one is closed, the TEE is told, asynchronously and in
 * order, that the normal world does not hold the object any more. Closing twice is harmless. A reference that is lost
 * without being closed is found by the garbage collector, logged with its owner and released.
 *
 * <p><b>Thread safety.</b> Any thread may invoke, duplicate and close at any time. A close does not disturb invocations
 * that are in progress: they keep the object alive until they return.
 */
@ProviderType
public interface TeeObject extends ObjectReference, AutoCloseable {

    /**
     * Invokes an operation and waits for its end. The calling thread is lent to the TEE meanwhile; what the TEE calls
     * back may run on other threads.
     *
     * <p>While the TEE waits for a callback object the thread can be interrupted: the callback then fails towards the
     * TEE, the invocation ends as the TEE sees fit, and the thread's interrupt status is set again.
     *
     * @param op the operation, 0 to 0xfffd; numbers from 0x8000 are local operations of the object model
     * @param arguments sent along and filled with what comes back; not to be touched until this method returns. On any
     *     exception the contents of output buffers are undefined and no output object is set
     * @throws TeeException with the object's result when it is not OK; with an errno when the invocation did not
     *     complete (EINVAL an argument is refused, ENOMEM no memory for the message, ENODEV the context is closed or
     *     the device gone)
     * @throws IllegalStateException if this reference was closed
     */
    void invoke(int op, Arguments arguments) throws TeeException;

    /**
     * Invokes an operation with a limit on how long callbacks that the TEE makes on behalf of this invocation may take,
     * counted from when one of them has to be waited for, or from the second one. A callback that is not answered in
     * time fails towards the TEE with TIMEOUT.
     *
     * @param timeout positive
     */
    void invoke(int op, Arguments arguments, Duration timeout) throws TeeException;

    /**
     * Makes another reference to the same object, to be closed on its own.
     *
     * @throws IllegalStateException if this reference was closed
     */
    TeeObject duplicate();

    /** The id of the object in its context, for display. */
    long id();

    boolean isClosed();

    /** Closes the reference. Never blocks, never fails, and may be called any number of times. */
    @Override
    void close();
}
