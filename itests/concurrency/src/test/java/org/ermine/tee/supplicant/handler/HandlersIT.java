// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import org.ermine.tee.itests.concurrency.Explorer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Handlers that come and go while they are called, in every order that is reached. */
@ExtendWith(Explorer.Extension.class)
class HandlersIT {

    private static final int INTERLEAVINGS = 100;

    @Test
    @DisplayName("a handler is removed while a call of it begins: none begins later (ERM-3)")
    void leaseBesideRefuse(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new HandlerScenarios.LeaseBesideRefuse());
    }

    @Test
    @DisplayName("a handler that comes when it was removed already is not called (ERM-3)")
    void addBesideRefuse(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new HandlerScenarios.AddBesideRefuse());
    }

    @Test
    @DisplayName(
            "a handler that is unregistered serves what its calls in progress call of it, and nothing else (ERM-3)")
    void retireBesideNestedCall(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new HandlerScenarios.RetireBesideNestedCall());
    }

    @Test
    @DisplayName("a listener handler is called for one request at a time")
    void twoLeases(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new HandlerScenarios.TwoLeases());
    }
}
