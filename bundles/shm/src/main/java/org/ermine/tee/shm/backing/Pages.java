// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.backing;

/** Memory is shared by whole pages. */
public final class Pages {

    public static final int SIZE = 4096;

    /** The most bytes that fit into a buffer, in whole pages. */
    public static final long LARGEST = (1L << 31) - SIZE;

    private Pages() {}

    /**
     * Rounds 1 to {@link #LARGEST} bytes up. To be asked only after the size was checked: there is no overflow then.
     */
    public static int roundUp(long size) {
        return Math.toIntExact((size + SIZE - 1) / SIZE * SIZE);
    }
}
