// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

import org.ermine.tee.options.OptionReader;

/**
 * How much memory may be shared.
 *
 * @param committed bytes, the most that may be in use and in pools together
 * @param threadCache bytes, the most that a thread keeps of unused message buffers; 0 turns these caches off
 */
public record MemoryLimits(long committed, long threadCache) {

    public MemoryLimits {
        if (committed < 1 || threadCache < 0) {
            throw new IllegalArgumentException(
                    "limit of " + committed + " bytes, cache per thread of " + threadCache + " bytes");
        }
    }

    static MemoryLimits read(OptionReader<SharedMemoryConfig> options) {
        return new MemoryLimits(
                options.number("limitMiB", SharedMemoryConfig::limitMiB, 1, 65536) << 20,
                options.number("threadCacheKiB", SharedMemoryConfig::threadCacheKiB, 0, 65536) << 10);
    }
}
