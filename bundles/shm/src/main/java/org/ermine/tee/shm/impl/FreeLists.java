// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Unused message buffers that all threads share, up to so many bytes. All state is guarded by this object's lock. */
final class FreeLists {

    private final List<Deque<Region>> bySizeClass = new ArrayList<>();
    private long maxBytes;
    private long bytes;
    private int count;

    FreeLists(long maxBytes) {
        this.maxBytes = maxBytes;
        for (int i = 0; i < SizeClass.COUNT; i++) {
            bySizeClass.add(new ArrayDeque<>());
        }
    }

    /** @return false if there is no room for it */
    synchronized boolean offer(Region region) {
        if (region.size() > maxBytes - bytes) {
            return false;
        }
        bySizeClass.get(SizeClass.of(region.size())).push(region);
        bytes += region.size();
        count++;
        return true;
    }

    /** @return null if there is none of this class */
    synchronized Region poll(int sizeClass) {
        Region region = bySizeClass.get(sizeClass).poll();
        if (region != null) {
            bytes -= region.size();
            count--;
        }
        return region;
    }

    /** @return null if there is none at all */
    synchronized Region pollLargest() {
        for (int sizeClass = SizeClass.COUNT - 1; sizeClass >= 0; sizeClass--) {
            Region region = poll(sizeClass);
            if (region != null) {
                return region;
            }
        }
        return null;
    }

    /** Holds from the next {@link #offer} on. */
    synchronized void maxBytes(long bytes) {
        maxBytes = bytes;
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized int count() {
        return count;
    }
}
