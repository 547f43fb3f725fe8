// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.handshakes;

/** How a test of a handshake writes down what it saw. */
public final class Results {

    private Results() {}

    /** Whether something happened. */
    public static int number(boolean happened) {
        return happened ? 1 : 0;
    }
}
