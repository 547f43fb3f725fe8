// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.lang.ref.PhantomReference;

/**
 * One reference to a TEE object: what outlives its {@link ObjectHandle} when that is lost without being closed. There is one
 * for each handle, so its fields are counted: 48 bytes on a 64-bit JVM with compressed pointers.
 *
 * <p>State: it is open until {@link ObjectList#close}, once. The links are guarded by the list's monitor; without it, {@code
 * previous} tells whether the reference is closed.
 */
final class TrackedReference extends PhantomReference<ObjectHandle> {

    final long id;
    private final ObjectList list;
    /** Null for the first one, and when it is in no list any more; the reference itself once it is closed. */
    volatile TrackedReference previous;

    TrackedReference next;

    TrackedReference(ObjectHandle handle, long id, ObjectList list) {
        super(handle, list.lostHandles());
        this.id = id;
        this.list = list;
    }

    boolean isClosed() {
        return previous == this;
    }

    Context context() {
        return list.context();
    }

    ObjectHandle duplicate() {
        return list.duplicate(this);
    }

    void requireOpen() {
        if (isClosed()) {
            throw new IllegalStateException("this reference to object " + id + " is closed");
        }
    }

    /**
     * Gives the reference back; the last one for its id releases the object.
     *
     * @return false if it was closed before
     */
    boolean close() {
        int left = list.close(this);
        if (left < 0) {
            return false;
        }
        clear();
        if (left == 0) {
            try {
                context().watch().released("tee", id);
            } finally {
                context().backend().releaseObject(id);
            }
        }
        return true;
    }
}
