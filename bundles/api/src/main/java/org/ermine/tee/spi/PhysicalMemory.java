// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The way by which the secure world reaches memory that is shared with it: by what stands for physical addresses. It is
 * a service; thread safe.
 */
@ProviderType
public interface PhysicalMemory {

    /**
     * Finds the region that holds a range of addresses.
     *
     * @return the region's whole memory, shared and little-endian: use absolute accessors from {@link #index} on
     * @throws IllegalArgumentException if the range does not lie in one region
     */
    ByteBuffer resolve(long address, long length);

    /** The index of {@code address} in the buffer that {@link #resolve} returns. */
    static int index(long address) {
        return (int) address;
    }
}
