// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;

/** The listeners by id. Thread safe; nothing is called with the lock held. */
final class ListenerTable {

    static final TeeResult MAX_REGISTERED = TeeResult.of(10);
    static final TeeResult ALIGNMENT = TeeResult.of(11);
    static final TeeResult ID_IN_USE = TeeResult.of(12);
    static final TeeResult ID_RESERVED = TeeResult.of(13);

    /** How long a request that waited for a listener which went waits for the next one. */
    private static final long SUCCESSION_MILLIS = 500;

    private final int limit;
    private final SecureHeap heap;
    /** A null value holds an id while its listener is being set up. Guarded by this. */
    private final Map<Integer, Listener> listeners = new HashMap<>();

    ListenerTable(int limit, SecureHeap heap) {
        this.limit = limit;
        this.heap = heap;
    }

    /** Takes an id, which is to be {@linkplain #set given its listener} or {@linkplain #giveBack given back}. */
    void reserve(int id) throws TeeException {
        if (id <= 0) {
            throw new TeeException(ID_RESERVED, "listener id " + Integer.toUnsignedString(id) + " is reserved");
        }
        heap.allocate(SecureHeap.LISTENER);
        TeeResult refused = null;
        synchronized (this) {
            if (listeners.containsKey(id)) {
                refused = ID_IN_USE;
            } else if (listeners.size() >= limit) {
                refused = MAX_REGISTERED;
            } else {
                listeners.put(id, null);
            }
        }
        if (refused != null) {
            heap.free(SecureHeap.LISTENER);
            throw new TeeException(refused, "listener id " + id + " is in use, or there are " + limit + " listeners");
        }
    }

    synchronized void set(int id, Listener listener) {
        listeners.put(id, listener);
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
            if (!listeners.containsKey(id) || listeners.get(id) != listener) {
                return false;
            }
            listeners.remove(id);
        }
        heap.free(SecureHeap.LISTENER);
        return true;
    }

    /**
     * Asks a listener of the normal world. One that is registered anew while a request waits for it, with more memory for
     * example, gets the request then.
     */
    void request(int id, ByteBuffer message, int answer, Domain caller) throws TeeException {
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
        return listeners.get(id);
    }

    private static TeeException unavailable(int id) {
        return new TeeException(TeeResult.UNAVAIL, "no listener 0x" + Integer.toHexString(id) + " is registered");
    }
}
