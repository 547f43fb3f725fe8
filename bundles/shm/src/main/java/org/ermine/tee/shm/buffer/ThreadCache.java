// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.buffer;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.ermine.tee.shm.region.Region;

/**
 * Unused message buffers of one thread: a few of each size class, up to so many bytes. {@link #poll} and {@link #offer}
 * are for that thread alone; they take no lock and write to nothing that other threads write to. {@link #steal} is for
 * the others, when memory runs short or the thread has ended.
 *
 * <p>A region belongs to whoever took it out of its slot by an atomic exchange.
 */
final class ThreadCache {

    private static final int SLOTS_PER_CLASS = 8;

    /** Weak, so that a thread can go with all that it refers to. */
    private final WeakReference<Thread> thread = new WeakReference<>(Thread.currentThread());

    private final AtomicReferenceArray<Region> slots = new AtomicReferenceArray<>(SizeClass.COUNT * SLOTS_PER_CLASS);

    /** Bytes that the thread put in and did not take out itself. Written by the thread alone. */
    private final AtomicLong kept = new AtomicLong();

    /** Bytes of them that others took out. Written by the others alone. */
    private final AtomicLong stolen = new AtomicLong();

    /** The buffer of this class that was put in last, about; null if there is none. */
    Region poll(int sizeClass) {
        int first = sizeClass * SLOTS_PER_CLASS;
        for (int i = first + SLOTS_PER_CLASS - 1; i >= first; i--) {
            Region region = take(i);
            if (region != null) {
                kept.lazySet(kept.getPlain() - region.size());
                return region;
            }
        }
        return null;
    }

    /** @return false if there is no room for it */
    boolean offer(Region region, long maxBytes) {
        if (region.size() > maxBytes - bytes()) {
            return false;
        }
        int first = SizeClass.of(region.size()) * SLOTS_PER_CLASS;
        for (int i = first; i < first + SLOTS_PER_CLASS; i++) {
            if (slots.getPlain(i) == null) {
                kept.lazySet(kept.getPlain() + region.size());
                slots.setRelease(i, region);
                return true;
            }
        }
        return false;
    }

    /** Takes one of the largest buffers out; null if there is none at all. */
    Region steal() {
        for (int i = slots.length() - 1; i >= 0; i--) {
            Region region = take(i);
            if (region != null) {
                stolen.addAndGet(region.size());
                return region;
            }
        }
        return null;
    }

    /** Whether its thread has ended. */
    boolean isAbandoned() {
        Thread owner = thread.get();
        return owner == null || !owner.isAlive();
    }

    /** May be more than there is for the moment in which a buffer comes or goes. */
    long bytes() {
        return kept.get() - stolen.get();
    }

    int count() {
        int count = 0;
        for (int i = 0; i < slots.length(); i++) {
            count += slots.get(i) == null ? 0 : 1;
        }
        return count;
    }

    private Region take(int slot) {
        return slots.get(slot) == null ? null : slots.getAndSet(slot, null);
    }
}
