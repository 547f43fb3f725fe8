// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A bundle's connection to a TEE: the scope of its object references, callback objects and shared memory. It mirrors
 * the context that Linux' TEE subsystem makes for each open of {@code /dev/teeN}.
 *
 * <p>It is an OSGi service with prototype scope: with a plain reference all components of a bundle share one, with
 * {@code scope = ReferenceScope.PROTOTYPE_REQUIRED} each gets its own. The framework takes it back when the bundle
 * stops, which closes it. Service properties: {@link TeeDevice#DEVICE_NAME}, {@link TeeDevice#IMPLEMENTATION}, {@link
 * TeeDevice#SERVES_CALLBACKS}, {@link TeeDevice#DEVELOPMENT}.
 *
 * <p>Closing fails what waits in the context at once with ENODEV, and releases its objects in the background.
 *
 * <p>All methods may be called by any thread; after {@link #close()} those that need the TEE throw
 * {@link TeeException} with ENODEV.
 */
@ProviderType
public interface TeeContext extends AutoCloseable {

    /** The device this context was opened on. */
    TeeDevice device();

    /** The TEE's root object. It needs no closing: doing so has no effect. */
    TeeObject root();

    /**
     * A callback object that tells the TEE which bundle owns this context: Qualcomm's IIO credentials interface
     * (operation 0 length, 1 read at offset) over a CBOR map made by the framework from the owning bundle. Nothing the
     * owner does changes its content. To register with anything else, an object that forwards to this one included,
     * fails with EACCES, unless the operator lets the owning bundle speak for others.
     */
    CallbackObject credentials();

    /**
     * A callback object whose implementation is the {@link CallbackObject} service with the property {@value
     * CallbackObject#NAME} equal to {@code name} and the highest ranking. The service may come, go and be replaced
     * while the TEE holds the object.
     *
     * @throws TeeException ENODEV if the context is closed, or, with the result UNAVAIL, if no supplicant is running
     *     that could serve it
     */
    CallbackObject callback(String name) throws TeeException;

    /**
     * Allocates memory that can be shared with the TEE, filled with zeros.
     *
     * @param size bytes, 1 to 2^31 - 4096; rounded up to pages of 4 KiB
     * @throws TeeException EINVAL for the size, ENOMEM when a limit is reached, ENODEV when closed
     */
    SharedMemory allocate(long size) throws TeeException;

    /**
     * Shares memory of the caller without copying it.
     *
     * @param direct a direct buffer; its bytes from position to limit become the shared memory. The caller may go on
     *     using the buffer; the memory object keeps it reachable
     * @throws TeeException EINVAL if the buffer is not direct, read-only or empty, ENOMEM when a limit is reached,
     *     ENODEV when closed
     */
    SharedMemory register(ByteBuffer direct) throws TeeException;

    boolean isClosed();

    /** Closes the context. May be called any number of times, by any thread; it does not wait for the TEE. */
    @Override
    void close();
}
