// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HazardSlotsTest {

    private static final long KEY = 7L << 32 | 0xffff_fffeL;

    private final HazardSlots slots = new HazardSlots();

    @Test
    @DisplayName("given a claim, when it is released, then its key is seen in between and not afterwards")
    void claimAndRelease() {
        assertFalse(slots.isClaimed(KEY));
        int slot = slots.claim(KEY);

        assertTrue(slots.isClaimed(KEY));
        assertFalse(slots.isClaimed(KEY + 1));
        assertEquals(slot, slots.next(0, 7L << 32, -1L << 32));
        assertTrue(slots.release(slot, KEY));
        assertFalse(slots.isClaimed(KEY));
        assertEquals(HazardSlots.NOWHERE, slots.next(0, 7L << 32, -1L << 32));
    }

    @Test
    @DisplayName("given more uses within each other than a thread has slots, then the further ones are nowhere")
    void overflow() {
        List<Integer> claimed = new ArrayList<>();
        int slot = slots.claim(KEY);
        while (slot != HazardSlots.NOWHERE) {
            claimed.add(slot);
            slot = slots.claim(KEY);
        }

        assertEquals(4, claimed.size());
        assertEquals(4, claimed.stream().distinct().count());
        assertEquals(HazardSlots.NOWHERE, slots.claim(KEY));
        slots.release(claimed.get(2), KEY);
        assertEquals(claimed.get(2), slots.claim(KEY + 1));
    }

    @Test
    @DisplayName("given a claim that is marked, when it is released, then its user is told, and has the slot until it "
            + "frees it")
    void mark() {
        int slot = slots.claim(KEY);

        assertTrue(slots.mark(slot, KEY));
        assertTrue(slots.mark(slot, KEY), "marked by two");
        assertFalse(slots.mark(slot, KEY + 1));
        assertTrue(slots.isClaimed(KEY));
        assertFalse(slots.release(slot, KEY));
        assertTrue(slots.isClaimed(KEY));
        slots.free(slot);
        assertFalse(slots.isClaimed(KEY));
        assertFalse(slots.mark(slot, KEY));
    }

    @Test
    @DisplayName("given a slot that another use has by now, when it is marked for the first one, then it is not")
    void markTooLate() {
        int slot = slots.claim(KEY);
        slots.release(slot, KEY);
        slots.claim(KEY + 1);

        assertFalse(slots.mark(slot, KEY));
        assertTrue(slots.release(slot, KEY + 1));
    }

    @Test
    @DisplayName(
            "given a use of something that belongs to something, then whoever looks for either finds it, and nobody "
                    + "else does")
    void partOfSomething() {
        int slot = slots.claim(HazardSlots.key(3, -2));

        assertTrue(slots.isClaimed(HazardSlots.key(3, 5L << 32 | 0xffff_fffeL)));
        assertFalse(slots.isClaimed(HazardSlots.key(3, 0)));
        assertEquals(slot, slots.nextOf(0, 3));
        assertEquals(HazardSlots.NOWHERE, slots.nextOf(slot + 1, 3));
        assertEquals(HazardSlots.NOWHERE, slots.nextOf(0, 2));
        assertEquals(HazardSlots.NOWHERE, slots.nextOf(0, 4));
    }

    @Test
    @DisplayName("given a use that ends, then what a mark is for is done if its slot is marked, and only then")
    void whatAMarkIsFor() {
        List<Integer> done = new ArrayList<>();
        HazardSlots told = new HazardSlots(done::add);
        int slot = told.claim(KEY);
        told.end(slot, KEY);
        assertEquals(List.of(), done);
        told.claim(slot, KEY);
        assertTrue(told.mark(slot, KEY));

        told.end(slot, KEY);

        assertEquals(List.of(slot), done);
        assertTrue(told.isClaimed(KEY));
        told.free(slot);
        assertFalse(told.isClaimed(KEY));
    }

    @Test
    @DisplayName("given several threads, then all their claims of a key are found")
    void severalThreads() throws InterruptedException {
        int threads = 8;
        int[] claimed = new int[threads];
        for (int i = 0; i < threads; i++) {
            int index = i;
            Thread thread = new Thread(() -> claimed[index] = slots.claim(KEY));
            thread.start();
            thread.join();
            assertNotEquals(HazardSlots.NOWHERE, claimed[i]);
        }

        int found = 0;
        for (int slot = slots.next(0, KEY, -1); slot != HazardSlots.NOWHERE; slot = slots.next(slot + 1, KEY, -1)) {
            found++;
        }
        assertEquals(threads, found);
    }
}
