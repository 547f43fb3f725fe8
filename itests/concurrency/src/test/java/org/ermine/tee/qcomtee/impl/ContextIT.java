// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import org.ermine.tee.itests.concurrency.Explorer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Invocations from the context to the secure channel, in every order that is reached. */
@ExtendWith(Explorer.Extension.class)
class ContextIT {

    private static final int INTERLEAVINGS = 100;

    @Test
    @DisplayName("an object is released while two threads invoke it: QTEE is told once, when both are through (OBJ-4)")
    void invokeBesideRelease(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ContextScenarios.InvokeBesideRelease());
    }

    @Test
    @DisplayName("a context is closed while an object of it is invoked: QTEE is told once, afterwards (OBJ-4, CTX-4)")
    void invokeBesideClose(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ContextScenarios.InvokeBesideClose());
    }

    @Test
    @DisplayName("memory is short while a thread invokes: it loses its buffers between two messages only (MSG-2)")
    void invokeBesideShortage(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ContextScenarios.InvokeBesideShortage());
    }
}
