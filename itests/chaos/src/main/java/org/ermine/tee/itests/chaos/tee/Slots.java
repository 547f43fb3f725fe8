// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.tee;

import java.util.List;

/**
 * The places that handlers take. A handler makes requests of its own only to slots that come after its own, so that
 * none waits for itself while its handler is replaced.
 */
public enum Slots {
    CALLBACK_1("callback-1", 0),
    CALLBACK_2("callback-2", 0),
    LISTENER_2("listener-2", 0x4102),
    CALLBACK_3("callback-3", 0),
    LISTENER_1("listener-1", 0x4101),
    /** Their handlers are told to misbehave. */
    ROUGH_CALLBACK("rough-callback", 0),
    ROUGH_LISTENER("rough-listener", 0x4103);

    private final String slot;
    private final int listenerId;

    Slots(String slot, int listenerId) {
        this.slot = slot;
        this.listenerId = listenerId;
    }

    /** The name, of a callback also towards the TEE. */
    public String slot() {
        return slot;
    }

    public boolean isListener() {
        return listenerId != 0;
    }

    public int listenerId() {
        return listenerId;
    }

    public boolean isRough() {
        return ordinal() >= ROUGH_CALLBACK.ordinal();
    }

    /** Those that handlers of this slot may make requests to. */
    public List<Slots> inner() {
        return isRough() ? List.of() : List.of(values()).subList(ordinal() + 1, ROUGH_CALLBACK.ordinal());
    }

    public static Slots of(String slot) {
        for (Slots each : values()) {
            if (each.slot.equals(slot)) {
                return each;
            }
        }
        throw new IllegalArgumentException("no slot " + slot);
    }
}
