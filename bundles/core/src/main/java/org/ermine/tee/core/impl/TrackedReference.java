// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.lang.ref.PhantomReference;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One reference to a TEE object: what outlives its {@link ObjectHandle} when that is lost without being closed. There is one
 * for each handle, so its fields are counted: 56 bytes on a 64-bit JVM with compressed pointers.
 *
 * <p>State: {@code closed} goes from false to true once, under this object's monitor, which guards {@code shares} too.
 * {@code previous} and {@code next} are guarded by the list's monitor.
 */
final class TrackedReference extends PhantomReference<ObjectHandle> {

    final long id;
    private final ObjectList list;
    TrackedReference previous;
    TrackedReference next;
    /** How many open references share the id; null as long as this is the only one there ever was. */
    private AtomicInteger shares;

    private volatile boolean closed;

    TrackedReference(ObjectHandle handle, long id, ObjectList list, AtomicInteger shares) {
        super(handle, list.lostHandles());
        this.id = id;
        this.list = list;
        this.shares = shares;
    }

    boolean isClosed() {
        return closed;
    }

    Context context() {
        return list.context();
    }

    synchronized ObjectHandle duplicate() {
        requireOpen();
        if (shares == null) {
            shares = new AtomicInteger(1);
        }
        shares.incrementAndGet();
        return list.track(id, shares);
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this reference to object " + id + " is closed");
        }
    }

    /**
     * Gives the reference back; the last one for its id releases the object.
     *
     * @return false if it was closed before
     */
    boolean close() {
        boolean last;
        synchronized (this) {
            if (closed) {
                return false;
            }
            closed = true;
            last = shares == null || shares.decrementAndGet() == 0;
        }
        clear();
        list.remove(this);
        if (last) {
            context().watch().released("tee", id);
            context().backend().releaseObject(id);
        }
        return true;
    }
}
