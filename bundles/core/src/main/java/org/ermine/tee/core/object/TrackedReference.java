// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import java.lang.ref.PhantomReference;
import org.ermine.tee.TeeObject;

/**
 * One reference to a TEE object. It outlives its {@link ObjectHandle} when that is lost without being closed. There is
 * one for each handle, so its fields are counted: it takes 48 bytes on a 64-bit JVM with compressed pointers.
 *
 * <p>State: the reference is open until {@link ObjectList#close}, once. The links are guarded by the monitor of the
 * list; without the monitor, {@code previous} tells whether the reference is closed.
 */
public final class TrackedReference extends PhantomReference<TeeObject> {

    final long id;
    private final ObjectList list;
    /**
     * The next older reference. Null for the oldest one, and after the list was cleared; the reference itself once it
     * is closed.
     */
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

    public ObjectOwner owner() {
        return list.owner();
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
     * Closes the reference. The last one for its id releases the object.
     *
     * @return false if it was closed before
     */
    public boolean close() {
        int left = list.close(this);
        if (left < 0) {
            return false;
        }
        clear();
        if (left == 0) {
            owner().invoker().closed(id);
        }
        return true;
    }
}
