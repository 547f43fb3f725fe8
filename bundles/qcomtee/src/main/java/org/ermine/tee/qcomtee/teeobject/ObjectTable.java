// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.HazardSlots;

/**
 * The TEE objects of a context by id. The table owns one reference on each. Whoever has announced its use in {@link
 * ObjectUses} may use what it finds without a reference of its own.
 *
 * <p>{@code this} guards additions, removals and {@code closed}; look-ups take no lock.
 */
public final class ObjectTable {

    private final HandleTable table = new HandleTable();
    private final SecureObjects objects;
    private final int context;
    private final ObjectUses uses;
    private volatile boolean closed;

    /**
     * @param context its number, from 1
     * @param objects of the device
     * @param uses where invocations announce which objects they use
     */
    public ObjectTable(int context, SecureObjects objects, ObjectUses uses) {
        this.objects = objects;
        this.context = context;
        this.uses = uses;
    }

    /** What a user of this object announces. */
    public long key(long id) {
        return HazardSlots.key(context, id);
    }

    /**
     * Adds an object, whose first reference passes to the table.
     *
     * @throws TeeException ENODEV if the context is closed; the reference stays with the caller
     */
    public synchronized long add(int object) throws TeeException {
        requireOpen();
        return table.add(object);
    }

    public boolean isClosed() {
        return closed;
    }

    /** @throws TeeException ENODEV if the context is closed */
    public void requireOpen() throws TeeException {
        if (closed) {
            throw new TeeException(Errno.ENODEV, "the context is closed");
        }
    }

    /**
     * Finds an object whose use was announced.
     *
     * @return its {@link SecureObjects#word}
     * @throws TeeException EINVAL if there is none, ENODEV if the context is closed
     */
    public int find(long id) throws TeeException {
        int object = table.get(id);
        if (object == SecureObjects.NONE) {
            throw missing(id);
        }
        return objects.word(object);
    }

    /**
     * Finds an object and takes a reference for the caller.
     *
     * @return its handle
     * @throws TeeException EINVAL if there is none, ENODEV if the context is closed
     */
    public int acquire(long id) throws TeeException {
        int object = retain(id);
        if (object == SecureObjects.NONE) {
            throw missing(id);
        }
        return object;
    }

    /** The lock keeps the table's reference, and with it what the handle stands for. */
    private synchronized int retain(long id) {
        int object = table.get(id);
        return object != SecureObjects.NONE && objects.tryRetain(object) ? object : SecureObjects.NONE;
    }

    private TeeException missing(long id) throws TeeException {
        requireOpen();
        return new TeeException(Errno.EINVAL, "there is no object " + id + " in this context");
    }

    /** Takes an id out and releases the table's reference. Unknown ids are ignored. */
    public void release(long id) {
        int object = remove(id);
        if (object != SecureObjects.NONE) {
            objects.release(object);
        }
    }

    /**
     * Takes an id out; the table's reference passes to the caller.
     *
     * @return its handle; {@link SecureObjects#NONE} if it is gone already, and the table's reference with it
     */
    public int remove(long id) {
        int object = removeHandle(id);
        if (object != SecureObjects.NONE) {
            uses.handOver(key(id), object);
        }
        return object;
    }

    private synchronized int removeHandle(long id) {
        return table.remove(id);
    }

    /** Releases all references and refuses further ones. Where one object cannot be released, all others are. */
    public void close() {
        synchronized (this) {
            closed = true;
        }
        OutOfMemoryError shortage = null;
        for (int index = 0; index < places(); index++) {
            try {
                release(index);
            } catch (OutOfMemoryError e) {
                shortage = e;
            }
        }
        if (shortage != null) {
            throw shortage;
        }
    }

    private void release(int index) {
        int object = removeHandleAt(index);
        if (object != SecureObjects.NONE) {
            uses.handOver(key(index), object);
            objects.release(object);
        }
    }

    private synchronized int places() {
        return table.places();
    }

    private synchronized int removeHandleAt(int index) {
        return table.removeAt(index);
    }

    public synchronized int size() {
        return table.size();
    }
}
