// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.trusted;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/** Memory of the normal world mapped into the secure world. The normal world may change it at any time. */
@ProviderType
public interface MappedMemory extends AutoCloseable {

    /**
     * A new little-endian view of the whole mapping.
     *
     * @throws IllegalStateException if unmapped
     */
    ByteBuffer buffer();

    /** Unmaps it: the normal world is told with the next return to it. */
    @Override
    void close();
}
