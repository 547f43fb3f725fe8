// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import org.ermine.tee.itests.concurrency.Explorer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests, answers, clients that leave and contexts that close, in every order that is reached. */
@ExtendWith(Explorer.Extension.class)
class RequestsIT {

    private static final int QUEUE = 30;

    @Test
    @DisplayName(
            "an interrupted client leaves or gets its answer; its arguments are its own then (REQ-5, REQ-8, REQ-9, "
                    + "SEL-3, FIX-6)")
    void interrupt(Explorer explorer) {
        explorer.explore(QUEUE, new RequestScenarios.Interrupt());
    }

    @Test
    @DisplayName("an interrupted client leaves, but not while memory that it shares is copied (REQ-8, SEL-3)")
    void interruptBesideCopy(Explorer explorer) {
        explorer.explore(QUEUE, new RequestScenarios.InterruptBesideCopy());
    }

    @Test
    @DisplayName("a context closes beside a call, a receiver and an answer (CTX-6, REQ-11, ERM-12, TRAP-20)")
    void close(Explorer explorer) {
        explorer.explore(QUEUE, new RequestScenarios.Close());
    }

    @Test
    @DisplayName("an object is let go while its context closes: it is counted off once (CBO-4, CBO-6, SEL-8, ERM-10, "
            + "TRAP-13)")
    void release(Explorer explorer) {
        explorer.explore(QUEUE, new RequestScenarios.Release());
    }
}
