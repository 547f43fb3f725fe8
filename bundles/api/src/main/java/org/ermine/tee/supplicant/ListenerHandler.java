// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Serves what the TEE asks the normal world for under a listener id: the time, files, and the like. A service with the
 * properties {@link #ID} and {@link #BUFFER_SIZE}, usually declared with {@link TeeListener}.
 */
@ConsumerType
@FunctionalInterface
public interface ListenerHandler {

    /** Service property, an Integer: the listener id under which the TEE finds this handler. Required. */
    String ID = "tee.listener.id";

    /** Service property, an Integer: bytes of message memory the handler needs at least, 4 to 16 MiB. Required. */
    String BUFFER_SIZE = "tee.listener.bufferSize";

    /**
     * Service property, a Long: milliseconds one request may take before it is failed towards the TEE and the handler
     * is reported as stuck. 0 or absent: the limit configured for all handlers.
     */
    String TIME_LIMIT = "tee.listener.timeLimit";

    /**
     * Answers one request. The first 32-bit word of the message is the command; the answer overwrites the message. The
     * buffer is a private copy: the TEE cannot change it meanwhile. Called for one request at a time.
     *
     * @param message little-endian, position 0, limit all of the memory that is registered with the TEE, at least
     *     {@link #BUFFER_SIZE}: memory comes in pages, and another handler of the listener may have asked for more; not
     *     to be kept. On return, the bytes before the limit are the answer: a handler that answers with few bytes
     *     spares copying the rest by lowering the limit
     * @throws Exception to fail the request towards the TEE; errors that the message format can express belong into the
     *     message instead
     */
    void handle(ByteBuffer message) throws Exception;
}
