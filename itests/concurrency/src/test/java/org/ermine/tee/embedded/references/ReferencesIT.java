// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.references;

import org.ermine.tee.itests.concurrency.Explorer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** References that are counted once for all bundles, in every order that is reached. */
@ExtendWith(Explorer.Extension.class)
class ReferencesIT {

    private static final int INTERLEAVINGS = 100;

    @Test
    @DisplayName("who gives the last reference back is told so, and nobody gets one afterwards (OBJ-2, CBO-4)")
    void retainBesideLastRelease(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ReferenceScenarios.RetainBesideLastRelease());
    }

    @Test
    @DisplayName("two references are taken at once: both are counted (OBJ-2)")
    void twoRetains(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ReferenceScenarios.TwoRetains());
    }

    @Test
    @DisplayName("one reference is released twice at once: it is the last one once (OBJ-2)")
    void twoReleasesOfOne(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ReferenceScenarios.TwoReleasesOfOne());
    }
}
