// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import org.ermine.tee.itests.concurrency.Explorer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers, and turns that are announced to them, in every order that is reached. */
@ExtendWith(Explorer.Extension.class)
class WorkersIT {

    private static final int OF_LOOKOUT = 100;
    private static final int OF_WORKERS = 30;

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
        explorer.explore(OF_LOOKOUT, new WorkerScenarios.HandBesideGiveUp());
    }

    @Test
    @DisplayName("of two turns that are handed to one worker at once it gets one, and the other is announced (REQ-4)")
    void twoHands(Explorer explorer) {
        explorer.explore(OF_LOOKOUT, new WorkerScenarios.TwoHands());
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
