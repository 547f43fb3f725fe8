// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The way into a Qualcomm TEE: the two calls of the secure channel manager, on addresses in shared memory. It is a
 * service with the property {@value TeeDevice#DEVICE_NAME}, the name of the secure world, which becomes the name of the
 * device; it is registered for as long as the secure world answers. Any number of calls may run at once, each on a
 * thread and with buffers of its own.
 *
 * <p>If the secure world calls back in the course of a call, the channel has a choice. It can return with
 * {@link SecureCall#CALLBACK}; the caller then serves the request and goes on with {@link #callbackResponse}. Or, if it
 * runs on the caller's stack, it can call {@link SecureCall#serveCallback} and go on by itself. The bytes in the
 * outbound buffer are the same.
 *
 * <p>A call ends in bounded time even if the secure world calls back for ever. The caller of a channel that returned
 * with {@link SecureCall#CALLBACK} may abandon the call. It then never goes on with it, and keeps the buffers out of
 * use for ever, since the secure world may still write to them. A channel that calls {@code serveCallback} gets a
 * {@link CallAbandonedError} from it, which it lets pass; when it has done so, the secure world does not touch the
 * buffers any more.
 */
@ConsumerType
public interface SecureChannel {

    /**
     * Direct invocation: enters the secure world with the message in the inbound buffer.
     *
     * @throws TeeException if the secure world was not reached: it has not seen the message
     */
    void invoke(SecureCall call) throws TeeException;

    /**
     * Goes on with a call that returned {@link SecureCall#CALLBACK}; the outbound buffer holds the response.
     *
     * @throws TeeException if the secure world was not reached
     */
    void callbackResponse(SecureCall call) throws TeeException;
}
