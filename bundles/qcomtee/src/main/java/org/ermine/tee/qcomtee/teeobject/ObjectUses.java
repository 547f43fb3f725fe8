// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ermine.tee.spi.HazardSlots;

/**
 * Which objects of contexts are being invoked, by the slots in which that is announced: so an invocation takes no
 * reference on its target. Whoever takes an object out of a table hands each invocation of it a reference, which that
 * gives back when it ends.
 *
 * <p>A key is the number of a context and the place of an object in its table; whoever invokes what is in no table
 * announces {@link org.ermine.tee.spi.DriverContext#NULL}. Two objects that have the same place, one after the other,
 * share their key: then an invocation is given a reference that it does not need. So that one announcement serves them
 * too, clients make it before they come here.
 *
 * <p>{@code handed} is guarded by itself; a slot is marked, and a marked one becomes free, only meanwhile.
 */
public final class ObjectUses {

    /** Announced by whoever looks after what belongs to a slot; no context has this number. */
    private static final long CARETAKER = HazardSlots.key(0, -1);

    private final SecureObjects objects;
    private final HazardSlots slots = new HazardSlots(this::endMarked);
    /** By slot. */
    private final Handed[] handed = new Handed[HazardSlots.count()];

    public ObjectUses(SecureObjects objects) {
        this.objects = objects;
        Arrays.setAll(handed, slot -> new Handed());
    }

    /** Where uses are announced. */
    public HazardSlots slots() {
        return slots;
    }

    /**
     * Announces the use of an object, before it is looked up.
     *
     * @return a slot, to be given to {@link #end}, or {@link HazardSlots#NOWHERE}: then the user needs a reference of
     *     its own
     */
    public int begin(long key) {
        return slots.claim(key);
    }

    public void end(int slot, long key) {
        if (slot != HazardSlots.NOWHERE) {
            slots.end(slot, key);
        }
    }

    /**
     * The task may be something else's to do, and take long: it is run without the lock, and what is handed over
     * meanwhile is looked for.
     */
    private void endMarked(int slot) {
        Runnable task = endUnlessTask(slot);
        if (task != null) {
            try {
                task.run();
            } finally {
                endMarked(slot);
            }
        }
    }

    private Runnable endUnlessTask(int slot) {
        synchronized (handed) {
            Runnable task = handed[slot].takeTask();
            if (task == null) {
                try {
                    handed[slot].releaseAll(objects);
                } finally {
                    slots.free(slot);
                }
            }
            return task;
        }
    }

    /** The first slot from {@code from} on that may have been used, or {@link HazardSlots#NOWHERE}. */
    public int nextUsed(int from) {
        return slots.nextUsed(from);
    }

    /** Whether a slot is nobody's. */
    public boolean isFree(int slot) {
        return slots.key(slot) == 0;
    }

    /**
     * Takes a slot that is nobody's, to look after what belongs to it.
     *
     * @return false if it is somebody's
     */
    public boolean take(int slot) {
        return slots.claim(slot, CARETAKER);
    }

    public void giveBack(int slot) {
        slots.release(slot, CARETAKER);
    }

    /**
     * Leaves a task to the user of a slot, for when its use ends.
     *
     * @return false if nobody uses it at present
     */
    public boolean leaveTo(int slot, Runnable task) {
        synchronized (handed) {
            long key = slots.key(slot);
            boolean left = key != 0 && key != CARETAKER && slots.mark(slot, key);
            if (left) {
                handed[slot].task = task;
            }
            return left;
        }
    }

    /**
     * The object was taken out of its table; the table's reference, which the caller has now, is not released before
     * this returns.
     *
     * @throws OutOfMemoryError if a user has an object of the same place already; the table's reference is not to be
     *     released then
     */
    void handOver(long key, int object) {
        for (int slot = slots.next(0, key, -1); slot != HazardSlots.NOWHERE; slot = slots.next(slot + 1, key, -1)) {
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

    /**
     * What the user of a slot is to do when it ends. For the first object on which it was handed a reference no memory
     * is needed.
     */
    private static final class Handed {

        private int first = SecureObjects.NONE;
        /** Those that had the same place after it; null while there are none. */
        private List<Integer> successors;
        /** What the user is to do besides when its use ends, or null. */
        private Runnable task;

        Runnable takeTask() {
            Runnable taken = task;
            task = null;
            return taken;
        }

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

        void releaseAll(SecureObjects objects) {
            int object = first;
            List<Integer> others = successors;
            first = SecureObjects.NONE;
            successors = null;
            if (object != SecureObjects.NONE) {
                objects.release(object);
            }
            if (others != null) {
                others.forEach(objects::release);
            }
        }
    }
}
