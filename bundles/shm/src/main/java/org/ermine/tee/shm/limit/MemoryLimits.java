// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.limit;

import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.embedded.options.OptionReader;

/**
 * How much memory may be shared.
 *
 * @param committed bytes, the most that may be in use and in pools together
 * @param threadCache bytes, the most that a thread keeps of unused message buffers; 0 turns these caches off
 * @param objects bytes, the most that memory objects may take together; the rest is left to message buffers
 * @param ownerBytes bytes, the most that memory objects of one owner may take
 * @param ownerObjects the most memory objects that one owner may have, allocated and registered ones
 */
public record MemoryLimits(long committed, long threadCache, long objects, long ownerBytes, int ownerObjects) {

    private static final int MOST_OBJECTS = 1 << 24;

    public MemoryLimits {
        if (committed < 1 || threadCache < 0) {
            throw new IllegalArgumentException(
                    "limit of " + committed + " bytes, cache per thread of " + threadCache + " bytes");
        }
        if (objects < 1 || ownerBytes < 1 || ownerObjects < 1) {
            throw new IllegalArgumentException("memory objects of " + objects + " bytes, of one owner " + ownerBytes
                    + " bytes and " + ownerObjects + " objects");
        }
    }

    /** Without a reserve for messages and without shares: one owner may take everything. */
    public MemoryLimits(long committed, long threadCache) {
        this(committed, threadCache, committed, committed, MOST_OBJECTS);
    }

    public static MemoryLimits read(OptionReader<SharedMemoryConfig> options) {
        long committed = options.number(SharedMemoryConfig::limitMiB) << 20;
        int reserve = options.integer(SharedMemoryConfig::messageReservePercent);
        int share = options.integer(SharedMemoryConfig::ownerSharePercent);
        return new MemoryLimits(
                committed,
                options.number(SharedMemoryConfig::threadCacheKiB) << 10,
                OwnerShares.part(committed, 100 - reserve),
                OwnerShares.part(committed, share),
                options.integer(SharedMemoryConfig::ownerObjects));
    }
}
