// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.invoke;

import org.ermine.tee.spi.HazardSlots;

/**
 * Keeps {@link CallFrame}s for reuse. Each belongs to a slot, in which a thread announces the context that it enters
 * and the object that it invokes there. So one step takes the frame and announces where it is used, to the driver as
 * well, and no context has a counter that all of its threads change.
 */
public final class CallFrames {

    private final int capacity;
    private final HazardSlots slots;
    /** Each element is written once, by the thread that has claimed its slot. */
    private final CallFrame[] frames = new CallFrame[HazardSlots.count()];

    /**
     * @param capacity how many parameters each frame has
     * @param slots of the driver, which looks there for its objects
     */
    public CallFrames(int capacity, HazardSlots slots) {
        this.capacity = capacity;
        this.slots = slots;
    }

    /** Returns the slots in which frames are announced. */
    public HazardSlots slots() {
        return slots;
    }

    /**
     * Takes a frame, which then belongs to the calling thread.
     *
     * @param key of the context that it enters and the object that it invokes
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

    /** Gives a frame back. Must be called by the thread that took it, and only for a frame that has a slot. */
    void giveBack(CallFrame frame) {
        slots.end(frame.slot(), frame.key);
    }

    /** Returns how many frames with a slot are in use in a context. */
    int count(int context) {
        int count = 0;
        int slot = slots.nextOf(0, context);
        while (slot != HazardSlots.NOWHERE) {
            count++;
            slot = slots.nextOf(slot + 1, context);
        }
        return count;
    }

    /** Returns how many invocations of a context frames have counted and not settled. */
    long counted(int context) {
        long sum = 0;
        for (int slot = 0; slot < frames.length; slot++) {
            // To read the slot makes visible what its former threads did with the frame.
            slots.key(slot);
            CallFrame frame = frames[slot];
            if (frame != null) {
                sum += frame.counted(context);
            }
        }
        return sum;
    }
}
