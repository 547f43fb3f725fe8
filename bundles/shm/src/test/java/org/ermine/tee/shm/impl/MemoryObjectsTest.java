// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemoryObjectsTest {

    private final AddressSpace addresses = new AddressSpace();
    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final MemoryObjects objects = new MemoryObjects(addresses, budget);

    @Test
    void idsStartAtOne() {
        assertEquals(List.of(1L, 2L, 3L), List.of(add().id(), add().id(), add().id()));
    }

    @Test
    @DisplayName("ERM-2: the lowest free index is used again, under another id")
    void theLowestFreeIndexIsUsedAgainUnderAnotherId() {
        Region first = add();
        Region second = add();
        add();
        second.release();
        first.release();

        assertEquals(1L << 32 | 1, add().id());
        assertEquals(1L << 32 | 2, add().id());
        assertEquals(4, add().id());
    }

    @Test
    @DisplayName("ERM-2: a stale id names nothing, also when its index is used again")
    void aStaleIdNamesNothing() {
        Region region = add();
        long stale = region.id();
        region.release();
        assertNull(objects.find(stale));

        Region next = add();

        assertNull(objects.find(stale));
        assertSame(next, objects.find(next.id()));
    }

    @Test
    @DisplayName("TRAP-27, ERM-18: an id is compared whole, so 2^32 + 5 is not 5")
    void anIdIsComparedWhole() {
        for (int i = 0; i < 5; i++) {
            add();
        }

        assertNotNull(objects.find(5));
        for (long id : new long[] {(1L << 32) + 5, 5 - (1L << 32), 0, -1, 64, 6, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertNull(objects.find(id), "id " + id);
        }
    }

    @Test
    void objectsAreFoundAfterTheTableGrew() {
        List<Region> regions = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            regions.add(add());
        }

        for (int i = 0; i < 1000; i++) {
            assertEquals(i + 1, regions.get(i).id());
            assertSame(regions.get(i), objects.find(i + 1));
        }
    }

    @Test
    void anIndexWhoseGenerationsAreUsedUpIsNotUsedAgain() {
        MemoryObjects shortLived = new MemoryObjects(addresses, budget, 1);
        shortLived.registered(memory()).release();
        shortLived.registered(memory()).release();

        assertEquals(2, shortLived.registered(memory()).id());
    }

    @Test
    @DisplayName("MEM-6: the object and its id stay until the last reference goes, and go together")
    void theIdGoesWithTheLastReference() {
        Region region = add();
        assertSame(region, objects.find(region.id()));
        assertTrue(region.retain());

        region.release();
        region.release();
        assertSame(region, objects.find(region.id()));
        region.release();
        region.release();

        assertNull(objects.find(region.id()));
        assertNull(addresses.find(region.address()));
        assertFalse(region.retain());
        assertEquals(0, objects.count());
    }

    @Test
    void aReleaseTooManyIsRefusedByNameAndHarmsNoOther() {
        Region region = add();
        region.release();
        Region next = add();

        IllegalStateException e = assertThrows(IllegalStateException.class, region::release);

        assertTrue(e.getMessage().startsWith("memory object 1 at 0x"), e.getMessage());
        assertSame(next, objects.find(next.id()));
    }

    @Test
    @DisplayName("MEM-6: who finds an object while its last reference goes has it whole or not at all")
    void findingRacesWithTheLastRelease() throws Exception {
        AtomicLong current = new AtomicLong();
        try (OtherThread other = new OtherThread()) {
            Future<Integer> finder = other.start(() -> findUntilNegative(current));
            for (int round = 0; round < 300_000 && !finder.isDone(); round++) {
                Region region = add();
                current.set(region.id());
                region.release();
            }
            current.set(-1);

            assertTrue(finder.get(20, TimeUnit.SECONDS) > 0, "nothing was found");
        }
        assertEquals(0, objects.count());
        assertEquals(0, objects.registeredBytes());
    }

    private int findUntilNegative(AtomicLong current) {
        int found = 0;
        for (long id = current.get(); id >= 0; id = current.get()) {
            Region region = objects.find(id);
            if (region != null) {
                assertSame(region, objects.find(id), "it keeps its id while a reference is held");
                assertSame(region, addresses.find(region.address()));
                region.release();
                region.release();
                found++;
            }
        }
        return found;
    }

    private Region add() {
        return objects.registered(memory());
    }

    private static ByteBuffer memory() {
        return ByteBuffer.allocateDirect(16);
    }
}
