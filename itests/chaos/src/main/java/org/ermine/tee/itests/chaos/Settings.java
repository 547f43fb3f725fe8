// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * Settings of a run.
 *
 * @param seconds for how long there is load
 * @param wantedSwaps the load goes on until so many handlers were swapped, up to twice as long and the drain time, for
 *     which hostile code may hold an action up
 * @param bundles folder of the bundles to be started
 * @param work an empty folder for the framework
 * @param leakPatience how long what is released in the background may take in the end
 * @param planted faults that the run is to find
 */
record Settings(
        int seconds,
        long wantedSwaps,
        long seed,
        Path bundles,
        Path work,
        Duration leakPatience,
        Set<Planted> planted) {

    /** Faults that show that the end of a run can find them. */
    enum Planted {
        CONTEXT,
        CLASS_LOADER
    }
}
