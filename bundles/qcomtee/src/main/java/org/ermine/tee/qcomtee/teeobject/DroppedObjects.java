// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Objects of QTEE that the normal world holds no more, on their way from many threads to the one that tells QTEE. Any
 * number of threads add to it at once, without a lock and without allocation, since the objects themselves are the
 * links; one thread at a time takes all that there are.
 *
 * <p>Whoever takes is the only one to remove, and removes all at once. So if the youngest is the one that whoever adds
 * saw, what is linked to it is what the one that is added comes before, even if all were taken, used again, and dropped
 * again meanwhile.
 */
final class DroppedObjects {

    private final SecureObjects objects;
    /** Linked to the one that was added before it, and so on. */
    private final AtomicInteger youngest = new AtomicInteger(SecureObjects.NONE);

    DroppedObjects(SecureObjects objects) {
        this.objects = objects;
    }

    /** @param object whose last reference is gone; the reference that QTEE counts passes to this */
    void add(int object) {
        int seen;
        do {
            seen = youngest.get();
            objects.link(object, seen);
        } while (!youngest.compareAndSet(seen, object));
    }

    boolean isEmpty() {
        return youngest.get() == SecureObjects.NONE;
    }

    /**
     * Takes all: the oldest, linked to the one that was added after it, and so on; {@link SecureObjects#NONE} if there
     * are none.
     */
    int takeAll() {
        int left = youngest.getAndSet(SecureObjects.NONE);
        int oldest = SecureObjects.NONE;
        while (left != SecureObjects.NONE) {
            int older = objects.link(left);
            objects.link(left, oldest);
            oldest = left;
            left = older;
        }
        return oldest;
    }
}
