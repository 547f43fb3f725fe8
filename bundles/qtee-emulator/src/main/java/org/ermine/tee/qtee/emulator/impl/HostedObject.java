// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.trusted.TrustedObject;

/**
 * A trusted object that is, or is about to be, known outside its domain: there is one for each instance. It is kept by holds:
 * one for each client that has an id for it, for each invocation in progress, and for whoever else needs it. When the last
 * is gone, the object is told that it is released, unless its domain went away first.
 *
 * <p>As a key it stands for the identity of the instance.
 */
final class HostedObject {

    private static final AtomicIntegerFieldUpdater<HostedObject> HOLDS =
            AtomicIntegerFieldUpdater.newUpdater(HostedObject.class, "holds");

    private final ObjectTable table;
    private final Domain domain;
    private final int hash;
    /** Null once released or gone, so that nothing here refers to the class loader it comes from. */
    private volatile TrustedObject object;

    /** In here, not an object of its own: there may be a million of these. */
    private volatile int holds = 1;

    /** The clients' ids. Guarded by this, as are the references counted in them and {@link #retired}. */
    private ObjectId ids;

    private int idCount;
    /** Set when the domain is unloaded: ids count as holds no more. */
    private boolean retired;

    HostedObject(ObjectTable table, TrustedObject object, Domain domain) {
        this.table = table;
        this.object = object;
        this.domain = domain;
        this.hash = System.identityHashCode(object);
    }

    Domain domain() {
        return domain;
    }

    /** Takes a hold. @return false if the last one is gone already */
    boolean hold() {
        int count = holds;
        while (count != 0) {
            if (HOLDS.compareAndSet(this, count, count + 1)) {
                return true;
            }
            count = holds;
        }
        return false;
    }

    /** Gives a hold back. */
    void drop() {
        drop(1, true);
    }

    /** Gives back a hold of an object that never left its domain: it is not told. */
    void dropSilently() {
        drop(1, false);
    }

    /** The object, to be used while a hold lasts; null if it is DEFUNCT. */
    TrustedObject object() {
        return domain.hasEnded() ? null : object;
    }

    /** The object for code of {@code user}: itself within its own domain, a stand-in for all others. */
    TrustedObject visibleTo(Domain user) {
        TrustedObject own = object();
        return user == domain && own != null ? own : new TrustedReference(this);
    }

    /** The id of {@code client}, with a reference for it; made if there is none. */
    synchronized int reference(Client client) throws TeeException {
        ObjectId id = ids;
        while (id != null && id.client != client) {
            id = id.next;
        }
        if (id == null) {
            id = table.allocate(this, client);
            id.next = ids;
            ids = id;
            idCount++;
            if (!retired) {
                HOLDS.incrementAndGet(this);
            }
        } else if (id.references == Integer.MAX_VALUE) {
            throw new TeeException(TeeResult.NOSLOTS, "too many references to object " + id.number);
        }
        id.references++;
        return id.number;
    }

    /** Another reference for an id that has one. @return false if it has none any more, or too many */
    synchronized boolean retain(ObjectId id) {
        if (id.references == 0 || id.references == Integer.MAX_VALUE) {
            return false;
        }
        id.references++;
        return true;
    }

    /** Gives back a reference. @return false if there was none */
    boolean release(ObjectId id, boolean tell) {
        boolean held;
        synchronized (this) {
            if (id.references == 0) {
                return false;
            }
            if (--id.references > 0) {
                return true;
            }
            unlink(id);
            held = !retired;
        }
        table.free(id);
        if (held) {
            drop(1, tell);
        }
        domain.unreferenced();
        return true;
    }

    /** The domain was unloaded: the ids remain, DEFUNCT, and the object is released once invocations in progress ended. */
    void retire() {
        int held;
        synchronized (this) {
            held = retired ? 0 : idCount;
            retired = true;
        }
        if (held != 0) {
            drop(held, true);
        }
    }

    /** The domain's code is gone: forgets the object at once, without a word to it. */
    void abandon() {
        table.forget(this);
        object = null;
    }

    private void drop(int count, boolean tell) {
        if (HOLDS.addAndGet(this, -count) != 0) {
            return;
        }
        table.forget(this);
        TrustedObject last = object;
        object = null;
        if (last != null && tell) {
            table.released(last, domain);
        }
    }

    private void unlink(ObjectId id) {
        idCount--;
        if (ids == id) {
            ids = id.next;
            return;
        }
        ObjectId before = ids;
        while (before.next != id) {
            before = before.next;
        }
        before.next = id.next;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof HostedObject hosted && object != null && object == hosted.object;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
