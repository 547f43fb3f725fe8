// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;

/** The listeners by id. Thread safe; nothing is called with the lock held. */
final class ListenerTable {

    static final TeeResult MAX_REGISTERED = TeeResult.of(10);
    static final TeeResult ALIGNMENT = TeeResult.of(11);
    static final TeeResult ID_IN_USE = TeeResult.of(12);
    static final TeeResult ID_RESERVED = TeeResult.of(13);

    private final int limit;
    private final SecureHeap heap;
    /** A null value holds an id while its listener is being set up. Guarded by this. */
    private final Map<Integer, Listener> listeners = new HashMap<>();

    ListenerTable(int limit, SecureHeap heap) {
        this.limit = limit;
        this.heap = heap;
    }

    /** Takes an id, which is to be {@linkplain #set given its listener} or {@linkplain #remove given back}. */
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

    void remove(int id) {
        Listener listener;
        synchronized (this) {
            listener = listeners.remove(id);
        }
        heap.free(SecureHeap.LISTENER);
        if (listener != null) {
            listener.close();
        }
    }

    /** Asks a listener of the normal world. */
    void request(int id, ByteBuffer message, int answer, Domain caller) throws TeeException {
        Listener listener;
        synchronized (this) {
            listener = listeners.get(id);
        }
        if (listener == null) {
            throw new TeeException(TeeResult.UNAVAIL, "no listener 0x" + Integer.toHexString(id) + " is registered");
        }
        listener.request(message, answer, caller);
    }
}
