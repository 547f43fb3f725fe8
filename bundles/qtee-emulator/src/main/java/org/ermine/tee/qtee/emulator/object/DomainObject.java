// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.message.TransportFormat;
import org.ermine.tee.trusted.TrustedObject;

/**
 * A trusted object that is, or is about to be, known outside its domain: there is one for each instance. It is kept by
 * holds: one for all clients that have an id for it, one for each invocation in progress whose id is not valid any
 * more, and for whoever else needs it. When the last is gone, the object is told that it is released, unless its domain
 * went away first.
 *
 * <p>There may be a million of these, so its fields are counted: 32 bytes on a 64-bit JVM with compressed pointers.
 * Therefore it is the id of its first client itself, the count of its holds is in it, and who hosts it for whom stands
 * in a {@link Hosting} that it shares with others.
 */
public final class DomainObject extends ObjectId {

    private static final AtomicIntegerFieldUpdater<DomainObject> HOLDS =
            AtomicIntegerFieldUpdater.newUpdater(DomainObject.class, "holds");

    /** What the hold of the clients adds to the count, beyond what all others can. Changed under the monitor only. */
    private static final int BY_CLIENTS = 1 << 30;

    /** Null once released or gone, so that nothing here refers to the class loader it comes from. */
    private volatile TrustedObject object;

    private volatile int holds = 1;

    /** @param hosting of the domain, for the client that will get the first id; of any if that is not known yet */
    public DomainObject(TrustedObject object, Hosting hosting) {
        this.object = object;
        this.hosting = hosting.shared();
    }

    @Override
    public DomainObject hosted() {
        return this;
    }

    public Domain domain() {
        return hosting.domain();
    }

    /**
     * Takes a hold.
     *
     * @return false if the last one is gone already
     */
    public boolean tryRetain() {
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
    public void release() {
        release(true);
    }

    /** Gives back a hold of an object that never left its domain: it is not told. */
    public void releaseUnannounced() {
        release(false);
    }

    /** What it stands for, in whatever state its domain is; null once released or gone. */
    TrustedObject instance() {
        return object;
    }

    /** The object, to be used while a hold lasts; null if it is DEFUNCT. */
    public TrustedObject object() {
        return domain().hasEnded() ? null : object;
    }

    /** The id of {@code client}, with a reference for it; made if there is none. */
    public synchronized int reference(Client client) throws TeeException {
        ObjectId id = find(client);
        if (id == null) {
            id = add(client);
        } else if (id.references == Integer.MAX_VALUE) {
            throw new TeeException(
                    TeeResult.NOSLOTS,
                    "one client has " + id.references + " references to object " + id.number + ", a fixed limit");
        }
        id.references++;
        return id.number;
    }

    /**
     * Another reference for an id that has one.
     *
     * @return false if it has none any more, or too many
     */
    synchronized boolean retain(ObjectId id) {
        if (id.references == 0 || id.references == Integer.MAX_VALUE) {
            return false;
        }
        id.references++;
        return true;
    }

    /**
     * Gives back a reference.
     *
     * @return false if there was none
     */
    boolean release(ObjectId id, boolean tell) {
        boolean last;
        synchronized (this) {
            if (id.references == 0) {
                return false;
            }
            if (--id.references > 0) {
                return true;
            }
            unlink(id);
            domain().objects().free(id);
            last = references == 0 && after(this) == this && releaseForClients();
        }
        if (last) {
            end(tell);
        }
        domain().unreferenced();
        return true;
    }

    /**
     * The domain was unloaded: the ids remain, DEFUNCT, and the object is released once invocations in progress ended.
     */
    void retire() {
        boolean last;
        synchronized (this) {
            ObjectId id = this;
            do {
                domain().objects().keepForCalls(id);
                id = after(id);
            } while (id != this);
            last = releaseForClients();
        }
        if (last) {
            end(true);
        }
    }

    /** The domain's code is gone: the object is left at once, without a word to it. */
    void abandon() {
        domain().objects().remove(this);
        object = null;
    }

    private void release(boolean tell) {
        if (HOLDS.decrementAndGet(this) == 0) {
            end(tell);
        }
    }

    private void end(boolean tell) {
        domain().objects().remove(this);
        TrustedObject last = object;
        object = null;
        if (last != null && tell) {
            domain().objects().released(last, domain());
        }
    }

    // What follows is called under the monitor.

    private ObjectId find(Client client) {
        ObjectId id = this;
        do {
            if (id.references != 0 && id.client() == client) {
                return id;
            }
            id = after(id);
        } while (id != this);
        return null;
    }

    /** A new id. The own one serves once only: whoever looks up what it named must not find another client. */
    private ObjectId add(Client client) throws TeeException {
        if (number == TransportFormat.NULL_ID) {
            hosting = hosting.of(client);
            domain().objects().allocate(this);
            holdForClients();
            return this;
        }
        FurtherId id = new FurtherId(this, hosting.of(client));
        hosting = hosting.alone(this);
        domain().objects().allocate(id);
        id.next = hosting.further();
        hosting.further(id);
        holdForClients();
        return id;
    }

    private void unlink(ObjectId id) {
        if (id == this) {
            return;
        }
        ObjectId before = this;
        while (after(before) != id) {
            before = after(before);
        }
        if (before instanceof FurtherId further) {
            further.next = after(id);
        } else {
            hosting.further(after(id));
        }
    }

    /** The ids in a circle, this one first. */
    private ObjectId after(ObjectId id) {
        if (id instanceof FurtherId further) {
            return further.next;
        }
        return hosting.isShared() ? this : hosting.further();
    }

    /** Ids do not hold what a domain hosted that has ended. */
    private void holdForClients() {
        if (holds < BY_CLIENTS && !domain().hasEnded()) {
            HOLDS.addAndGet(this, BY_CLIENTS);
        }
    }

    /**
     * Drops the hold of the clients, if they have it.
     *
     * @return whether it was the last one
     */
    private boolean releaseForClients() {
        return holds >= BY_CLIENTS && HOLDS.addAndGet(this, -BY_CLIENTS) == 0;
    }

    /** The id of a client that is not the first one of its object. */
    private static final class FurtherId extends ObjectId {

        private final DomainObject hosted;
        /** The hosted object itself at the end. Guarded by that. */
        private ObjectId next;

        FurtherId(DomainObject hosted, Hosting hosting) {
            this.hosted = hosted;
            this.hosting = hosting;
        }

        @Override
        public DomainObject hosted() {
            return hosted;
        }
    }
}
