// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import java.lang.ref.ReferenceQueue;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.ermine.tee.TeeObject;

/**
 * The open references to TEE objects of one context, the oldest first. It keeps the references reachable for the leak
 * detector, but not the handles.
 *
 * <p>Its monitor guards the links of the references, which say whether they are closed, and the duplicates. Nothing is
 * called while it is held.
 */
public final class ObjectList {

    private final ObjectOwner owner;
    private final ReferenceQueue<TeeObject> lostHandles;
    private TrackedReference first;
    private TrackedReference last;
    /** How many open references share an id, for ids with more than one. */
    private Map<Long, Integer> shared = Map.of();

    public ObjectList(ObjectOwner owner, ReferenceQueue<TeeObject> lostHandles) {
        this.owner = owner;
        this.lostHandles = lostHandles;
    }

    ObjectOwner owner() {
        return owner;
    }

    ReferenceQueue<TeeObject> lostHandles() {
        return lostHandles;
    }

    /** Makes the handle of an object whose id the backend has just returned. */
    ObjectHandle track(long id) {
        ObjectHandle handle = new ObjectHandle(id, this);
        add(handle.reference());
        return handle;
    }

    /** Makes another handle for the id of a reference, which must be open. */
    synchronized ObjectHandle duplicate(TrackedReference reference) {
        reference.requireOpen();
        if (shared.isEmpty()) {
            shared = new HashMap<>();
        }
        ObjectHandle handle = new ObjectHandle(reference.id, this);
        shared.merge(reference.id, 2, (count, ignored) -> count + 1);
        add(handle.reference());
        return handle;
    }

    /**
     * Closes a reference.
     *
     * @return how many open references to its id are left; -1 if it was closed before
     */
    synchronized int close(TrackedReference reference) {
        if (reference.isClosed()) {
            return -1;
        }
        // This comes first, since it may need memory: if there is none, nothing has changed.
        int left = unshare(reference.id);
        unlink(reference);
        reference.next = null;
        reference.previous = reference;
        return left;
    }

    private int unshare(long id) {
        Integer count = shared.get(id);
        if (count == null) {
            return 0;
        }
        if (count == 2) {
            shared.remove(id);
        } else {
            shared.put(id, count - 1);
        }
        return count - 1;
    }

    private void unlink(TrackedReference reference) {
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
    }

    /** Returns the ids of at most {@code limit} objects. */
    synchronized Set<Long> ids(int limit) {
        Set<Long> ids = new LinkedHashSet<>();
        for (TrackedReference at = first; at != null && ids.size() < limit; at = at.next) {
            ids.add(at.id);
        }
        return ids;
    }

    /** Removes all references: the context is closed, and the backend releases its objects. */
    public synchronized void clear() {
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
