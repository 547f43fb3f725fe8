// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ermine.tee.spi.HazardSlots;

/**
 * Which objects of contexts are being invoked, by the slots in which that is announced: so an invocation takes no reference on its
 * target. Who takes an object out of a table hands each invocation of it a reference, which that gives back when it ends.
 *
 * <p>A key is the number of a context and the place of an object in its table. Two objects that have the same place, one after the
 * other, share their key: then an invocation is given a reference that it does not need.
 *
 * <p>{@code handed} is guarded by itself; a slot is marked, and a marked one becomes free, only meanwhile.
 */
final class ObjectUses {

    private static final int CONTEXT_SHIFT = Integer.SIZE;
    private static final long ONE_CONTEXT = -1L << CONTEXT_SHIFT;

    /** The place of what is in no table. */
    private static final int NO_PLACE = -1;

    private final SecureObjects objects;
    private final HazardSlots slots = new HazardSlots();
    /** By slot. */
    private final Handed[] handed = new Handed[HazardSlots.count()];

    ObjectUses(SecureObjects objects) {
        this.objects = objects;
        Arrays.setAll(handed, slot -> new Handed());
    }

    /**
     * The key of an object.
     *
     * @param context its number, from 1
     */
    static long key(int context, long object) {
        return (long) context << CONTEXT_SHIFT | object & ~ONE_CONTEXT;
    }

    /** A key for what is in no table. */
    static long key(int context) {
        return key(context, NO_PLACE);
    }

    /**
     * Announces the use of an object, before it is looked up.
     *
     * @return a slot, to be given to {@link #end}, or {@link HazardSlots#NOWHERE}: then the user needs a reference of its own
     */
    int begin(long key) {
        return slots.claim(key);
    }

    void end(int slot, long key) {
        if (!slots.release(slot, key)) {
            putHanded(slot);
        }
    }

    private void putHanded(int slot) {
        synchronized (handed) {
            try {
                handed[slot].putAll(objects);
            } finally {
                slots.free(slot);
            }
        }
    }

    /** Whether a slot is nobody's. */
    boolean isFree(int slot) {
        return slots.key(slot) == 0;
    }

    /** Takes a slot that is nobody's, to look after what belongs to it. @return false if it is somebody's */
    boolean hold(int slot) {
        return slots.claim(slot, key(0));
    }

    void letGo(int slot) {
        slots.release(slot, key(0));
    }

    /**
     * The object was taken out of its table; the table's reference, which the caller has now, is not put before this returns.
     *
     * @throws OutOfMemoryError if a user has an object of the same place already; the table's reference is not to be put then
     */
    void handOver(long key, int object) {
        for (int slot = next(0, key, -1); slot != HazardSlots.NOWHERE; slot = next(slot + 1, key, -1)) {
            handOver(slot, key, object);
        }
    }

    private void handOver(int slot, long key, int object) {
        synchronized (handed) {
            handed[slot].add(object);
            if (slots.mark(slot, key)) {
                objects.tryRetain(object);
            } else {
                handed[slot].removeLast();
            }
        }
    }

    private int next(int from, long key, long mask) {
        return slots.next(from, key, mask);
    }

    /** The objects on which the user of a slot was handed a reference. For the first of them no memory is needed. */
    private static final class Handed {

        private int first = SecureObjects.NONE;
        /** Those that had the same place after it; null while there are none. */
        private List<Integer> successors;

        void add(int object) {
            if (first == SecureObjects.NONE) {
                first = object;
                return;
            }
            if (successors == null) {
                successors = new ArrayList<>();
            }
            successors.add(object);
        }

        void removeLast() {
            if (successors == null || successors.isEmpty()) {
                first = SecureObjects.NONE;
            } else {
                successors.remove(successors.size() - 1);
            }
        }

        void putAll(SecureObjects objects) {
            int object = first;
            List<Integer> others = successors;
            first = SecureObjects.NONE;
            successors = null;
            if (object != SecureObjects.NONE) {
                objects.put(object);
            }
            if (others != null) {
                others.forEach(objects::put);
            }
        }
    }
}
