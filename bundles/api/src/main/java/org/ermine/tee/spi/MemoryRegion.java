// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A piece of memory that both worlds see. Reference counted: it starts with one reference, and the last {@link
 * #release} gives it back to its manager. Thread safe, its contents excepted.
 */
@ProviderType
public interface MemoryRegion {

    /** The id in the table of shared memory, from 1; 0 for pooled buffers, which are in no table. */
    long id();

    /** What stands for its physical address. The low 32 bits are 0; an address within it adds the offset. Never 0. */
    long address();

    /** Bytes. */
    int size();

    /**
     * The memory, little-endian, index 0 being its first byte. The same instance for all: use the absolute accessors,
     * or {@link ByteBuffer#duplicate()}.
     */
    ByteBuffer buffer();

    /**
     * Takes a reference.
     *
     * @return false if the last one is gone already, and this is not to be used any more
     */
    boolean retain();

    /** Releases a reference. */
    void release();

    /**
     * Says that the memory, from its first byte to its last, holds no bytes but this owner's and zeros. For a pooled
     * buffer that also holds after its release, until another owner that acquired it says something.
     *
     * @param owner is told from others by its identity, and is referred to as long as the memory exists, so it should
     *     be an object that refers to nothing
     */
    default void holdsOnlyBytesOf(Object owner) {}

    /**
     * Whether this owner was the last to say that the memory holds only its bytes; false if that is not known. To be
     * asked by whoever acquired the memory.
     */
    default boolean isOnlyOf(Object owner) {
        return false;
    }
}
