// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.impl;

import static org.ermine.tee.monitor.impl.State.device;
import static org.ermine.tee.monitor.impl.State.failed;
import static org.ermine.tee.monitor.impl.State.failedService;
import static org.ermine.tee.monitor.impl.State.handler;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

class EventPosterTest {

    private final State state = new State();
    private final List<String> posted = new ArrayList<>();
    private final EventPoster poster = new EventPoster(new EventAdmin() {
        @Override
        public void postEvent(Event event) {
            posted.add(event.getTopic().substring("org/ermine/tee/".length()) + " " + event.getProperty("name") + " "
                    + event.getProperty("state"));
        }

        @Override
        public void sendEvent(Event event) {
            throw new AssertionError("nobody waits for listeners");
        }
    });

    @BeforeEach
    void bind() {
        state.dto.devices = new DeviceDTO[] {device("tee0")};
        state.dto.handlers = new HandlerDTO[] {handler("0xb", 1, true)};
        poster.bind(state, counts());
    }

    /** Service properties of a runtime that has counted so many changes. */
    private Map<String, Object> counts() {
        return Map.of(TeeRuntime.SERVICES_CHANGECOUNT, state.dto.servicesChangeCount);
    }

    private void change(String... expected) {
        posted.clear();
        state.dto.servicesChangeCount++;
        poster.changed(state, counts());
        assertEquals(List.of(expected), posted);
    }

    @Test
    void whatWasThereBeforeIsNotPosted() {
        change();
    }

    @Test
    void devicesThatComeAndGoArePosted() {
        state.dto.devices = new DeviceDTO[] {device("tee0"), device("tee1")};
        change("Device/ADDED tee1 present");

        state.dto.devices = new DeviceDTO[] {device("tee1")};
        change("Device/REMOVED tee0 null");
    }

    @Test
    void aHandlerThatTakesOverIsPostedBesideTheOneThatStepsBack() {
        state.dto.handlers = new HandlerDTO[] {handler("0xb", 1, false), handler("0xb", 2, true)};

        change("Handler/CHANGED 0xb standby", "Handler/ADDED 0xb active");
    }

    @Test
    void aHandlerThatCannotBeUsedIsPostedWithTheReason() {
        state.dto.failedHandlers = new FailedHandlerDTO[] {failed("listener", null)};
        change("FailedHandler/ADDED  bufferSize is missing");

        state.dto.failedHandlers = new FailedHandlerDTO[0];
        change("FailedHandler/REMOVED  null");
    }

    @Test
    void aTrustedServiceThatClientsDoNotReachIsPostedWithTheReason() {
        state.dto.failedTrustedServices = new FailedTrustedServiceDTO[] {failedService("")};
        change("FailedTrustedService/ADDED  qtee.uid is missing");

        state.dto.failedTrustedServices = new FailedTrustedServiceDTO[0];
        change("FailedTrustedService/REMOVED  null");
    }

    @Test
    void whileOnlyContextsComeAndGoNoLookIsTaken() {
        int before = state.snapshots;
        for (int i = 0; i < 1000; i++) {
            poster.changed(state, counts());
        }
        assertEquals(before, state.snapshots);

        change();
        assertEquals(before + 1, state.snapshots, "a handler may have changed");
    }

    @Test
    void aStateThatChangesInNumbersOnlyIsNotPosted() {
        state.dto.handlers[0].requests++;
        state.dto.devices[0].pendingReleases++;

        change();
    }
}
