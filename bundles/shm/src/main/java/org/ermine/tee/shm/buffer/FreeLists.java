// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.buffer;

import org.ermine.tee.shm.region.Region;

/** Unused message buffers that all threads share, up to so many bytes. All state is guarded by this object's lock. */
final class FreeLists {

    /** The first of each class, linked to the next; so that to keep one takes no memory. */
    private final Region[] bySizeClass = new Region[SizeClass.COUNT];

    private long maxBytes;
    private long bytes;
    private int count;

    FreeLists(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** @return false if there is no room for it */
    synchronized boolean offer(Region region) {
        if (region.size() > maxBytes - bytes) {
            return false;
        }
        int sizeClass = SizeClass.of(region.size());
        region.nextIdle(bySizeClass[sizeClass]);
        bySizeClass[sizeClass] = region;
        bytes += region.size();
        count++;
        return true;
    }

    /** @return null if there is none of this class */
    synchronized Region poll(int sizeClass) {
        Region region = bySizeClass[sizeClass];
        if (region != null) {
            bySizeClass[sizeClass] = region.nextIdle();
            region.nextIdle(null);
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
