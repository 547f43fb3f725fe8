// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.export;

import org.ermine.tee.itests.concurrency.Explorer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Objects that QTEE knows of the normal world, and their references, in every order that is reached. */
@ExtendWith(Explorer.Extension.class)
class ExportsIT {

    private static final int INTERLEAVINGS = 100;

    @Test
    @DisplayName("both references with an id are given back at once (CBO-9, ERM-14, TRAP-18)")
    void twoReleasesOfExport(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ExportScenarios.TwoReleasesOfExport());
    }

    @Test
    @DisplayName("QTEE lets an object go while it names it in a message (CBO-8, OBJ-8)")
    void releaseBesideAcquire(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ExportScenarios.ReleaseBesideAcquire());
    }

    @Test
    @DisplayName("the device ends while QTEE lets an object go: it goes once (CBO-9)")
    void clearBesideRelease(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ExportScenarios.ClearBesideRelease());
    }
}
