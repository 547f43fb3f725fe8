// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.embedded.log.RepeatLog;

/**
 * The callback objects of one context: which of them the TEE holds, under which id, and how many times.
 *
 * <p>Each hand-over counts one reference. It is pending until the invocation that carried it has ended; then it has
 * reached the TEE, or it is undone. Each release by the TEE gives back one reference, possibly while the hand-over is
 * still pending. An entry ends once: when it has no references, or when the context is closed and nothing is pending.
 * If it ever reached the TEE, whoever ended it then owes it one {@link HostedCallback#notifyReleased}. Only a hand-over
 * takes memory, so that what ends one cannot fail.
 *
 * <p>This object's monitor guards all fields and the counters of the entries. Nothing foreign is called while it is
 * held, not even {@code equals}: objects are told apart by identity.
 */
public final class CallbackTable {

    private final Owner owner;
    private final RepeatLog problems;
    private final HostedCallbacks byId = new HostedCallbacks();

    private final Map<CallbackObject, HostedCallback> byObject = new IdentityHashMap<>(4);

    private long nextId;
    private boolean closed;

    public CallbackTable(Owner owner, RepeatLog problems) {
        this.owner = owner;
        this.problems = problems;
    }

    /**
     * Counts a hand-over, which is to be {@linkplain #settle settled}.
     *
     * @return the object's id
     * @throws TeeException ENODEV if the context is closed
     */
    synchronized long handOver(CallbackObject object) throws TeeException {
        if (closed) {
            throw new TeeException(
                    Errno.ENODEV, "the context of " + owner + " is closed: it hosts no objects any more");
        }
        HostedCallback entry = byObject.get(object);
        if (entry == null) {
            entry = add(object);
        }
        entry.references++;
        entry.pending++;
        return entry.id;
    }

    /** Adds an entry to both tables, or to none. */
    private HostedCallback add(CallbackObject object) {
        HostedCallback entry = new HostedCallback(nextId++, object, owner, problems);
        boolean added = false;
        try {
            byId.add(entry);
            byObject.put(object, entry);
            added = true;
            return entry;
        } finally {
            if (!added) {
                remove(entry);
            }
        }
    }

    /**
     * Ends a hand-over: the invocation that carried object {@code id} has ended.
     *
     * @param reached whether the object went over to the TEE; if not, the hand-over is undone
     * @return an entry to be notified, or null
     */
    synchronized HostedCallback settle(long id, boolean reached) {
        HostedCallback entry = byId.get(id);
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
     * Counts down one reference, which the TEE has released.
     *
     * @return an entry to be notified, or null
     */
    public synchronized HostedCallback release(long id) {
        HostedCallback entry = byId.get(id);
        if (entry == null) {
            return null;
        }
        entry.references--;
        entry.reached = true;
        return endIfOver(entry);
    }

    /**
     * Ends all entries that are not pending: the context is closed, and the TEE can reach none of its objects any more.
     *
     * @return the first of the entries to be notified, which are linked to each other, or null; those that are pending
     *     follow when they are settled
     */
    public synchronized HostedCallback close() {
        closed = true;
        HostedCallback ended = null;
        HostedCallback last = null;
        for (HostedCallback entry = byId.oldest(); entry != null; ) {
            HostedCallback next = entry.younger;
            if (entry.pending == 0) {
                remove(entry);
                ended = ended == null ? entry : ended;
                if (last != null) {
                    last.younger = entry;
                }
                last = entry;
            }
            entry = next;
        }
        return ended;
    }

    /** Returns the object with this id, which the TEE may invoke or return; null if there is none. */
    public synchronized CallbackObject find(long id) {
        HostedCallback entry = byId.get(id);
        return entry == null ? null : entry.object;
    }

    public synchronized int count() {
        return byId.size();
    }

    /** Returns at most {@code limit} entries, the oldest first. */
    synchronized List<HostedCallback> list(int limit) {
        List<HostedCallback> oldest = new ArrayList<>();
        for (HostedCallback entry = byId.oldest(); entry != null && oldest.size() < limit; entry = entry.younger) {
            oldest.add(entry);
        }
        return oldest;
    }

    private HostedCallback endIfOver(HostedCallback entry) {
        boolean over = entry.references == 0 || (closed && entry.pending == 0);
        if (!over) {
            return null;
        }
        remove(entry);
        return entry.reached ? entry : null;
    }

    private void remove(HostedCallback entry) {
        byId.remove(entry);
        byObject.remove(entry.object);
    }
}
