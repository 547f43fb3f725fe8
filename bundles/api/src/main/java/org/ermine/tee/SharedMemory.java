// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Memory that the normal world and the TEE both see: a memory object. Passed as an object argument, the TEE may map it
 * and keep the mapping after the invocation.
 *
 * <p>The peer may change the bytes at any time, so copy them before you check them. After {@link #close()} the TEE's
 * mappings stay valid until it releases them; then the memory is freed. A {@link ByteBuffer} got from here must not be
 * used after that. It never becomes another owner's memory. Depending on Java's version and the size, it leads nowhere
 * or throws an IllegalStateException.
 */
@ProviderType
public interface SharedMemory extends ObjectReference, AutoCloseable {

    /** The id in the device's table of shared memory, from 1. */
    long id();

    /** The size in bytes; for allocated memory a multiple of 4096. */
    long size();

    /**
     * A new little-endian view of the whole memory, position 0.
     *
     * @throws IllegalStateException if closed
     */
    ByteBuffer buffer();

    boolean isClosed();

    /** Closes the caller's reference. May be called any number of times. */
    @Override
    void close();
}
