// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;

/**
 * The TEE objects of a context by id. The table owns one reference on each. Who has announced its use in {@link ObjectUses} may use what
 * it finds without a reference of its own.
 *
 * <p>{@code this} guards additions, removals and {@code closed}; look-ups take no lock.
 */
final class ObjectTable {

    private final IdTable<SecureObject> objects = new IdTable<>();
    private final int context;
    private final ObjectUses uses;
    private volatile boolean closed;

    /**
     * @param context its number, from 1
     * @param uses where invocations announce which objects they use
     */
    ObjectTable(int context, ObjectUses uses) {
        this.context = context;
        this.uses = uses;
    }

    /** What a user of this object announces. */
    long key(long id) {
        return ObjectUses.key(context, id);
    }

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
     * Finds an object whose use was announced.
     *
     * @throws TeeException EINVAL if there is none, ENODEV if the context is closed
     */
    SecureObject find(long id) throws TeeException {
        SecureObject object = objects.get(id);
        if (object == null) {
            throw missing(id);
        }
        return object;
    }

    /**
     * Finds an object and takes a reference for the caller.
     *
     * @throws TeeException EINVAL if there is none, ENODEV if the context is closed
     */
    SecureObject acquire(long id) throws TeeException {
        SecureObject object = objects.get(id);
        if (object == null || !object.tryRetain()) {
            throw missing(id);
        }
        return object;
    }

    private TeeException missing(long id) throws TeeException {
        requireOpen();
        return new TeeException(Errno.EINVAL, "there is no object " + id + " in this context");
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
    SecureObject forget(long id) {
        SecureObject object = remove(id);
        if (object != null) {
            uses.handOver(key(id), object);
        }
        return object;
    }

    private synchronized SecureObject remove(long id) {
        return objects.remove(id);
    }

    /** Drops all references and refuses further ones. Where one object cannot be dropped, all others are. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        OutOfMemoryError shortage = null;
        for (int index = 0; index < places(); index++) {
            try {
                drop(index);
            } catch (OutOfMemoryError e) {
                shortage = e;
            }
        }
        if (shortage != null) {
            throw shortage;
        }
    }

    private void drop(int index) {
        SecureObject object = removeAt(index);
        if (object != null) {
            uses.handOver(key(index), object);
            object.put();
        }
    }

    private synchronized int places() {
        return objects.places();
    }

    private synchronized SecureObject removeAt(int index) {
        return objects.removeAt(index);
    }

    synchronized int size() {
        return objects.size();
    }
}
