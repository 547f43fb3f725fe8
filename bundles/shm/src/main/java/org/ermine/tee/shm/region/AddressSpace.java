// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.region;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Gives regions their addresses and finds them again. The high 32 bits of an address are the region's serial number,
 * the low 32 bits the offset in the region. A serial number stands at the slot that its low bits name; the rest of its
 * bits are the slot's generation. Serial numbers go up by one, past those whose slot is taken, and come back only after
 * at least 2<sup>31</sup> further regions: until then an address of a region that is gone names nothing.
 *
 * <p>Written under the lock of this object, read without.
 */
public final class AddressSpace {

    private static final int SERIAL_SHIFT = 32;
    private static final long OFFSET_MASK = 0xffff_ffffL;
    private static final int FIRST_LENGTH = 64;

    /** Length is a power of two. At most half of it is taken, so that a free slot is near. Replaced by a longer one. */
    private volatile AtomicReferenceArray<Region> slots = new AtomicReferenceArray<>(FIRST_LENGTH);

    private int taken;
    private int lastSerial;

    public AddressSpace() {
        this(0);
    }

    /** @param lastSerial the first address has the serial number after this one */
    AddressSpace(int lastSerial) {
        this.lastSerial = lastSerial;
    }

    /** Makes a region of {@code memory}, with one reference. */
    public synchronized Region place(ByteBuffer memory, long id, Region.Owner owner) {
        if (2 * (taken + 1) > slots.length()) {
            grow();
        }
        int serial = nextSerial();
        Region region = new Region(owner, id, (long) serial << SERIAL_SHIFT, memory);
        slots.set(slot(serial, slots), region);
        taken++;
        return region;
    }

    /** The region that an address points into, as far as its serial number tells; null if there is none. */
    public Region find(long address) {
        AtomicReferenceArray<Region> current = slots;
        Region region = current.get(slot(serial(address), current));
        return region != null && region.address() == (address & ~OFFSET_MASK) ? region : null;
    }

    public static long offset(long address) {
        return address & OFFSET_MASK;
    }

    /** The address names nothing any more. */
    public synchronized void remove(Region region) {
        if (slots.compareAndSet(slot(serial(region.address()), slots), region, null)) {
            taken--;
        }
    }

    public synchronized void clear() {
        slots = new AtomicReferenceArray<>(FIRST_LENGTH);
        taken = 0;
    }

    private int nextSerial() {
        do {
            lastSerial++;
        } while (lastSerial == 0 || slots.get(slot(lastSerial, slots)) != null);
        return lastSerial;
    }

    /** Serial numbers with different slots have different slots in a longer table too. */
    private void grow() {
        AtomicReferenceArray<Region> longer = new AtomicReferenceArray<>(Math.multiplyExact(slots.length(), 2));
        for (int i = 0; i < slots.length(); i++) {
            Region region = slots.get(i);
            if (region != null) {
                longer.set(slot(serial(region.address()), longer), region);
            }
        }
        slots = longer;
    }

    private static int serial(long address) {
        return (int) (address >>> SERIAL_SHIFT);
    }

    private static int slot(int serial, AtomicReferenceArray<Region> slots) {
        return serial & slots.length() - 1;
    }
}
