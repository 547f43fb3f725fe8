// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.limits.RepeatLog;

/**
 * The callback objects of one context: which of them the TEE holds, under which id, how many times.
 *
 * <p>Each hand-over counts one reference; it is pending until the invocation that carried it has ended, and then has reached
 * the TEE or is taken back. Each release by the TEE counts one reference down, maybe while the hand-over is still pending. An
 * entry ends, once, when it has no references, or when the context is closed and nothing is pending. If it ever reached the TEE,
 * who ended it then owes it one {@link HostedObject#notifyReleased}.
 *
 * <p>This object's monitor guards all fields and the counters of the entries. Nothing foreign is called while it is held, not
 * even {@code equals}: objects are told apart by identity.
 */
final class CallbackTable {

    private final Owner owner;
    private final RepeatLog problems;
    /** In the order of their ids, so that a look at the oldest ones takes no longer than there are to be seen. */
    private final Map<Long, HostedObject> byId = new LinkedHashMap<>();

    private final Map<CallbackObject, HostedObject> byObject = new IdentityHashMap<>(4);

    private long nextId;
    private boolean closed;

    CallbackTable(Owner owner, RepeatLog problems) {
        this.owner = owner;
        this.problems = problems;
    }

    /**
     * Counts a hand-over, to be {@linkplain #settle settled}.
     *
     * @return the object's id
     * @throws TeeException ENODEV if the context is closed
     */
    synchronized long handOver(CallbackObject object) throws TeeException {
        if (closed) {
            throw new TeeException(
                    Errno.ENODEV, "the context of " + owner + " is closed: it hosts no objects any more");
        }
        HostedObject entry = byObject.get(object);
        if (entry == null) {
            entry = add(object);
        }
        entry.references++;
        entry.pending++;
        return entry.id;
    }

    /** In both tables or in none. */
    private HostedObject add(CallbackObject object) {
        HostedObject entry = new HostedObject(nextId++, object, owner, problems);
        boolean added = false;
        try {
            byId.put(entry.id, entry);
            byObject.put(object, entry);
            added = true;
            return entry;
        } finally {
            if (!added) {
                byId.remove(entry.id);
                byObject.remove(object);
            }
        }
    }

    /**
     * The invocation that carried object {@code id} has ended.
     *
     * @param reached whether the object went over to the TEE; if not, the hand-over is taken back
     * @return an entry to be notified, or null
     */
    synchronized HostedObject settle(long id, boolean reached) {
        HostedObject entry = byId.get(id);
        if (entry == null) {
            return null;
        }
        entry.pending--;
        if (reached) {
            entry.reached = true;
        } else {
            entry.references--;
        }
        return endIfOver(entry);
    }

    /**
     * The TEE let one reference go.
     *
     * @return an entry to be notified, or null
     */
    synchronized HostedObject release(long id) {
        HostedObject entry = byId.get(id);
        if (entry == null) {
            return null;
        }
        entry.references--;
        entry.reached = true;
        return endIfOver(entry);
    }

    /**
     * The context is closed: the TEE can reach none of its objects any more.
     *
     * @return entries to be notified; those that are pending follow when they are settled
     */
    synchronized List<HostedObject> close() {
        // Room for all comes first: whoever finds none must not have taken any out.
        List<HostedObject> ended = new ArrayList<>(byId.size());
        closed = true;
        for (Iterator<HostedObject> all = byId.values().iterator(); all.hasNext(); ) {
            HostedObject entry = all.next();
            if (entry.pending == 0) {
                all.remove();
                byObject.remove(entry.object);
                ended.add(entry);
            }
        }
        return ended;
    }

    /** The object with this id, which the TEE may invoke or return; or null. */
    synchronized CallbackObject find(long id) {
        HostedObject entry = byId.get(id);
        return entry == null ? null : entry.object;
    }

    synchronized int count() {
        return byId.size();
    }

    /** At most {@code limit}, the oldest first. */
    synchronized List<HostedObject> list(int limit) {
        return byId.values().stream().limit(limit).toList();
    }

    private HostedObject endIfOver(HostedObject entry) {
        boolean over = entry.references == 0 || (closed && entry.pending == 0);
        if (!over) {
            return null;
        }
        byId.remove(entry.id);
        byObject.remove(entry.object);
        return entry.reached ? entry : null;
    }
}
