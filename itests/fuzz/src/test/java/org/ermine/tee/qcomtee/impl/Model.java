// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What QTEE holds and handed out, by the protocol alone: counted beside the backend, and not by its code. Used by one
 * thread.
 */
final class Model {

    private static final int RELEASE = 0xffff;
    private static final int ROOT = 1;

    /** An object of the normal world that QTEE holds. */
    private static final class Held {
        private final FuzzClient owner;
        private int references = 1;

        private Held(FuzzClient owner) {
            this.owner = owner;
        }
    }

    private final Map<Integer, Held> held = new HashMap<>();
    /** In the order in which they came, those included that QTEE let go. */
    private final List<Integer> seen = new ArrayList<>();

    private final Map<Integer, Integer> handedOut = new HashMap<>();

    void exported(int id, FuzzClient owner) {
        if (held.put(id, new Held(owner)) != null) {
            throw new AssertionError("id " + Integer.toHexString(id) + " is given to two objects at once");
        }
        seen.add(id);
    }

    /** The message never came to QTEE. */
    void withdrawn(int id) {
        held.remove(id);
    }

    boolean retained(int id) {
        Held object = held.get(id);
        if (object != null) {
            object.references++;
        }
        return object != null;
    }

    boolean released(int id) {
        Held object = held.get(id);
        if (object != null && --object.references == 0) {
            held.remove(id);
        }
        return object != null;
    }

    boolean holds(int id) {
        return held.containsKey(id);
    }

    /** Returns null if QTEE does not hold it. */
    FuzzClient ownerOf(int id) {
        Held object = held.get(id);
        return object == null ? null : object.owner;
    }

    int heldIds() {
        return held.size();
    }

    List<Integer> seen() {
        return seen;
    }

    static boolean isNormalWorld(int id) {
        return id < 0;
    }

    static boolean isSecureWorld(int id) {
        return id > ROOT;
    }

    /** QTEE put an object into a message: a reference, if it is one of its own. */
    void handOut(int id) {
        if (isSecureWorld(id)) {
            handedOut.merge(id, 1, Integer::sum);
        }
    }

    /** How often each object of QTEE has to be released. */
    Map<Integer, Integer> handedOut() {
        return handedOut;
    }

    /**
     * Asynchronous messages from {@code start} on, to the end, a malformed one, or what is left of the last response.
     *
     * @param response the last one, from the start of the buffer
     */
    void async(ByteBuffer buffer, int start, byte[] response) {
        int at = start;
        while (at + 12 <= buffer.capacity()
                && !isLeftOver(buffer, at, response)
                && buffer.getInt(at) >>> 16 == 1
                && buffer.getInt(at + 4) == RELEASE) {
            long count = buffer.getInt(at + 8) & 0xffffffffL;
            if (at + 12 + 4 * count > buffer.capacity()) {
                return;
            }
            for (int i = 0; i < count; i++) {
                released(buffer.getInt(at + 12 + 4 * i));
            }
            at += (int) (12 + 4 * count + 7) & ~7;
        }
    }

    private static boolean isLeftOver(ByteBuffer buffer, int at, byte[] response) {
        if (at >= response.length) {
            return false;
        }
        for (int i = 0; i < 8; i++) {
            if (buffer.get(at + i) != response[at + i]) {
                return false;
            }
        }
        return true;
    }
}
