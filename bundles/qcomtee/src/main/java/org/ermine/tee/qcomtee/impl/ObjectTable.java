// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.List;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;

/**
 * The TEE objects of a context by id. The table owns one reference on each.
 *
 * <p>{@code this} guards additions, removals and {@code closed}; look-ups take no lock.
 */
final class ObjectTable {

    private final IdTable<SecureObject> objects = new IdTable<>();
    private volatile boolean closed;

    /**
     * Adds an object, whose first reference passes to the table.
     *
     * @throws TeeException ENODEV if the context is closed; the reference stays with the caller
     */
    synchronized long add(SecureObject object) throws TeeException {
        requireOpen();
        return objects.add(object);
    }

    boolean isClosed() {
        return closed;
    }

    /** @throws TeeException ENODEV if the context is closed */
    void requireOpen() throws TeeException {
        if (closed) {
            throw new TeeException(Errno.ENODEV, "the context is closed");
        }
    }

    /**
     * Finds an object and takes a reference for the caller.
     *
     * @throws TeeException EINVAL if there is none, ENODEV if the context is closed
     */
    SecureObject acquire(long id) throws TeeException {
        SecureObject object = objects.get(id);
        if (object == null || !object.tryRetain()) {
            requireOpen();
            throw new TeeException(Errno.EINVAL, "there is no object " + id + " in this context");
        }
        return object;
    }

    /** Takes an id out and drops the table's reference. Unknown ids are ignored. */
    void release(long id) {
        SecureObject object = forget(id);
        if (object != null) {
            object.put();
        }
    }

    /**
     * Takes an id out; the table's reference passes to the caller.
     *
     * @return null if it is gone already, and the table's reference with it
     */
    synchronized SecureObject forget(long id) {
        return objects.remove(id);
    }

    /** Drops all references and refuses further ones. */
    void close() {
        List<SecureObject> all;
        synchronized (this) {
            closed = true;
            all = objects.clear();
        }
        all.forEach(SecureObject::put);
    }

    synchronized int size() {
        return objects.size();
    }
}
