// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.benchmarks;

/** The heap that is in use after a collection of garbage. */
public final class LiveHeap {

    private static final int COLLECTIONS = 4;

    private LiveHeap() {}

    /** The least of a few collections, since one may run into an allocation of another thread. */
    public static long bytes() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            used = Math.min(
                    used,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return used;
    }
}
