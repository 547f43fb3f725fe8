// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.call;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.qcomtee.message.Zeros;
import org.ermine.tee.qcomtee.teeobject.ObjectUses;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.SharedMemoryManager;

/**
 * The message buffers of one invocation after the other. Both are in one region that is kept in between: the outbound
 * one, and behind it the inbound one of small messages. A larger message has a region of its own, while it is under
 * way.
 *
 * <p>All of it belongs to whoever has the slot of the invocation. The memory manager claims a slot that is free, to
 * take the region back.
 */
final class MessageBuffers implements SharedMemoryManager.Keeper {

    /** Inbound messages up to this size are in the region that is kept. */
    private static final int SMALL = 4096;

    private final SharedMemoryManager memory;
    private final ObjectUses uses;
    private final int slot;

    private MemoryRegion kept;
    private ByteBuffer outbound;
    private ByteBuffer small;
    /** Null for a message that is small. */
    private MemoryRegion large;
    /** From where on the outbound buffer holds zeroes. */
    private int outboundZero;

    /** @param slot of the invocation */
    MessageBuffers(SharedMemoryManager memory, ObjectUses uses, int slot) {
        this.memory = memory;
        this.uses = uses;
        this.slot = slot;
    }

    /**
     * Gets the buffers for a message of {@code size} bytes. The outbound one is zeroed.
     *
     * @throws TeeException ENOMEM; there is nothing to be given back then
     */
    void begin(int size) throws TeeException {
        if (kept == null) {
            keep(acquire(Wire.OUTBOUND + SMALL));
        }
        if (size > SMALL) {
            large = memory.acquire(size);
        }
        Zeros.fill(outbound, 0, outboundZero);
        outboundZero = Wire.OUTBOUND;
    }

    /** An invocation without a slot keeps nothing: it is used once. */
    private MemoryRegion acquire(int size) throws TeeException {
        return slot == HazardSlots.NOWHERE ? memory.acquire(size) : memory.acquire(size, this);
    }

    private void keep(MemoryRegion region) {
        try {
            outbound = region.buffer().slice(0, Wire.OUTBOUND).order(ByteOrder.LITTLE_ENDIAN);
            small = region.buffer().slice(Wire.OUTBOUND, SMALL).order(ByteOrder.LITTLE_ENDIAN);
            outboundZero = Wire.OUTBOUND;
            kept = region;
        } finally {
            if (kept == null) {
                region.release();
            }
        }
    }

    /** The message was dealt with. */
    void end() {
        if (large != null) {
            MemoryRegion region = large;
            large = null;
            region.release();
        }
    }

    /** QTEE does not give the buffers back: the next message gets others. */
    void abandon(CallingContext caller, Quarantine quarantine) {
        MemoryRegion first = kept;
        MemoryRegion second = large;
        kept = null;
        large = null;
        quarantine.keep(caller, first, second);
    }

    /** Says that the outbound buffer holds nothing but zeroes. */
    void outboundIsZero() {
        outboundZero = 0;
    }

    /**
     * Whether the inbound buffer holds nothing but bytes of this owner, and zeroes. If not, it is to be cleared: that
     * it was, {@link #cleared} tells.
     */
    boolean areOnlyOf(Object owner) {
        if (large == null) {
            return false;
        }
        boolean own = large.isOnlyOf(owner);
        if (!own) {
            large.holdsOnlyBytesOf(null);
        }
        return own;
    }

    /** All of the inbound buffer that does not hold bytes of this owner was cleared. */
    void cleared(Object owner) {
        large.holdsOnlyBytesOf(owner);
    }

    ByteBuffer inbound() {
        return large == null ? small : large.buffer();
    }

    long inboundAddress() {
        return large == null ? kept.address() + Wire.OUTBOUND : large.address();
    }

    ByteBuffer outbound() {
        return outbound;
    }

    long outboundAddress() {
        return kept.address();
    }

    @Override
    public boolean isIdle(MemoryRegion buffer) {
        return uses.isFree(slot) && kept == buffer;
    }

    @Override
    public boolean giveUp(MemoryRegion buffer) {
        if (!uses.take(slot)) {
            return false;
        }
        try {
            boolean idle = kept == buffer;
            if (idle) {
                giveUp();
            }
            return idle;
        } finally {
            uses.giveBack(slot);
        }
    }

    /** Gives back what is kept. To be called by whoever has the slot, between two messages. */
    void giveUp() {
        MemoryRegion region = kept;
        kept = null;
        outbound = null;
        small = null;
        if (region != null) {
            region.release();
        }
    }
}
