// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks.turns;

/** Something that can be done over and over, and whose cost is asked for. */
@FunctionalInterface
public interface Work {

    /** Does it so many times. */
    void run(int times) throws Exception;

    /** Does it so many times and returns the nanoseconds that this took. */
    default long timed(int times) throws Exception {
        long start = System.nanoTime();
        run(times);
        return System.nanoTime() - start;
    }

    /** The same work with a seeded slow-down: it takes so many percent longer than it has to. */
    default Work slowedBy(int percent) throws Exception {
        return new Slowed(this, percent);
    }

    /**
     * Waits until what it set off elsewhere is done too, so that it disturbs nobody. Is called after each slice, and
     * not timed.
     */
    default void settle() throws Exception {}
}
