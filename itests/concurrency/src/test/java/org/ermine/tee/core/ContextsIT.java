// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core;

import org.ermine.tee.core.callback.IncomingCallScenarios;
import org.ermine.tee.core.context.ContextScenarios;
import org.ermine.tee.core.device.DeviceScenarios;
import org.ermine.tee.core.invoke.GateScenarios;
import org.ermine.tee.core.object.CallbackTableScenarios;
import org.ermine.tee.itests.concurrency.Explorer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Devices, contexts and callback objects, in every order that is reached. */
@ExtendWith(Explorer.Extension.class)
class ContextsIT {

    private static final int INTERLEAVINGS = 100;

    @Test
    @DisplayName("a device refuses users while one comes (CTX-1, CTX-10, CTX-13)")
    void enterBesideRefuse(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new DeviceScenarios.EnterBesideRefuse());
    }

    @Test
    @DisplayName("the last references on a context are put at once: it ends once (CTX-3, CTX-7)")
    void twoPuts(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ContextScenarios.TwoPuts());
    }

    @Test
    @DisplayName("a context is cut off while its last reference is put: it ends once (CTX-7)")
    void putBesideCutOff(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new ContextScenarios.PutBesideCutOff());
    }

    @Test
    @DisplayName("a context closes while a thread invokes: it ends when nobody is inside (CTX-3, CTX-7)")
    void closeBesideInvoke(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new GateScenarios.CloseBesideInvoke());
    }

    @Test
    @DisplayName(
            "a context closes while an object of it is handed over: it is told of its release once (CBO-6, ERM-12)")
    void closeBesideHandOver(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new CallbackTableScenarios.CloseBesideHandOver());
    }

    @Test
    @DisplayName("a context closes while an object is handed over in vain: it is not told of a release (CBO-5, ERM-12)")
    void closeBesideFailedHandOver(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new CallbackTableScenarios.CloseBesideFailedHandOver());
    }

    @Test
    @DisplayName("the TEE lets an object go while the invocation that carried it ends (CBO-6)")
    void releaseBesideSettle(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new CallbackTableScenarios.ReleaseBesideSettle());
    }

    @Test
    @DisplayName("a thread goes on to another context while the invocations of the first are counted: each counts once")
    void countBesideRead(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new GateScenarios.CountBesideRead());
    }

    @Test
    @DisplayName(
            "a call is failed while its object copies shared memory: it is answered once, afterwards (ERM-4, ERM-20)")
    void failBesideCopy(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new IncomingCallScenarios.FailBesideCopy());
    }
}
