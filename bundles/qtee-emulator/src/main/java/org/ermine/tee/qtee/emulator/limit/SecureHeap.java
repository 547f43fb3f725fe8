// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.limit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;

/**
 * A model of QTEE's heap: what the emulator allocates in the secure world is accounted here as a QTEE would, so that
 * its limits can be met and its diagnostics tell what is used. Thread safe.
 */
public final class SecureHeap {

    public static final int OBJECT = 40;
    public static final int CLIENT = 200;
    public static final int LISTENER = 120;
    public static final int APPLICATION = 256 * 1024;

    private static final int BLOCK_HEADER = 16;
    private static final int GRANULE = 32;

    /** So many objects take at least as much of the heap as a client does. */
    public static final int CLIENT_IN_OBJECTS = (blockSize(CLIENT) + blockSize(OBJECT) - 1) / blockSize(OBJECT);

    private final long total;
    /** Bytes of all blocks with their headers, never more than {@link #total}. */
    private final AtomicLong taken = new AtomicLong();

    private final LongAdder requested = new LongAdder();
    private final LongAdder blocks = new LongAdder();

    public SecureHeap(long total) {
        this.total = total;
    }

    /** For how many objects a heap of this size has room, if there is nothing else in it. */
    static long objectsIn(long total) {
        return total / blockSize(OBJECT);
    }

    /** Figures in bytes; they add up to the total. */
    public record Usage(long total, long used, long free, long overhead, long wasted, long largestFree) {}

    public void allocate(int size) throws TeeException {
        int block = blockSize(size);
        if (taken.addAndGet(block) > total) {
            taken.addAndGet(-block);
            throw new TeeException(
                    TeeResult.KMEM,
                    size + " bytes do not fit into the secure heap: " + taken + " of " + total
                            + " used (option heapMiB of " + EmulatorConfiguration.PID + ")");
        }
        requested.add(size);
        blocks.increment();
    }

    public void free(int size) {
        taken.addAndGet(-blockSize(size));
        requested.add(-size);
        blocks.decrement();
    }

    public Usage usage() {
        long allTaken = Math.min(taken.get(), total);
        long overhead = Math.min(blocks.sum() * BLOCK_HEADER, allTaken);
        long used = Math.min(requested.sum(), allTaken - overhead);
        long free = total - allTaken;
        return new Usage(total, used, free, overhead, allTaken - overhead - used, free);
    }

    private static int blockSize(int size) {
        return (size + BLOCK_HEADER + GRANULE - 1) / GRANULE * GRANULE;
    }
}
