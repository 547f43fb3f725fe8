// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.lang.ref.ReferenceQueue;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The open references to TEE objects of one context, oldest first. It keeps them reachable for the {@link LeakDetector};
 * the handles themselves are not.
 *
 * <p>Its monitor guards the links between the references; nothing is called while it is held.
 */
final class ObjectList {

    private final Context context;
    private final ReferenceQueue<ObjectHandle> lostHandles;
    private TrackedReference first;
    private TrackedReference last;

    ObjectList(Context context, ReferenceQueue<ObjectHandle> lostHandles) {
        this.context = context;
        this.lostHandles = lostHandles;
    }

    Context context() {
        return context;
    }

    ReferenceQueue<ObjectHandle> lostHandles() {
        return lostHandles;
    }

    /** Makes the handle of an object whose id the backend has just given out. */
    ObjectHandle track(long id) {
        return track(id, null);
    }

    ObjectHandle track(long id, AtomicInteger shares) {
        ObjectHandle handle = new ObjectHandle(id, this, shares);
        add(handle.reference());
        return handle;
    }

    synchronized void remove(TrackedReference reference) {
        if (reference.previous != null) {
            reference.previous.next = reference.next;
        } else if (first == reference) {
            first = reference.next;
        }
        if (reference.next != null) {
            reference.next.previous = reference.previous;
        } else if (last == reference) {
            last = reference.previous;
        }
        reference.previous = null;
        reference.next = null;
    }

    /** The ids of at most {@code limit} objects. */
    synchronized Set<Long> ids(int limit) {
        Set<Long> ids = new LinkedHashSet<>();
        for (TrackedReference at = first; at != null && ids.size() < limit; at = at.next) {
            ids.add(at.id);
        }
        return ids;
    }

    /** Forgets all: the context is closed, and its objects are released by the backend. */
    synchronized void clear() {
        for (TrackedReference at = first; at != null; ) {
            TrackedReference next = at.next;
            at.previous = null;
            at.next = null;
            at = next;
        }
        first = null;
        last = null;
    }

    private synchronized void add(TrackedReference reference) {
        reference.previous = last;
        if (last == null) {
            first = reference;
        } else {
            last.next = reference;
        }
        last = reference;
    }
}
