// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.buffer;

import org.ermine.tee.shm.backing.Pages;

/**
 * Sizes of pooled buffers: the powers of two from 4 KiB to 4 MiB, and 4 MiB + 4 KiB. The last is exactly the largest
 * message, 4 MiB of arguments and a page for the header; the next power of two would waste half of it.
 */
public final class SizeClass {

    static final int COUNT = 12;
    public static final int LARGEST = (4 << 20) + Pages.SIZE;

    private static final int POWERS_OF_TWO = COUNT - 1;
    private static final int SMALLEST_SHIFT = 12;

    private SizeClass() {}

    /** The smallest class that holds {@code size} bytes, 1 to {@link #LARGEST}. */
    public static int of(int size) {
        if (size <= Pages.SIZE) {
            return 0;
        }
        return Math.min(Integer.SIZE - Integer.numberOfLeadingZeros(size - 1) - SMALLEST_SHIFT, POWERS_OF_TWO);
    }

    /** Bytes of the buffers of a class. */
    public static int bytes(int sizeClass) {
        return sizeClass < POWERS_OF_TWO ? 1 << sizeClass + SMALLEST_SHIFT : LARGEST;
    }
}
