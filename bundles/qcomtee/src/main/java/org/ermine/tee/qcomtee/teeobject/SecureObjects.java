// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntConsumer;
import org.ermine.tee.qcomtee.call.ServicePolicy;
import org.ermine.tee.qcomtee.message.Wire;

/**
 * The references that the normal world holds on objects hosted by QTEE. Each id that QTEE hands out is one reference,
 * also if it names the same object again. It is known by a number here, its handle, as there may be a million: so one
 * takes eight bytes, its count included, and not those of a Java object. When its last holder is gone, the device's
 * release queue gives it back: until then it is a link of the queue, so that to drop it needs no memory.
 *
 * <p>A handle is used again once QTEE was told. So whoever has no reference must not use one, but for the {@link #word}
 * of what it announced in {@link ObjectUses} before it found it.
 *
 * <p>What is free is a chain whose head counts its changes: whoever takes the first one must not take it for the one it
 * saw when it was taken and came back meanwhile. So that takes no lock. {@code this} guards {@code made} and changes of
 * {@code chunks}, for whoever needs more than there ever were.
 */
public final class SecureObjects {

    /** No handle. */
    public static final int NONE = -1;

    /** The names of QTEE's own objects leave this bit free. */
    private static final int OPENS_SERVICES = Wire.NORMAL_WORLD;

    private static final int CHUNK_BITS = 10;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final long ONE = 1L << Integer.SIZE;
    private static final long LOW = ONE - 1;

    /** Counts failures from here on: the link to a handle is greater, as there are fewer than two thousand million. */
    private static final int FAILED = Integer.MIN_VALUE;

    private static final int MOST_FAILURES = 1 << 16;

    /**
     * By handle. The lower half is the id on the wire, and {@link #OPENS_SERVICES}. The upper half is the number of
     * references; or, once that is 0, a negative one: the link to another handle, or how often the release failed.
     */
    private volatile AtomicLongArray[] chunks = {};

    /** The first handle of those that are free, and how often it changed. */
    private final AtomicLong free = new AtomicLong(NONE & LOW);

    /** How many handles there were ever. */
    private int made;

    private final IntConsumer dropped;

    /** @param dropped takes those whose last reference is gone */
    SecureObjects(IntConsumer dropped) {
        this.dropped = dropped;
    }

    /** Takes a handle with a first reference, to be {@linkplain #name named} before anything else. */
    public int take() {
        long seen = free.get();
        while ((int) seen != NONE) {
            int first = (int) seen;
            if (free.compareAndSet(seen, next(seen, link(first)))) {
                set(first, ONE);
                return first;
            }
            seen = free.get();
        }
        return make();
    }

    private synchronized int make() {
        if (made == chunks.length * CHUNK) {
            grow();
        }
        int object = made;
        set(object, ONE);
        made++;
        return object;
    }

    private void grow() {
        AtomicLongArray[] more = Arrays.copyOf(chunks, chunks.length + 1);
        more[chunks.length] = new AtomicLongArray(CHUNK);
        chunks = more;
    }

    /** Takes a handle with a first reference. */
    public int take(int name, boolean opensServices) {
        int object = take();
        name(object, name, opensServices);
        return object;
    }

    /** QTEE holds nothing under it: it may be taken again. */
    public void free(int object) {
        long seen;
        do {
            seen = free.get();
            link(object, (int) seen);
        } while (!free.compareAndSet(seen, next(seen, object)));
    }

    /**
     * @param name the object's id on the wire, as QTEE gave it
     * @param opensServices whether it is known to be a client environment
     */
    public void name(int object, int name, boolean opensServices) {
        set(object, ONE | word(name, opensServices) & LOW);
    }

    /** The id on the wire. */
    public int name(int object) {
        return wordName(word(object));
    }

    /** Whether it is known to be a client environment, see {@link ServicePolicy}. */
    public boolean opensServices(int object) {
        return wordOpensServices(word(object));
    }

    /** What {@link #name(int)} and {@link #opensServices} read, at once. */
    public int word(int object) {
        return (int) get(object);
    }

    /** What {@link #word(int)} is of an object. */
    public static int word(int name, boolean opensServices) {
        return opensServices ? name | OPENS_SERVICES : name;
    }

    public static int wordName(int word) {
        return word & ~OPENS_SERVICES;
    }

    public static boolean wordOpensServices(int word) {
        return word < 0;
    }

    /** Takes a reference unless the last one is gone. */
    boolean tryRetain(int object) {
        long seen = get(object);
        while (references(seen) > 0) {
            if (compareAndSet(object, seen, Math.addExact(seen, ONE))) {
                return true;
            }
            seen = get(object);
        }
        return false;
    }

    /** Gives a reference back. */
    public void release(int object) {
        long seen;
        do {
            seen = get(object);
            if (references(seen) <= 0) {
                throw new IllegalStateException(
                        "object " + name(object) + " of QTEE is released more often than retained");
            }
        } while (!compareAndSet(object, seen, seen - ONE));
        if (references(seen) == 1) {
            dropped.accept(object);
        }
    }

    // What follows is for whoever has the handle when its last reference is gone.

    /** Another one that it was linked to, or {@link #NONE}. */
    int link(int object) {
        return ~references(get(object)) - 1;
    }

    void link(int object, int next) {
        upper(object, ~(next + 1));
    }

    void unlink(int object) {
        upper(object, 0);
    }

    /** How often its release failed since it was linked last. */
    int failures(int object) {
        int count = references(get(object)) - FAILED;
        return count >= 0 && count <= MOST_FAILURES ? count : 0;
    }

    /** Its release failed once more. */
    void failed(int object) {
        upper(object, FAILED + Math.min(MOST_FAILURES, failures(object) + 1));
    }

    private void upper(int object, int upper) {
        set(object, (long) upper << Integer.SIZE | get(object) & LOW);
    }

    private static int references(long entry) {
        return (int) (entry >> Integer.SIZE);
    }

    private long get(int object) {
        return chunks[object >>> CHUNK_BITS].get(object & CHUNK - 1);
    }

    private void set(int object, long entry) {
        chunks[object >>> CHUNK_BITS].set(object & CHUNK - 1, entry);
    }

    private boolean compareAndSet(int object, long seen, long entry) {
        return chunks[object >>> CHUNK_BITS].compareAndSet(object & CHUNK - 1, seen, entry);
    }

    private static long next(long head, int first) {
        return (head & ~LOW) + ONE | first & LOW;
    }
}
