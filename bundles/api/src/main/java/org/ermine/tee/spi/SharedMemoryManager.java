// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.RuntimeContributor;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Allocates memory that both worlds see, up to a configured limit. It is a service; thread safe. Pooled memory is for
 * messages, and is used for one call at a time. Memory objects of clients are not pooled, and their bytes never become
 * another owner's.
 */
@ProviderType
public interface SharedMemoryManager extends RuntimeContributor {

    /**
     * Takes a buffer from the pool.
     *
     * @param size 1 to 4 MiB plus 4 KiB; the buffer may be larger
     * @return a region with undefined contents: whoever takes it clears what it uses
     * @throws TeeException ENOMEM if the limit is reached, EINVAL for the size; both name the numbers
     */
    MemoryRegion acquire(int size) throws TeeException;

    /** Keeps a buffer from one use to the next. Called by any thread that needs memory or reads the figures. */
    @ConsumerType
    interface Keeper {

        /** Whether it does not use the buffer at present. */
        boolean isIdle(MemoryRegion buffer);

        /**
         * Releases the buffer, unless the keeper uses it.
         *
         * @return whether it was released
         */
        boolean giveUp(MemoryRegion buffer);
    }

    /**
     * Takes a buffer from the pool in order to keep it. While it is idle it counts as unused, as those in the pool do,
     * and is reclaimed when memory is short.
     *
     * @param size as for {@link #acquire(int)}
     * @param keeper must be referred to by the caller as long as it keeps the buffer, since the manager refers to it
     *     weakly
     * @throws TeeException as {@link #acquire(int)} does
     */
    MemoryRegion acquire(int size, Keeper keeper) throws TeeException;

    /**
     * Allocates memory for a memory object: zeroed, never used before, not used again afterwards.
     *
     * @param size 1 to 2^31 - 4096, rounded up to pages of 4 KiB
     * @throws TeeException ENOMEM if the limit is reached, EINVAL for the size; both name the numbers
     */
    MemoryRegion allocate(long size) throws TeeException;

    /**
     * Makes a memory object of the caller's direct buffer, position to limit. It does not count towards the limit.
     *
     * @throws TeeException EINVAL if the buffer is not direct, read-only or empty
     */
    MemoryRegion register(ByteBuffer direct) throws TeeException;

    /**
     * Allocates memory for a memory object of an owner, up to the owner's share.
     *
     * @param owner to whom the memory is counted: a text that tells it from all others, as {@link ContextHost#owner}
     * @param size 1 to 2^31 - 4096, rounded up to pages of 4 KiB
     * @throws TeeException ENOMEM if the owner's share or the limit is reached, EINVAL for the size; both name the
     *     numbers
     */
    default MemoryRegion allocate(String owner, long size) throws TeeException {
        return allocate(size);
    }

    /**
     * Makes a memory object of the caller's direct buffer, position to limit, for an owner. Its bytes do not count
     * towards the limit; it is one of the objects that the owner may have.
     *
     * @param owner to whom the memory is counted: a text that tells it from all others, as {@link ContextHost#owner}
     * @throws TeeException ENOMEM if the owner has as many memory objects as it may have, EINVAL if the buffer is not
     *     direct, read-only or empty
     */
    default MemoryRegion register(String owner, ByteBuffer direct) throws TeeException {
        return register(direct);
    }
}
