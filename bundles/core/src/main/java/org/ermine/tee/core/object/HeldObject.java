// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.object;

import java.util.ArrayList;
import java.util.List;

/**
 * Describes an object that the TEE held, or may have held, when a context was closed. It does not keep the object
 * itself.
 *
 * @param since when the owner got it or handed it over, in terms of {@code System.nanoTime}
 * @param memoryId the id of shared memory; 0 for a callback object
 */
public record HeldObject(String name, long since, long memoryId) {

    private static final int MOST = 16;

    /**
     * Describes at most as many objects as a report can name.
     *
     * @param firstCallback is linked to the others; or null
     */
    public static List<HeldObject> of(HostedCallback firstCallback, Memories memories) {
        List<HeldObject> held = new ArrayList<>();
        for (HostedCallback each = firstCallback; each != null && held.size() < MOST; each = each.younger) {
            held.add(new HeldObject(each.toString(), each.since, 0));
        }
        for (Memory each : memories.list(MOST)) {
            held.add(new HeldObject(each.toString(), each.since(), each.id()));
        }
        return List.copyOf(held);
    }

    /**
     * Whether the TEE may still hold the object. For memory that is known. For callback objects it is not, since a
     * backend reports nothing more about them once the context is closed.
     */
    public boolean mayBeHeld(Memories memories) {
        return memoryId == 0 || memories.isAlive(memoryId);
    }

    @Override
    public String toString() {
        return name;
    }
}
