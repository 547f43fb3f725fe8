// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * An atomic number that has its cache line for itself, also where lines are fetched in pairs, wherever a collection
 * moves it.
 */
final class PaddedLong {

    private static final int PAIR_OF_LINES = 128 / Long.BYTES;

    private final AtomicLongArray numbers = new AtomicLongArray(2 * PAIR_OF_LINES);

    long get() {
        return numbers.get(PAIR_OF_LINES);
    }

    void set(long number) {
        numbers.set(PAIR_OF_LINES, number);
    }

    boolean compareAndSet(long expected, long number) {
        return numbers.compareAndSet(PAIR_OF_LINES, expected, number);
    }
}
