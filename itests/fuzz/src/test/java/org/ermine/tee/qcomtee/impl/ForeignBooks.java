// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The secure world's books: ids of the normal world that it holds, and objects of its own that it handed out. By one
 * thread, but for {@link #takenBack}.
 */
final class ForeignBooks {

    private static final class Held {
        private final ForeignObject object;
        private int references = 1;

        private Held(ForeignObject object) {
            this.object = object;
        }
    }

    private final Map<Integer, Held> held = new LinkedHashMap<>();
    private final Map<Integer, Integer> handedOut = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> takenBack = new ConcurrentHashMap<>();
    private int retains;
    private int lastId;

    void arrived(int id, ForeignObject object) {
        if (!ForeignLayout.isNormalWorld(id) || id == ForeignLayout.PRIMORDIAL) {
            throw new AssertionError(object + " arrives as " + Integer.toHexString(id));
        }
        lastId = id;
        if (held.put(id, new Held(object)) != null) {
            throw new AssertionError("id " + Integer.toHexString(id) + " is given to two objects at once");
        }
    }

    boolean retain(int id) {
        retains++;
        Held object = held.get(id);
        if (object != null) {
            object.references++;
        }
        return object != null;
    }

    boolean release(int id) {
        Held object = held.get(id);
        if (object != null && --object.references == 0) {
            held.remove(id);
        }
        return object != null;
    }

    boolean holds(int id) {
        return held.containsKey(id);
    }

    boolean holds(ForeignObject object) {
        return held.values().stream().anyMatch(each -> each.object.equals(object));
    }

    /** What it holds under an id. */
    ForeignObject object(int id) {
        return held.get(id).object;
    }

    /** The id that came last. */
    int lastId() {
        return lastId;
    }

    /** Ids that are held, the oldest first. */
    List<Integer> ids() {
        return new ArrayList<>(held.keySet());
    }

    List<Integer> ids(ForeignObject.Kind kind) {
        return held.entrySet().stream()
                .filter(entry -> entry.getValue().object.kind() == kind)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The most references that an id can stand for. */
    int mostReferences() {
        return 1 + retains;
    }

    void retainAsked() {
        retains++;
    }

    /** An id stands in a message to the normal world: a reference, if it is one of the secure world's own objects. */
    void named(int id) {
        if (id > 1) {
            handedOut.merge(id, 1, Integer::sum);
        }
    }

    void takenBack(int id) {
        takenBack.merge(id, 1, Integer::sum);
    }

    /** Every reference that was handed out came back once. */
    void requireEven() {
        if (!handedOut.equals(takenBack)) {
            throw new AssertionError("handed out " + handedOut + ", taken back " + takenBack);
        }
    }
}
