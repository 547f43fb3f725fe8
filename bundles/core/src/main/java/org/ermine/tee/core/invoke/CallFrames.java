// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.invoke;

import org.ermine.tee.spi.HazardSlots;

/**
 * Keeps {@link CallFrame}s for reuse. Each belongs to a slot in which a thread announces the context that it enters, and the object that it
 * invokes there: so one step takes the frame and says where it is used and, to the driver, of what; and no context has a counter that all
 * its threads change.
 */
public final class CallFrames {

    private final int capacity;
    private final HazardSlots slots;
    /** Each element is written by who has the slot, once. */
    private final CallFrame[] frames = new CallFrame[HazardSlots.count()];

    /**
     * @param capacity how many parameters each has
     * @param slots of the driver, which looks there for its objects
     */
    public CallFrames(int capacity, HazardSlots slots) {
        this.capacity = capacity;
        this.slots = slots;
    }

    /** Where they are announced. */
    public HazardSlots slots() {
        return slots;
    }

    /**
     * A frame that belongs to the calling thread, in a context.
     *
     * @param key of the context and the object that is invoked
     */
    CallFrame take(long key) {
        int slot = slots.claim(key);
        if (slot == HazardSlots.NOWHERE) {
            return new CallFrame(slot, capacity);
        }
        if (frames[slot] == null) {
            fill(slot, key);
        }
        CallFrame frame = frames[slot];
        frame.key = key;
        return frame;
    }

    private void fill(int slot, long key) {
        try {
            frames[slot] = new CallFrame(slot, capacity);
        } finally {
            if (frames[slot] == null) {
                slots.end(slot, key);
            }
        }
    }

    /** To be called by the thread that took the frame, which has a slot. */
    void giveBack(CallFrame frame) {
        slots.end(frame.slot(), frame.key);
    }

    /** How many frames with a slot are in use in a context. */
    int count(int context) {
        int count = 0;
        int slot = slots.nextOf(0, context);
        while (slot != HazardSlots.NOWHERE) {
            count++;
            slot = slots.nextOf(slot + 1, context);
        }
        return count;
    }

    /** How many invocations of a context its frames have counted and not settled. */
    long counted(int context) {
        long sum = 0;
        for (int slot = 0; slot < frames.length; slot++) {
            // What was done with the frame before its slot became what is seen here is seen.
            slots.key(slot);
            CallFrame frame = frames[slot];
            if (frame != null) {
                sum += frame.counted(context);
            }
        }
        return sum;
    }
}
