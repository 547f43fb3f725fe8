// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

/**
 * How much memory may be shared.
 *
 * @param committed bytes, the most that may be in use and in pools together
 * @param threadCache bytes, the most that a thread keeps of unused message buffers; 0 turns these caches off
 */
public record MemoryLimits(long committed, long threadCache) {

    private static final int MAX_LIMIT_MIB = 65536;
    private static final int MAX_THREAD_CACHE_KIB = 65536;

    public MemoryLimits {
        if (committed < 1 || threadCache < 0) {
            throw new IllegalArgumentException(
                    "limit of " + committed + " bytes, cache per thread of " + threadCache + " bytes");
        }
    }

    static MemoryLimits of(SharedMemoryConfig config) {
        check("limitMiB", config.limitMiB(), 1, MAX_LIMIT_MIB);
        check("threadCacheKiB", config.threadCacheKiB(), 0, MAX_THREAD_CACHE_KIB);
        return new MemoryLimits((long) config.limitMiB() << 20, (long) config.threadCacheKiB() << 10);
    }

    private static void check(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("option " + option + " of " + PooledSharedMemory.PID + " is " + value
                    + ", not " + min + " to " + max);
        }
    }
}
