// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.callback;

import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A call of the TEE to a callback object, taken from its {@link CallbackSource}: a request, or the notification that
 * the TEE released the object. Whoever took it runs it, once. The other methods may be called by any thread from then
 * on until it was run.
 */
@ProviderType
public interface CallbackCall {

    /** The object that is called; null for one that the context does not host. */
    CallbackObject target();

    /**
     * The operation; {@link org.ermine.tee.spi.DriverContext#OP_RELEASE} when the object is told that it is released.
     */
    int op();

    /** The owner of the context, for messages. */
    String owner();

    /**
     * The thread that waits for the answer; null if there is none, or it is not known. To be asked for before the call
     * is run.
     */
    default Thread client() {
        return null;
    }

    /**
     * Carries the call out on the calling thread: calls {@code object}, answers the TEE and releases everything that
     * came with the call. If the call was failed before, it is not carried out, and what came with it is released.
     * Foreign code may run within this method, so the caller sets a time limit for it. Nothing that the object throws
     * leaves it.
     *
     * @param object what is called: {@link #target}, or what stands for it on this thread
     */
    void run(CallbackObject object);

    /**
     * Fails the call, before it is run or while it runs: a request is answered with the errno, and its late answer is
     * refused. Never waits for the object. While shared memory is copied for the call ({@link
     * org.ermine.tee.IncomingArguments#copyShared}) the failure is only noted; the copying thread sends it.
     *
     * @return false if it was answered or failed already
     */
    boolean fail(Errno errno);

    /** Whether it was answered or failed. */
    boolean isAnswered();
}
