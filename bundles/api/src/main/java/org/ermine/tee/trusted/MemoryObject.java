// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.trusted;

import org.ermine.tee.ObjectReference;
import org.ermine.tee.TeeException;
import org.osgi.annotation.versioning.ProviderType;

/** A memory object of the normal world. Whoever gets one as an argument borrows it, as with {@link NormalObject}. */
@ProviderType
public interface MemoryObject extends ObjectReference, AutoCloseable {

    /**
     * Maps the memory. The mapping may be kept beyond the invocation.
     *
     * @throws TeeException if the normal world refuses, with its result
     */
    MappedMemory map() throws TeeException;

    MemoryObject duplicate();

    @Override
    void close();
}
