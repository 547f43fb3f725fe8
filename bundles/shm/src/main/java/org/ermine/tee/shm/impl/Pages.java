// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.impl;

/** Memory is shared by whole pages. */
final class Pages {

    static final int SIZE = 4096;

    /** The most bytes that fit into a buffer, in whole pages. */
    static final long LARGEST = (1L << 31) - SIZE;

    private Pages() {}

    /** Rounds 1 to {@link #LARGEST} bytes up. To be asked only after the size was checked: there is no overflow then. */
    static int roundUp(long size) {
        return Math.toIntExact((size + SIZE - 1) / SIZE * SIZE);
    }
}
