// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.call;

import org.ermine.tee.spi.HazardSlots;

/**
 * Keeps {@link Invocation}s for the next use. Each belongs to a slot in which a thread announces what it invokes: so
 * one step, which is the caller's, takes the invocation and keeps its target.
 */
public final class InvocationPool {

    private final Transport transport;
    /** Each element is written once, by whoever has the slot. */
    private final Invocation[] invocations = new Invocation[HazardSlots.count()];

    public InvocationPool(Transport transport) {
        this.transport = transport;
    }

    /** The invocation of a slot that the caller has. */
    public Invocation of(int slot) {
        if (invocations[slot] == null) {
            invocations[slot] = new Invocation(transport, slot);
        }
        return invocations[slot];
    }

    /** An invocation that is used once, by a thread that has no slot, and that gives up what it keeps. */
    public Invocation single() {
        return new Invocation(transport, HazardSlots.NOWHERE);
    }

    /**
     * The device is over: gives back the buffers of all invocations, those under way excepted, which do it at their
     * end. Those in slots that nobody has claimed yet find that it is over.
     */
    public void close() {
        for (int slot = transport.uses().nextUsed(0);
                slot != HazardSlots.NOWHERE;
                slot = transport.uses().nextUsed(slot + 1)) {
            close(slot);
        }
    }

    private void close(int slot) {
        while (!giveUpFree(slot) && !transport.uses().leaveTo(slot, () -> giveUp(slot))) {
            Thread.onSpinWait();
        }
    }

    private boolean giveUpFree(int slot) {
        if (!transport.uses().take(slot)) {
            return false;
        }
        try {
            giveUp(slot);
        } finally {
            transport.uses().giveBack(slot);
        }
        return true;
    }

    private void giveUp(int slot) {
        if (invocations[slot] != null) {
            invocations[slot].giveUp();
        }
    }
}
