// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import org.ermine.tee.spi.HazardSlots;

/**
 * Keeps {@link Frame}s for reuse. Each belongs to a slot in which a thread announces the context that it enters: so one step takes the
 * frame and says where it is used, and no context has a counter that all its threads change.
 */
final class Frames {

    private final int capacity;
    private final HazardSlots slots = new HazardSlots();
    /** Each element is written by who has the slot, once. */
    private final Frame[] frames = new Frame[HazardSlots.count()];

    /** @param capacity how many parameters each has */
    Frames(int capacity) {
        this.capacity = capacity;
    }

    /**
     * A frame that belongs to the calling thread, in a context.
     *
     * @param context its number, from 1
     */
    Frame take(long context) {
        int slot = slots.claim(context);
        if (slot == HazardSlots.NOWHERE) {
            return new Frame(slot, capacity);
        }
        if (frames[slot] == null) {
            fill(slot, context);
        }
        return frames[slot];
    }

    private void fill(int slot, long context) {
        try {
            frames[slot] = new Frame(slot, capacity);
        } finally {
            if (frames[slot] == null) {
                slots.release(slot, context);
            }
        }
    }

    /** To be called by the thread that took the frame, which has a slot. */
    void give(Frame frame, long context) {
        slots.release(frame.slot(), context);
    }

    /** How many frames with a slot are in use in a context. */
    int count(long context) {
        int count = 0;
        int slot = slots.next(0, context, -1);
        while (slot != HazardSlots.NOWHERE) {
            count++;
            slot = slots.next(slot + 1, context, -1);
        }
        return count;
    }

    /** How many invocations of a context its frames have counted and not settled. */
    long counted(int context) {
        long sum = 0;
        for (int slot = 0; slot < frames.length; slot++) {
            // What was done with the frame before its slot became what is seen here is seen.
            slots.key(slot);
            Frame frame = frames[slot];
            if (frame != null) {
                sum += frame.counted(context);
            }
        }
        return sum;
    }
}
