// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.ermine.tee.trusted.TrustedObject;

/**
 * Hosted objects by the identity of their instances. A hash table with open addressing: it has no entries beside the
 * objects themselves, as there may be a million, but a byte of their hashes: by it a search passes others without a
 * look at them, which seldom are in the cache. It grows by a quarter, once two thirds of its places are taken. Thread
 * safe.
 *
 * <p>It consists of parts, so that threads seldom meet at one and none waits long while it grows. A part's monitor
 * guards all of it. Whoever takes the instance away from a hosted object removes that before.
 */
final class IdentityTable {

    /** Bits of the hash that choose the part, and as many parts. */
    private static final int PART_BITS = 6;

    private static final int PARTS = 1 << PART_BITS;
    /** An identity hash is not negative. */
    private static final int HASH_BITS = 31;

    private static final int FIRST_LENGTH = 16;

    private final Part[] parts;

    IdentityTable() {
        this(DomainObject[]::new);
    }

    /** @param memory where the table gets its places */
    IdentityTable(IntFunction<DomainObject[]> memory) {
        parts = Stream.generate(() -> new Part(memory)).limit(PARTS).toArray(Part[]::new);
    }

    /**
     * Adds an object, unless there is one for the same instance. Adds nothing where the table would have to grow, and
     * there is no memory.
     *
     * @return the one that there is; null if it was added
     */
    DomainObject putIfAbsent(DomainObject object) {
        return part(object.instance()).putIfAbsent(object);
    }

    /** Removes this object. Another one for the same instance, which may have taken its place, stays. */
    void remove(DomainObject object) {
        TrustedObject instance = object.instance();
        if (instance != null) {
            part(instance).remove(object, instance);
        }
    }

    /** All that were there from begin to end of the call and match, maybe also others that do. */
    List<DomainObject> matching(Predicate<DomainObject> filter) {
        List<DomainObject> found = new ArrayList<>();
        for (Part part : parts) {
            part.collect(filter, found);
        }
        return found;
    }

    private Part part(TrustedObject instance) {
        return parts[System.identityHashCode(instance) & PARTS - 1];
    }

    private static final class Part {

        private final IntFunction<DomainObject[]> memory;
        /** Between the home of an object and its place no place is free. */
        private DomainObject[] places;
        /** The mark of the object at each place; 0 where the place is free. */
        private byte[] marks;

        private int count;

        Part(IntFunction<DomainObject[]> memory) {
            this.memory = memory;
            places = memory.apply(FIRST_LENGTH);
            marks = new byte[FIRST_LENGTH];
        }

        synchronized DomainObject putIfAbsent(DomainObject object) {
            growIfFull();
            int place = find(object.instance());
            DomainObject present = places[place];
            if (present == null) {
                set(place, object);
                count++;
            }
            return present;
        }

        synchronized void remove(DomainObject object, TrustedObject instance) {
            int place = find(instance);
            if (places[place] == object) {
                clear(place);
                count--;
                closeGap(place);
            }
        }

        synchronized void collect(Predicate<DomainObject> filter, List<DomainObject> found) {
            for (DomainObject object : places) {
                if (object != null && filter.test(object)) {
                    found.add(object);
                }
            }
        }

        /** The place of the object for an instance; if there is none, the free one that it would get. */
        private int find(TrustedObject instance) {
            byte mark = mark(instance);
            int place = home(instance);
            while (marks[place] != 0 && (marks[place] != mark || places[place].instance() != instance)) {
                place = after(place);
            }
            return place;
        }

        private void set(int place, DomainObject object) {
            places[place] = object;
            marks[place] = mark(object.instance());
        }

        private void clear(int place) {
            places[place] = null;
            marks[place] = 0;
        }

        /** The lowest bits of the hash that the part was not chosen by: home takes the highest ones. Never 0. */
        private static byte mark(TrustedObject instance) {
            return (byte) (System.identityHashCode(instance) >>> PART_BITS | Byte.MIN_VALUE);
        }

        private int home(TrustedObject instance) {
            long fraction = System.identityHashCode(instance) >>> PART_BITS;
            return (int) (fraction * places.length >>> HASH_BITS - PART_BITS);
        }

        /** Those behind the gap move up, as far as they would not be found any more. */
        private void closeGap(int gap) {
            for (int place = after(gap); marks[place] != 0; place = after(place)) {
                DomainObject object = places[place];
                clear(place);
                set(find(object.instance()), object);
            }
        }

        private void growIfFull() {
            if (count >= places.length / 3 * 2) {
                DomainObject[] full = places;
                byte[] free = new byte[full.length + full.length / 4];
                places = memory.apply(free.length);
                marks = free;
                for (DomainObject object : full) {
                    if (object != null) {
                        set(find(object.instance()), object);
                    }
                }
            }
        }

        private int after(int place) {
            return place + 1 == places.length ? 0 : place + 1;
        }
    }
}
