// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The slots of one kind of handlers, by name. A slot is kept as long as a handler, a callback object or a registration
 * refers to it. Entries of slots that the garbage collector took are removed one by one, so that to find or make a slot
 * takes no longer where there are many.
 *
 * <p>{@code this} guards {@code places}.
 */
final class HandlerSlots<S> {

    /** How the slot of a name is made. */
    interface Maker<S> {
        HandlerSlot<S> make(String name, int listenerId);
    }

    /** The entry of a slot, which does not keep it. */
    private static final class Place<S> extends WeakReference<HandlerSlot<S>> {

        private final String name;

        Place(String name, HandlerSlot<S> slot, ReferenceQueue<HandlerSlot<S>> collected) {
            super(slot, collected);
            this.name = name;
        }
    }

    private final Maker<S> maker;
    private final Map<String, WeakReference<HandlerSlot<S>>> places;
    private final ReferenceQueue<HandlerSlot<S>> collected = new ReferenceQueue<>();

    /** @param places empty, and used by this object alone */
    HandlerSlots(Maker<S> maker, Map<String, WeakReference<HandlerSlot<S>>> places) {
        this.maker = maker;
        this.places = places;
    }

    /** Returns the slot of this name, and makes it if there is none. */
    synchronized HandlerSlot<S> get(String name, int listenerId) {
        removeCollected();
        WeakReference<HandlerSlot<S>> known = places.get(name);
        HandlerSlot<S> slot = known == null ? null : known.get();
        if (slot == null) {
            slot = maker.make(name, listenerId);
            places.put(name, new Place<>(name, slot, collected));
        }
        return slot;
    }

    synchronized List<HandlerSlot<S>> all() {
        return places.values().stream()
                .map(WeakReference::get)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Removes the entries of collected slots. Where the name has a new slot already, that one stays. */
    private void removeCollected() {
        for (Object gone = collected.poll(); gone != null; gone = collected.poll()) {
            Place<?> place = (Place<?>) gone;
            places.remove(place.name, place);
        }
    }
}
