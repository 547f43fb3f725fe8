// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntConsumer;

/**
 * Where threads announce what they use, so that nobody has to count each use: hazard pointers, with numbers for
 * pointers. Without thread locals, which would pin the class loader of what they refer to. Allocates nothing, takes no
 * lock.
 *
 * <p><b>The handshake.</b> Whoever uses something {@linkplain #claim announces} its key first and then looks it up, or
 * looks whether it is closed. Whoever ends it takes it out of its table first, or closes it, and then {@linkplain
 * #isClaimed looks} whether a slot has its key. Each is a volatile write before a volatile read of what the other one
 * writes. All volatile actions of a program have one order that agrees with the order in each thread. So if the user
 * found it there, its look-up comes before the removal, its announcement before that, and all this before the look at
 * the slots, which sees the announcement. If the announcement is not seen, the look-up comes after the removal, and
 * finds nothing. Maybe both see each other: then the user finds nothing, and is waited for in vain.
 *
 * <p>The same holds for {@code used}: the bit of a slot is set before its first claim, so who does not see it looked
 * before, and the look-up comes after the removal.
 *
 * <p><b>To be told.</b> Whoever ends something that is in use leaves the rest to the user: it {@linkplain #mark marks}
 * the slot, and the user sees that when it {@linkplain #release releases} the slot. One of these two comes first, as
 * both compare and set one number. What the user is to do then is handed over between them under a lock of theirs,
 * until {@link #free}.
 *
 * <p><b>Several things at once.</b> A key names a thing and, in its upper half, what the thing belongs to. So one
 * announcement serves whoever ends the thing, who looks for the whole key, and whoever ends what it belongs to, who
 * looks for the upper half alone: the handshake holds for each of them by itself, as the user looks up both after the
 * announcement, and each of them looks at the slots after the removal. The two need not know each other, nor does the
 * user know who marked its slot: what is done then is told when the slots are made.
 *
 * <p>Each thread has its own few slots, by a hash of its id. Where all of these are taken, by nested uses or by threads
 * with the same hash, a use is announced {@linkplain #NOWHERE nowhere}, and has to be counted.
 */
public final class HazardSlots {

    /** Stands for no slot. */
    public static final int NOWHERE = -1;

    /** How many slots a thread has, for uses within each other. */
    private static final int PROBES = 4;

    private static final int STRIPES = Long.SIZE;
    /** The distance between two slots: each stands on cache lines of its own, also where these are fetched in pairs. */
    private static final int STRIDE = 16;

    private static final long FREE = 0;
    private static final long MARKED = Long.MIN_VALUE;
    private static final long LOWER_HALF = 0xffff_ffffL;

    /**
     * The keys. No slot is on the cache lines of the array's length, which all threads read, or of what comes behind
     * the array.
     */
    private final AtomicLongArray keys = new AtomicLongArray((STRIPES * PROBES + 1) * STRIDE);
    /** The stripes in which a slot was ever claimed, one bit each. */
    private final AtomicLong used = new AtomicLong();

    private final IntConsumer marked;

    /** Makes slots for uses whose end need not be told. */
    public HazardSlots() {
        this.marked = this::free;
    }

    /**
     * @param marked does what the user of a marked slot is to do, on its thread when it {@linkplain #end ends}, and
     *     {@linkplain #free frees} the slot
     */
    public HazardSlots(IntConsumer marked) {
        this.marked = marked;
    }

    /**
     * Returns the key of a thing.
     *
     * @param whole what it belongs to, from 1
     * @param part a number of the thing, of which the lower half counts
     */
    public static long key(int whole, long part) {
        return (long) whole << Integer.SIZE | part & LOWER_HALF;
    }

    /** How many slots there are. They are numbered from 0. */
    public static int count() {
        return STRIPES * PROBES;
    }

    /**
     * Announces a use.
     *
     * @param key from 1, for example by {@link #key(int, long)}
     * @return the slot, which is the calling thread's until it releases it, or {@link #NOWHERE}
     */
    public int claim(long key) {
        int stripe = stripe();
        if ((used.get() & 1L << stripe) == 0) {
            used.getAndUpdate(stripes -> stripes | 1L << stripe);
        }
        int first = stripe * PROBES;
        for (int slot = first; slot < first + PROBES; slot++) {
            if (claim(slot, key)) {
                return slot;
            }
        }
        return NOWHERE;
    }

    /**
     * Claims a certain slot, by a thread to which the slot belongs, for a use that no other thread needs to see.
     *
     * @return false if it is claimed
     */
    public boolean claim(int slot, long key) {
        return keys.get(place(slot)) == FREE && keys.compareAndSet(place(slot), FREE, key);
    }

    /**
     * Ends a use, unless its slot was marked. What the thread reads afterwards is read after the slot was free.
     *
     * @return false if it was marked: the slot stays the thread's until it {@linkplain #free frees} it
     */
    public boolean release(int slot, long key) {
        return keys.compareAndSet(place(slot), key, FREE);
    }

    /** Ends a use. If its slot was marked, it first does what the mark stands for. */
    public void end(int slot, long key) {
        if (!release(slot, key)) {
            marked.accept(slot);
        }
    }

    /** Ends a use, marked or not. */
    public void free(int slot) {
        keys.set(place(slot), FREE);
    }

    /**
     * Makes {@link #release} of this slot return false.
     *
     * @return false if the slot has not this key any more; true also where it was marked before
     */
    public boolean mark(int slot, long key) {
        return keys.compareAndSet(place(slot), key, key | MARKED) || keys.get(place(slot)) == (key | MARKED);
    }

    /** The key of a slot, marked or not; 0 if it is free. */
    public long key(int slot) {
        return keys.get(place(slot)) & ~MARKED;
    }

    /** Whether a use of this key is announced. */
    public boolean isClaimed(long key) {
        return next(0, key, -1) != NOWHERE;
    }

    /**
     * Looks for keys by some of their bits.
     *
     * @param from the first slot to look at
     * @param mask which bits of a key are looked at
     * @return the first slot of which the key agrees with {@code key} in these bits, or {@link #NOWHERE}
     */
    public int next(int from, long key, long mask) {
        long stripes = usedFrom(from);
        for (; stripes != 0; stripes &= stripes - 1) {
            int first = Long.numberOfTrailingZeros(stripes) * PROBES;
            for (int slot = Math.max(first, from); slot < first + PROBES; slot++) {
                long found = key(slot);
                if (found != FREE && ((found ^ key) & mask) == 0) {
                    return slot;
                }
            }
        }
        return NOWHERE;
    }

    /** Returns the first slot from {@code from} on that may have been claimed once, or {@link #NOWHERE}. */
    public int nextUsed(int from) {
        long stripes = usedFrom(from);
        return stripes == 0 ? NOWHERE : Math.max(from, Long.numberOfTrailingZeros(stripes) * PROBES);
    }

    /**
     * The first slot from {@code from} on in which a use of anything that belongs to {@code whole} is announced, or
     * {@link #NOWHERE}.
     */
    public int nextOf(int from, int whole) {
        return next(from, key(whole, 0), ~LOWER_HALF);
    }

    /** The stripes in which a slot from {@code from} on was ever claimed. */
    private long usedFrom(int from) {
        return from < count() ? used.get() & -1L << from / PROBES : 0;
    }

    private static int place(int slot) {
        return (slot + 1) * STRIDE;
    }

    private static int stripe() {
        return (int) (Thread.currentThread().getId() * 0x9e3779b97f4a7c15L >>> Long.SIZE - 6);
    }
}
