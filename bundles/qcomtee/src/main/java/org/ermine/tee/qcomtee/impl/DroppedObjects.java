// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * Objects of QTEE that the normal world holds no more, on their way from many threads to the one that tells QTEE. Any number of
 * threads add to it at once, without a lock and without allocation, since the objects themselves are the links; one thread at a
 * time takes all that there are.
 *
 * <p>Who takes is the only one to remove, and removes all at once: so the compare-and-set of who adds cannot take a chain that was
 * replaced meanwhile for the one it saw.
 */
final class DroppedObjects {

    private static final AtomicReferenceFieldUpdater<DroppedObjects, SecureObject> YOUNGEST =
            AtomicReferenceFieldUpdater.newUpdater(DroppedObjects.class, SecureObject.class, "youngest");

    /** Linked to the one that was added before it, and so on. */
    private volatile SecureObject youngest;

    /** @param object whose last reference is gone; the reference that QTEE counts passes to this */
    void add(SecureObject object) {
        SecureObject seen;
        do {
            seen = youngest;
            object.next(seen);
        } while (!YOUNGEST.compareAndSet(this, seen, object));
    }

    boolean isEmpty() {
        return youngest == null;
    }

    /** Takes all: the oldest, linked to the one that was added after it, and so on; null if there are none. */
    SecureObject takeAll() {
        SecureObject left = YOUNGEST.getAndSet(this, null);
        SecureObject oldest = null;
        while (left != null) {
            SecureObject older = left.next();
            left.next(oldest);
            oldest = left;
            left = older;
        }
        return oldest;
    }
}
