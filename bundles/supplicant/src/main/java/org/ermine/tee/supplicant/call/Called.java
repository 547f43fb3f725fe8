// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

/** Whoever carries out a call, as far as a call that does not end in time is told of. */
public interface Called {

    /** The name by which people are told of it. */
    String name();

    /** The key by which the log counts repetitions: all that this one repeats has the same, and nothing of others. */
    Object cause();

    /** Counts a call of it that did not end in time. */
    void failed();
}
