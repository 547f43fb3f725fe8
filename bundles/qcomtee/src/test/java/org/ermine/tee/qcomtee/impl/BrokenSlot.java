// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.lang.reflect.Field;
import org.ermine.tee.qcomtee.teeobject.ObjectUses;

/** The slot of a thread, in use, in which objects cannot be handed over until it is mended: what does so breaks off. */
final class BrokenSlot implements AutoCloseable {

    private final ObjectUses uses;
    private final long key;
    private final int slot;
    private final Object[] handed;
    private final Object element;

    /** Breaks the slot that the thread uses for this client. */
    BrokenSlot(TestDevice device, TestDevice.Client client) throws ReflectiveOperationException {
        uses = device.tee.transport().uses();
        key = client.context.objects().table().key(0);
        slot = uses.begin(key);
        Field field = ObjectUses.class.getDeclaredField("handed");
        field.setAccessible(true);
        handed = (Object[]) field.get(uses);
        element = handed[slot];
        handed[slot] = null;
    }

    void mend() {
        handed[slot] = element;
    }

    /** Ends the use. */
    @Override
    public void close() {
        uses.end(slot, key);
    }
}
