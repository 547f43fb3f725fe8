// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.shm.buffer.OtherThread;
import org.ermine.tee.shm.limit.MemoryBudget;
import org.ermine.tee.shm.region.AddressSpace;
import org.ermine.tee.shm.region.Region;
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
    @DisplayName("ERM-2: an id is never given out twice")
    void anIdIsNeverGivenOutTwice() {
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            Region stays = add();
            Region goes = add();
            goes.release();

            assertTrue(ids.add(stays.id()), "id " + stays.id());
            assertTrue(ids.add(goes.id()), "id " + goes.id());
        }
    }

    @Test
    void anIndexWhoseGenerationsAreUsedUpIsNotUsedAgain() {
        MemoryObjects shortLived = new MemoryObjects(addresses, budget, 1);
        shortLived.registered(memory(), () -> {}).release();
        shortLived.registered(memory(), () -> {}).release();

        assertEquals(2, shortLived.registered(memory(), () -> {}).id());
    }

    @Test
    @DisplayName("MEM-6: the index of an object is free when its last reference is gone, and not before")
    void theIndexIsFreeWhenTheLastReferenceIsGone() {
        Region region = add();
        assertTrue(region.retain());
        region.release();
        assertEquals(2, add().id());
        assertSame(region, addresses.find(region.address()));

        region.release();

        assertNull(addresses.find(region.address()));
        assertFalse(region.retain());
        assertEquals(1L << 32 | 1, add().id());
        assertEquals(2, objects.count());
    }

    @Test
    void aReleaseTooManyIsRefusedByNameAndHarmsNoOther() {
        Region region = add();
        region.release();
        Region next = add();

        IllegalStateException e = assertThrows(IllegalStateException.class, region::release);

        assertTrue(e.getMessage().startsWith("memory object 1 at 0x"), e.getMessage());
        assertTrue(next.isInUse());
        assertEquals(1, objects.count());
    }

    @Test
    @DisplayName("MEM-6, FIX-8: who retains an object while its last reference goes has it whole or not at all")
    void retainingRacesWithTheLastRelease() throws Exception {
        AtomicReference<Region> current = new AtomicReference<>(add());
        try (OtherThread other = new OtherThread()) {
            Future<Integer> user = other.start(() -> retainUntilNull(current));
            for (int round = 0; round < 300_000 && !user.isDone(); round++) {
                Region region = add();
                current.getAndSet(region).release();
            }
            current.getAndSet(null).release();

            assertTrue(user.get(20, TimeUnit.SECONDS) > 0, "nothing was retained");
        }
        assertEquals(0, objects.count());
        assertEquals(0, objects.registeredBytes());
    }

    private int retainUntilNull(AtomicReference<Region> current) {
        int retained = 0;
        for (Region region = current.get(); region != null; region = current.get()) {
            if (region.retain()) {
                assertSame(region, addresses.find(region.address()), "it stays while a reference is held");
                region.release();
                retained++;
            }
        }
        return retained;
    }

    private Region add() {
        return objects.registered(memory(), () -> {});
    }

    private static ByteBuffer memory() {
        return ByteBuffer.allocateDirect(16);
    }
}
