// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qtee.emulator.limit.EmulatorConfiguration;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.qtee.emulator.message.TransportFormat;
import org.ermine.tee.qtee.emulator.object.ObjectId.Hosting;
import org.ermine.tee.trusted.TrustedObject;

/**
 * The objects of the secure world that the normal world holds. Finding one takes no lock and allocates nothing.
 *
 * <p>Ids have 31 bits. They are given out in ascending order, leaving out those whose place in the table is taken, so
 * their upper bits are a generation: an id comes back only after 2^31 others, and a stale one names nothing.
 */
public final class DomainObjectTable implements Domain.Registry {

    private static final long ID_MASK = 0x7fff_ffffL;

    private final int limit;
    private final OwnerShares shares;
    private final SecureHeap heap;
    private final CallsInProgress calls;
    private final int mask;
    /**
     * The id that stands at its number modulo the length; the id's own number tells whether it is the one looked for.
     */
    private final AtomicReferenceArray<ObjectId> ids;

    private final AtomicLong next = new AtomicLong(TransportFormat.ROOT_ID + 1L);
    private final AtomicInteger live = new AtomicInteger();
    /** One for each instance that is known outside its domain. */
    private final IdentityTable hosted = new IdentityTable();

    private final ObjectId root;
    private final RepeatLog problems;

    /**
     * @param shares what clients have of the objects
     * @param problems where to tell of what a client or trusted code can repeat
     */
    public DomainObjectTable(
            int limit,
            OwnerShares shares,
            SecureHeap heap,
            CallsInProgress calls,
            TrustedObject rootObject,
            RepeatLog problems) {
        this.shares = shares;
        this.limit = limit;
        this.problems = problems;
        this.heap = heap;
        this.calls = calls;
        // At least one place in 64 stays free, so that looking for one ends soon.
        int length = Math.max(64, Integer.highestOneBit(limit + limit / 64) << 1);
        mask = length - 1;
        ids = new AtomicReferenceArray<>(length);
        root = new DomainObject(rootObject, new Hosting(null, new Domain("root object", this)));
        root.number = TransportFormat.ROOT_ID;
    }

    /** Finds what an id of the normal world names; null if nothing. */
    public ObjectId find(int number) {
        if (number == TransportFormat.ROOT_ID) {
            return root;
        }
        ObjectId id = ids.get(number & mask);
        return id != null && id.number == number ? id : null;
    }

    @Override
    public RepeatLog problems() {
        return problems;
    }

    public int live() {
        return live.get();
    }

    @Override
    public void invokedByOthers() {
        calls.showArguments();
    }

    /**
     * Gives back a reference of the normal world.
     *
     * @return false if it has none
     */
    public boolean release(int number) {
        ObjectId id = find(number);
        return id == root || id != null && id.hosted().release(id, true);
    }

    /** Takes back a reference that the normal world was never given. */
    public void releaseUnannounced(int number) {
        ObjectId id = find(number);
        if (id != null) {
            id.hosted().release(id, false);
        }
    }

    /**
     * Another reference for the normal world.
     *
     * @return false if it has none yet
     */
    public boolean retain(int number) {
        ObjectId id = find(number);
        return id == root || id != null && id.hosted().retain(id);
    }

    /** What stands for {@code object} outside its domain, with a hold for the caller. */
    public DomainObject host(TrustedObject object, Domain domain) {
        return host(object, new Hosting(null, domain));
    }

    /** The same, by a domain for a client. */
    public DomainObject host(TrustedObject object, Hosting hosting) {
        DomainObject candidate = new DomainObject(object, hosting);
        while (true) {
            DomainObject known = hosted.putIfAbsent(candidate);
            if (known == null) {
                return abandonIfGone(candidate);
            }
            boolean ended = known.domain().hasEnded();
            if (!ended && known.tryRetain()) {
                return known;
            }
            remove(known);
        }
    }

    /**
     * A domain ended.
     *
     * @param tell whether its objects are told that they are released; if not, they are forgotten at once
     */
    public void end(Domain domain, boolean tell) {
        domain.end();
        for (DomainObject object : hosted.matching(object -> object.domain() == domain)) {
            if (tell) {
                object.retire();
            } else {
                object.abandon();
            }
        }
    }

    @Override
    public void allocate(ObjectId id) throws TeeException {
        OwnerShares.Share share = share(id);
        if (share != null && !share.tryTake(1)) {
            throw refused("share", share.refusal());
        }
        boolean taken = false;
        try {
            takeRoom();
            taken = true;
        } finally {
            if (!taken) {
                giveBack(share);
            }
        }
        do {
            id.number = nextNumber();
        } while (!ids.compareAndSet(id.number & mask, null, id));
        id.hosted().domain().referenced();
    }

    private void takeRoom() throws TeeException {
        if (live.incrementAndGet() > limit) {
            live.decrementAndGet();
            throw refused(
                    "limit",
                    "the normal world holds " + limit + " objects, which is the limit (option maxObjects of "
                            + EmulatorConfiguration.PID + ")" + shares.largest());
        }
        boolean allocated = false;
        try {
            heap.allocate(SecureHeap.OBJECT);
            allocated = true;
        } finally {
            if (!allocated) {
                live.decrementAndGet();
            }
        }
    }

    @Override
    public void free(ObjectId id) {
        ids.set(id.number & mask, null);
        keepForCalls(id);
        heap.free(SecureHeap.OBJECT);
        live.decrementAndGet();
        giveBack(share(id));
    }

    @Override
    public void keepForCalls(ObjectId id) {
        calls.keepTarget(id.number, id.hosted());
    }

    /** Null for what no client registered for. */
    private static OwnerShares.Share share(ObjectId id) {
        return id.client() == null ? null : id.client().share();
    }

    private static void giveBack(OwnerShares.Share share) {
        if (share != null) {
            share.giveBack(1);
        }
    }

    /** Only a number reaches the client: the log says what is full, and who fills it. */
    private TeeException refused(String cause, String text) {
        problems.tell(List.of(cause), () -> text);
        return new TeeException(TeeResult.NOSLOTS, text);
    }

    @Override
    public void remove(DomainObject object) {
        hosted.remove(object);
    }

    @Override
    public void released(TrustedObject object, Domain domain) {
        calls.outside(() -> TrustedCode.run(domain, "released()", object::released));
    }

    /** The domain may have ended while one of its objects was on its way out. */
    private static DomainObject abandonIfGone(DomainObject object) {
        if (object.domain().hasEnded()) {
            object.abandon();
        }
        return object;
    }

    private int nextNumber() {
        long number;
        do {
            number = next.getAndIncrement() & ID_MASK;
        } while (number <= TransportFormat.ROOT_ID);
        return (int) number;
    }
}
