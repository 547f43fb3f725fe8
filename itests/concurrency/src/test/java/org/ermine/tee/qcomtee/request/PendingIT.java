// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

import org.ermine.tee.itests.concurrency.Explorer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests, answers, clients that leave and contexts that close, in every order that is reached. */
@ExtendWith(Explorer.Extension.class)
class PendingIT {

    private static final int STATES = 100;

    @Test
    @DisplayName("a client leaves while its request is delivered (REQ-8, SEL-3, FIX-6, ERM-9)")
    void leaveBesideDelivery(Explorer explorer) {
        explorer.explore(STATES, new PendingScenarios.LeaveBesideDelivery());
    }

    @Test
    @DisplayName("a client leaves while its request is answered: one of both succeeds (REQ-8, REQ-9, SUB-2, FIX-6)")
    void leaveBesideAnswer(Explorer explorer) {
        explorer.explore(STATES, new PendingScenarios.LeaveBesideAnswer());
    }

    @Test
    @DisplayName("a client leaves, but not while memory that it shares is copied (REQ-8, SEL-3)")
    void leaveBesideCopy(Explorer explorer) {
        explorer.explore(STATES, new PendingScenarios.LeaveBesideCopy());
    }

    @Test
    @DisplayName(
            "a client serves its request itself while another thread receives: one of both takes it (REQ-4, SEL-2)")
    void selectBesideOwn(Explorer explorer) {
        explorer.explore(STATES, new PendingScenarios.SelectBesideOwn());
    }

    @Test
    @DisplayName("of two answers to one request the first is accepted (REQ-11, SUB-3, ERM-2)")
    void twoAnswers(Explorer explorer) {
        explorer.explore(STATES, new PendingScenarios.TwoAnswers());
    }

    @Test
    @DisplayName("a context closes while a request is answered: it is completed once (CTX-6, REQ-11, SUB-8, ERM-12)")
    void closeBesideAnswer(Explorer explorer) {
        explorer.explore(STATES, new PendingScenarios.CloseBesideAnswer());
    }

    @Test
    @DisplayName(
            "a context closes while a delivery fails: the request is completed once (CTX-6, REQ-11, SEL-7, ERM-12)")
    void closeBesideFailure(Explorer explorer) {
        explorer.explore(STATES, new PendingScenarios.CloseBesideFailure());
    }

    @Test
    @DisplayName("a context closes while a request is queued: it is refused, or fails (CTX-5, REQ-2, ERM-12, TRAP-20)")
    void closeBesideCall(Explorer explorer) {
        explorer.explore(STATES, new PendingScenarios.CloseBesideCall());
    }

    @Test
    @DisplayName("a client leaves and calls again while the first request is answered (SUB-2, SUB-3, ERM-2, TRAP-12, "
            + "TRAP-14)")
    void callAfterLeaving(Explorer explorer) {
        explorer.explore(STATES, new PendingScenarios.CallAfterLeaving());
    }

    @Test
    @DisplayName("while somebody works on an abandoned request, nobody gets its place (REQ-8, REQ-10)")
    void placeOfAbandoned(Explorer explorer) {
        explorer.explore(STATES, new PendingScenarios.PlaceOfAbandoned());
    }
}
