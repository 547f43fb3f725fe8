// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import org.ermine.tee.spi.HazardSlots;

/**
 * Keeps {@link Invocation}s for the next use. Each belongs to a slot in which a thread announces what it invokes: so one step takes the
 * invocation and keeps its target.
 */
final class InvocationPool {

    private final QcomTee tee;
    private final ObjectUses uses;
    /** Each element is written by who has the slot, once. */
    private final Invocation[] invocations = new Invocation[HazardSlots.count()];

    InvocationPool(QcomTee tee, ObjectUses uses) {
        this.tee = tee;
        this.uses = uses;
    }

    /** An invocation that belongs to the caller, who {@linkplain #give gives it back}. */
    Invocation take(long key) {
        int slot = uses.begin(key);
        if (slot == HazardSlots.NOWHERE) {
            return new Invocation(tee, slot);
        }
        if (invocations[slot] == null) {
            fill(slot, key);
        }
        return invocations[slot];
    }

    private void fill(int slot, long key) {
        try {
            invocations[slot] = new Invocation(tee, slot);
        } finally {
            if (invocations[slot] == null) {
                uses.end(slot, key);
            }
        }
    }

    void give(Invocation invocation, long key) {
        int slot = invocation.slot();
        if (slot == HazardSlots.NOWHERE) {
            invocation.giveUp();
            return;
        }
        uses.end(slot, key);
        if (tee.isOver()) {
            giveUpBuffers(slot);
        }
    }

    /** The device is over: gives back the buffers of all invocations, those under way excepted, which do it at their end. */
    void close() {
        for (int slot = 0; slot < invocations.length; slot++) {
            giveUpBuffers(slot);
        }
    }

    private void giveUpBuffers(int slot) {
        if (!uses.hold(slot)) {
            return;
        }
        try {
            if (invocations[slot] != null) {
                invocations[slot].giveUp();
            }
        } finally {
            uses.letGo(slot);
        }
    }
}
