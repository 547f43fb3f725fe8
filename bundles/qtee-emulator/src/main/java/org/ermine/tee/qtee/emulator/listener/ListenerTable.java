// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.listener;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.limit.Limit;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.qtee.emulator.object.Domain;

/** The listeners by id. Thread safe; nothing is called with the lock held. */
public final class ListenerTable {

    static final TeeResult MAX_REGISTERED = TeeResult.of(10);
    static final TeeResult ALIGNMENT = TeeResult.of(11);
    static final TeeResult ID_IN_USE = TeeResult.of(12);
    static final TeeResult ID_RESERVED = TeeResult.of(13);

    /** How long a request that waited for a listener which went waits for the next one. */
    private static final long SUCCESSION_MILLIS = 500;

    /** @param listener null while it is being set up */
    private record Place(String owner, Listener listener) {}

    private final Limit limit;
    private final SecureHeap heap;
    /** The listeners by id. Guarded by this. */
    private final Map<Integer, Place> places = new HashMap<>();

    public ListenerTable(int limit, SecureHeap heap) {
        this.limit = new Limit(limit, "listeners", "maxListeners", MAX_REGISTERED);
        this.heap = heap;
    }

    /**
     * Takes an id for a client, which is to be {@linkplain #set given its listener} or {@linkplain #giveBack given
     * back}.
     */
    void reserve(int id, String owner) throws TeeException {
        if (id <= 0) {
            throw new TeeException(ID_RESERVED, "listener id " + Integer.toUnsignedString(id) + " is reserved");
        }
        heap.allocate(SecureHeap.LISTENER);
        TeeException refusal = take(id, owner);
        if (refusal != null) {
            heap.free(SecureHeap.LISTENER);
            throw refusal;
        }
    }

    /** Why the id cannot be had, null if it was. */
    private TeeException take(int id, String owner) {
        List<String> owners;
        synchronized (this) {
            Place taken = places.get(id);
            if (taken != null) {
                return new TeeException(ID_IN_USE, "listener id " + id + " is in use by " + taken.owner());
            }
            if (!limit.isReached(places.size())) {
                places.put(id, new Place(owner, null));
                return null;
            }
            owners = places.values().stream().map(Place::owner).toList();
        }
        return limit.refusal(owners);
    }

    synchronized void set(int id, Listener listener) {
        places.computeIfPresent(id, (key, place) -> new Place(place.owner(), listener));
    }

    /** Gives back an id that did not get a listener. */
    void giveBack(int id) {
        end(id, null);
    }

    /** Ends the registration of this very listener; does nothing if the id is another's. */
    void remove(int id, Listener listener) {
        if (end(id, listener)) {
            listener.close();
        }
    }

    private boolean end(int id, Listener listener) {
        synchronized (this) {
            Place place = places.get(id);
            if (place == null || place.listener() != listener) {
                return false;
            }
            places.remove(id);
        }
        heap.free(SecureHeap.LISTENER);
        return true;
    }

    /**
     * Asks a listener of the normal world. One that is registered anew while a request waits for it, with more memory
     * for example, gets the request then.
     */
    public void request(int id, ByteBuffer message, int answer, Domain caller) throws TeeException {
        Listener listener = registered(id);
        if (listener == null) {
            throw unavailable(id);
        }
        while (!listener.request(message, answer, caller)) {
            listener = successor(id, listener);
        }
    }

    private Listener successor(int id, Listener gone) throws TeeException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SUCCESSION_MILLIS);
        Listener successor = registered(id);
        while (successor == null || successor == gone) {
            if (System.nanoTime() - deadline >= 0) {
                throw unavailable(id);
            }
            gone.sleep(1);
            successor = registered(id);
        }
        return successor;
    }

    private synchronized Listener registered(int id) {
        Place place = places.get(id);
        return place == null ? null : place.listener();
    }

    private static TeeException unavailable(int id) {
        return new TeeException(TeeResult.UNAVAIL, "no listener 0x" + Integer.toHexString(id) + " is registered");
    }
}
