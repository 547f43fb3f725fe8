// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

/** Who carries out a call, as far as it is told of when the call does not end in time. */
public interface Called {

    /** The name by which people are told of it. */
    String name();

    /** What the log tells together: all that this one repeats, and nothing of others. */
    Object cause();

    /** Is called when a call of it did not end in time. */
    void failed();
}
