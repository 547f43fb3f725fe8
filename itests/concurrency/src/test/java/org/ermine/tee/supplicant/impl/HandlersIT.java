// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import org.ermine.tee.itests.concurrency.Explorer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Handlers and workers, in every order that is reached. */
@ExtendWith(Explorer.Extension.class)
class HandlersIT {

    private static final int INTERLEAVINGS = 100;
    private static final int OF_WORKERS = 30;

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

    @Test
    @DisplayName("of two requests that are announced at once both are served (REQ-4)")
    void twoAnnouncements(Explorer explorer) {
        explorer.explore(OF_WORKERS, new WorkerScenarios.TwoAnnouncements());
    }

    @Test
    @DisplayName("of two requests that are announced at once to a worker that looks out both are served (REQ-4)")
    void announcementsBesideLookout(Explorer explorer) {
        explorer.explore(OF_WORKERS, new WorkerScenarios.AnnouncementsBesideLookout());
    }

    @Test
    @DisplayName("a turn that is handed to a worker without a lock gets there or is announced (REQ-4)")
    void handBesideGiveUp(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new WorkerScenarios.HandBesideGiveUp());
    }

    @Test
    @DisplayName("of two turns that are handed to one worker at once it gets one, and the other is announced (REQ-4)")
    void twoHands(Explorer explorer) {
        explorer.explore(INTERLEAVINGS, new WorkerScenarios.TwoHands());
    }

    @Test
    @DisplayName("a request that a worker waits for is served by another one, whenever it comes (REQ-14)")
    void lendBesideAnnouncement(Explorer explorer) {
        explorer.explore(OF_WORKERS, new WorkerScenarios.LendBesideAnnouncement());
    }

    @Test
    @DisplayName(
            "a request that waits for a worker in a slow call is served by another one, whenever it comes (ERM-23)")
    void lendSlowBesideAnnouncement(Explorer explorer) {
        explorer.explore(OF_WORKERS, new WorkerScenarios.LendSlowBesideAnnouncement());
    }

    @Test
    @DisplayName("turns of one owner that has its share of workers are all served, one after the other (ERM-23)")
    void turnsOfOneOwner(Explorer explorer) {
        explorer.explore(OF_WORKERS, new WorkerScenarios.TurnsOfOneOwner());
    }

    @Test
    @DisplayName("workers end, also with a request that is announced at that moment (ERM-12)")
    void closeBesideAnnouncement(Explorer explorer) {
        explorer.explore(OF_WORKERS, new WorkerScenarios.CloseBesideAnnouncement());
    }
}
