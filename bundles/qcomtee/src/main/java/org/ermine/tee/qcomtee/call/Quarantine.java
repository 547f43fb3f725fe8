// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.call;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.spi.MemoryRegion;

/**
 * The message buffers of calls that were left while QTEE had them in its hands. QTEE may still write to them: they are
 * kept here, in use for ever, so that nobody gets them again. Thread-safe.
 */
public final class Quarantine {

    /** Held so that the memory stays allocated. */
    private final Collection<MemoryRegion> regions = new ConcurrentLinkedQueue<>();

    private final String device;
    private final RepeatLog problems;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /** @param problems where to tell of what a client can repeat */
    public Quarantine(String device, RepeatLog problems) {
        this.device = device;
        this.problems = problems;
    }

    /**
     * Takes over the buffers of a call.
     *
     * @param second null if there is one only
     */
    void keep(CallingContext caller, MemoryRegion first, MemoryRegion second) {
        calls.incrementAndGet();
        long kept = keep(first) + (second == null ? 0 : keep(second));
        caller.abandoned(kept);
        String owner = caller.host().owner();
        problems.tell(
                List.of("abandoned", owner),
                () -> device + ": an invocation of " + owner + " was left while QTEE had it in its hands; its " + kept
                        + " bytes of message buffers are never used again");
    }

    private long keep(MemoryRegion region) {
        regions.add(region);
        bytes.addAndGet(region.size());
        return region.size();
    }

    /** How many calls there are of which buffers are kept. */
    public int calls() {
        return calls.get();
    }

    /** How many buffers are kept. */
    public int buffers() {
        return regions.size();
    }

    public long bytes() {
        return bytes.get();
    }
}
