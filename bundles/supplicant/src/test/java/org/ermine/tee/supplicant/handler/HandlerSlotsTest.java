// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ermine.tee.CallbackObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandlerSlotsTest {

    private static final int STEPS_OF_ONE = 3;

    private final SwapHistory history = new SwapHistory("callback");
    private final CountingMap places = new CountingMap();
    private final HandlerSlots<CallbackObject> slots = new HandlerSlots<>(this::slot, places);

    private HandlerSlot<CallbackObject> slot(String name, int listenerId) {
        return new HandlerSlot<>(name, listenerId, false, Duration.ZERO, history);
    }

    /**
     * Counts how often one place is looked at or changed; to look at all of them is not allowed unless the test says
     * so.
     */
    private static final class CountingMap extends HashMap<String, WeakReference<HandlerSlot<CallbackObject>>> {

        private static final long serialVersionUID = 1L;

        private int steps;
        private boolean mayBeWalked;

        @Override
        public WeakReference<HandlerSlot<CallbackObject>> get(Object name) {
            steps++;
            return super.get(name);
        }

        @Override
        public WeakReference<HandlerSlot<CallbackObject>> put(
                String name, WeakReference<HandlerSlot<CallbackObject>> place) {
            steps++;
            return super.put(name, place);
        }

        @Override
        public boolean remove(Object name, Object place) {
            steps++;
            return super.remove(name, place);
        }

        @Override
        public Collection<WeakReference<HandlerSlot<CallbackObject>>> values() {
            requireWalk();
            return super.values();
        }

        @Override
        public Set<String> keySet() {
            requireWalk();
            return super.keySet();
        }

        @Override
        public Set<Map.Entry<String, WeakReference<HandlerSlot<CallbackObject>>>> entrySet() {
            requireWalk();
            return super.entrySet();
        }

        private void requireWalk() {
            assertTrue(mayBeWalked, "all " + size() + " places were looked at");
        }

        private int stepsSince(int before) {
            return steps - before;
        }
    }

    @ParameterizedTest(name = "given {0} names when one more is bound then it takes no more steps than the first")
    @ValueSource(ints = {0, 100, 10_000})
    void givenManyNamesWhenOneMoreIsBoundThenNoOtherIsLookedAt(int many) {
        List<HandlerSlot<CallbackObject>> kept = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            kept.add(slots.get("name " + i, 0));
        }
        int before = places.steps;
        HandlerSlot<CallbackObject> first = slots.get("one more", 0);
        assertTrue(places.stepsSince(before) <= STEPS_OF_ONE, places.stepsSince(before) + " steps");

        before = places.steps;
        assertSame(first, slots.get("one more", 0));
        assertEquals(1, places.stepsSince(before), "steps to find one that is there");
        assertEquals(many, kept.size());
    }

    @Test
    void givenCollectedSlotsWhenNamesAreBoundThenEachIsLetGoOnce() {
        int many = 1000;
        for (int i = 0; i < many; i++) {
            slots.get("name " + i, 0);
        }
        collect("name 1");
        collect("name 2");
        int before = places.steps;
        HandlerSlot<CallbackObject> other = slots.get("other", 0);

        assertTrue(places.stepsSince(before) <= STEPS_OF_ONE + 2, places.stepsSince(before) + " steps");
        assertEquals(many - 1, places.size(), "two went, one came");
        assertSame(other, slots.get("other", 0));
    }

    @Test
    void givenANameThatIsBoundAnewBeforeItsOldPlaceIsLetGoThenTheNewOneStays() {
        HandlerSlot<CallbackObject> before = slots.get("name", 0);
        WeakReference<HandlerSlot<CallbackObject>> old = places.get("name");
        old.clear();
        HandlerSlot<CallbackObject> anew = slots.get("name", 0);
        old.enqueue();
        slots.get("other", 0);

        assertNotSame(before, anew);
        assertSame(anew, slots.get("name", 0));
    }

    @Test
    void givenSomeSlotsAreCollectedThenAllAreThoseThatAreLeft() {
        HandlerSlot<CallbackObject> left = slots.get("left", 0);
        slots.get("gone", 0);
        collect("gone");

        places.mayBeWalked = true;
        assertEquals(List.of(left), slots.all());
    }

    /** What the garbage collector does when nobody refers to the slot. */
    private void collect(String name) {
        places.get(name).enqueue();
    }
}
