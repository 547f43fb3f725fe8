// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import org.osgi.annotation.versioning.ConsumerType;

/** One thread's call into the secure world, from the direct invocation to its final result. Used by one thread. */
@ConsumerType
public interface SecureCall {

    /** Response type: the outbound buffer holds a callback request. Any other type is a final result. */
    int CALLBACK = 3;

    /** Address of the inbound buffer: the message of a direct invocation, where its response is put. */
    long inboundAddress();

    /** Bytes of the inbound buffer. */
    int inboundSize();

    /** Address of the outbound buffer: callback requests and their responses, and asynchronous messages. */
    long outboundAddress();

    /** Bytes of the outbound buffer. */
    int outboundSize();

    /**
     * Set by the channel before it returns.
     *
     * @param result the invoked object's result, for a final response
     * @param type {@link #CALLBACK}, or anything else for a final response
     */
    void respond(int result, int type);

    /**
     * May be called by the channel before it returns, to tell that the outbound buffer holds zeros from {@code end} on.
     * The buffer then need not be cleared for the next call. A channel that cannot vouch for that does not call it.
     *
     * @param end 0 to {@link #outboundSize()}
     */
    default void outboundUsed(int end) {}

    /**
     * Serves the callback request that stands in the outbound buffer, on the calling thread; on return the response
     * stands there. Only within {@link SecureChannel#invoke} and {@link SecureChannel#callbackResponse} of this call.
     *
     * @throws CallAbandonedError if the normal world has left the call, as it does when the secure world goes on
     *     calling back after the call should have ended. It has to pass out of the channel
     */
    void serveCallback();
}
