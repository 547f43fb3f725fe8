// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shm.object;

import org.ermine.tee.itests.concurrency.Explorer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shared memory, in every order that is reached. */
@ExtendWith(Explorer.Extension.class)
class MemoryIT {

    private static final int INTERLEAVINGS = 100;

    @Test
    @DisplayName("the last reference on a memory object goes while another thread takes one (MEM-6, FIX-8)")
    void retainBesideLastRelease(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new MemoryScenarios.RetainBesideLastRelease());
    }

    @Test
    @DisplayName("two references on a memory object are given back at once: the memory goes once (MEM-6)")
    void twoReleases(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new MemoryScenarios.TwoReleases());
    }

    @Test
    @DisplayName("a memory object goes while another is allocated: ids and addresses name one each (MEM-6, ERM-2)")
    void releaseBesideAllocate(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new MemoryScenarios.ReleaseBesideAllocate());
    }
}
