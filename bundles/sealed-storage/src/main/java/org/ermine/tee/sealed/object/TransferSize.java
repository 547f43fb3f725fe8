// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.object;

/** How much to pass in one invocation: what the TA asks for, within reason. */
final class TransferSize {

    private static final int LEAST = 16;
    private static final int MOST = 1024 * 1024;

    private TransferSize() {}

    static int bounded(int asked) {
        return Math.max(LEAST, Math.min(MOST, asked));
    }
}
