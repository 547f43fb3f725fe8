// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.ermine.tee.trusted.TrustedObject;

/**
 * Hosted objects by the identity of their instances. A hash table with open addressing: it has no entries beside the objects
 * themselves, as there may be a million, and it grows by a quarter, once half of its places are taken: each place that a search
 * passes costs a look at the object there, which is seldom in the cache. Thread safe.
 *
 * <p>It consists of parts, so that threads seldom meet at one and none waits long while it grows. A part's monitor guards all of
 * it. Whoever takes the instance away from a hosted object removes that before.
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
        this(HostedObject[]::new);
    }

    /** @param memory where the table gets its places */
    IdentityTable(IntFunction<HostedObject[]> memory) {
        parts = Stream.generate(() -> new Part(memory)).limit(PARTS).toArray(Part[]::new);
    }

    /**
     * Adds an object, unless there is one for the same instance. Adds nothing where the table would have to grow, and there is no memory.
     *
     * @return the one that there is; null if it was added
     */
    HostedObject putIfAbsent(HostedObject object) {
        return part(object.instance()).putIfAbsent(object);
    }

    /** Removes this object. Another one for the same instance, which may have taken its place, stays. */
    void remove(HostedObject object) {
        TrustedObject instance = object.instance();
        if (instance != null) {
            part(instance).remove(object, instance);
        }
    }

    /** All that were there from begin to end of the call and match, maybe also others that do. */
    List<HostedObject> matching(Predicate<HostedObject> filter) {
        List<HostedObject> found = new ArrayList<>();
        for (Part part : parts) {
            part.collect(filter, found);
        }
        return found;
    }

    private Part part(TrustedObject instance) {
        return parts[System.identityHashCode(instance) & PARTS - 1];
    }

    private static final class Part {

        private final IntFunction<HostedObject[]> memory;
        /** Between the home of an object and its place no place is free. */
        private HostedObject[] places;

        private int count;

        Part(IntFunction<HostedObject[]> memory) {
            this.memory = memory;
            places = memory.apply(FIRST_LENGTH);
        }

        synchronized HostedObject putIfAbsent(HostedObject object) {
            growIfFull();
            int place = find(object.instance());
            HostedObject present = places[place];
            if (present == null) {
                places[place] = object;
                count++;
            }
            return present;
        }

        synchronized void remove(HostedObject object, TrustedObject instance) {
            int place = find(instance);
            if (places[place] == object) {
                places[place] = null;
                count--;
                closeGap(place);
            }
        }

        synchronized void collect(Predicate<HostedObject> filter, List<HostedObject> found) {
            for (HostedObject object : places) {
                if (object != null && filter.test(object)) {
                    found.add(object);
                }
            }
        }

        /** The place of the object for an instance; if there is none, the free one that it would get. */
        private int find(TrustedObject instance) {
            int place = home(instance);
            while (places[place] != null && places[place].instance() != instance) {
                place = after(place);
            }
            return place;
        }

        private int home(TrustedObject instance) {
            long fraction = System.identityHashCode(instance) >>> PART_BITS;
            return (int) (fraction * places.length >>> HASH_BITS - PART_BITS);
        }

        /** Those behind the gap move up, as far as they would not be found any more. */
        private void closeGap(int gap) {
            for (int place = after(gap); places[place] != null; place = after(place)) {
                HostedObject object = places[place];
                places[place] = null;
                places[find(object.instance())] = object;
            }
        }

        private void growIfFull() {
            if (count >= places.length / 2) {
                HostedObject[] full = places;
                places = memory.apply(full.length + full.length / 4);
                for (HostedObject object : full) {
                    if (object != null) {
                        places[find(object.instance())] = object;
                    }
                }
            }
        }

        private int after(int place) {
            return place + 1 == places.length ? 0 : place + 1;
        }
    }
}
