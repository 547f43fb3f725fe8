// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.spi.MemoryRegion;

/**
 * The message buffers of calls that were left while QTEE had them in its hands. QTEE may still write to them: they are kept here, in
 * use for ever, so that nobody gets them again. Thread-safe.
 */
final class Quarantine {

    /** Held so that the memory stays allocated. */
    private final Collection<MemoryRegion> regions = new ConcurrentLinkedQueue<>();

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * Takes over the buffers of a call.
     *
     * @param second null if there is one only
     * @return their bytes
     */
    long keep(MemoryRegion first, MemoryRegion second) {
        calls.incrementAndGet();
        return keep(first) + (second == null ? 0 : keep(second));
    }

    private long keep(MemoryRegion region) {
        regions.add(region);
        bytes.addAndGet(region.size());
        return region.size();
    }

    /** How many calls there are of which buffers are kept. */
    int calls() {
        return calls.get();
    }

    /** How many buffers are kept. */
    int buffers() {
        return regions.size();
    }

    long bytes() {
        return bytes.get();
    }
}
