// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.region;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AddressSpaceTest {

    private static final Region.Owner NOBODY = Region::free;

    private final AddressSpace addresses = new AddressSpace();

    @Test
    void anAddressLeadsToItsRegionWhateverTheOffset() {
        Region region = place(addresses);

        assertSame(region, addresses.find(region.address()));
        assertSame(region, addresses.find(region.address() + 0xffff_ffffL));
        assertEquals(17, AddressSpace.offset(region.address() + 17));
        assertEquals(0, AddressSpace.offset(region.address()));
    }

    @Test
    void regionsAreFoundAfterTheTableGrew() {
        List<Region> regions = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            regions.add(place(addresses));
        }

        for (Region region : regions) {
            assertSame(region, addresses.find(region.address()));
        }
    }

    @Test
    @DisplayName("ERM-2: the address of a region that is gone names none of those that come later")
    void anAddressOfAGoneRegionNamesNothing() {
        Region stays = place(addresses);
        Region gone = place(addresses);
        addresses.remove(gone);

        for (int i = 0; i < 10_000; i++) {
            Region later = place(addresses);
            assertNotEquals(gone.address(), later.address());
            assertNull(addresses.find(gone.address()));
            addresses.remove(later);
        }
        assertSame(stays, addresses.find(stays.address()));
    }

    @Test
    void aRegionThatIsRemovedTwiceDoesNotTakeAnotherWithIt() {
        AddressSpace nearTheEnd = new AddressSpace(-2);
        Region first = place(nearTheEnd);
        nearTheEnd.remove(first);
        Region sameSlot = null;
        for (int i = 0; i < 64; i++) {
            sameSlot = place(nearTheEnd);
            if (i < 63) {
                nearTheEnd.remove(sameSlot);
            }
        }

        nearTheEnd.remove(first);

        assertSame(sameSlot, nearTheEnd.find(sameSlot.address()));
    }

    @Test
    void whenSerialNumbersAreUsedUpTheyStartAgainWithoutZeroAndPastThoseInUse() {
        AddressSpace nearTheEnd = new AddressSpace(-2);
        Region last = place(nearTheEnd);
        Region first = place(nearTheEnd);

        assertEquals(0xffff_ffff_0000_0000L, last.address());
        assertEquals(0x1_0000_0000L, first.address());
        assertSame(last, nearTheEnd.find(last.address() + 1));
    }

    @Test
    void aTakenSlotIsSkipped() {
        Region first = place(addresses);
        for (int i = 0; i < 63; i++) {
            addresses.remove(place(addresses));
        }

        Region next = place(addresses);

        assertEquals(first.address() + (65L << 32), next.address());
        assertSame(first, addresses.find(first.address()));
    }

    @Test
    void nothingIsFoundAfterClearing() {
        Region region = place(addresses);

        addresses.clear();

        assertNull(addresses.find(region.address()));
    }

    private static Region place(AddressSpace addresses) {
        return addresses.place(ByteBuffer.allocate(1), 0, NOBODY);
    }
}
