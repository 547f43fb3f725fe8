// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.events;

import static org.ermine.tee.runtime.State.device;
import static org.ermine.tee.runtime.State.failed;
import static org.ermine.tee.runtime.State.failedService;
import static org.ermine.tee.runtime.State.handler;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.State;
import org.ermine.tee.runtime.TeeRuntime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

    @Test
    void aChangeThatCannotBeLookedAtIsPostedLater() {
        state.dto.devices = new DeviceDTO[] {device("tee0"), device("tee1")};
        state.dto.servicesChangeCount++;
        state.looking = () -> {
            throw new OutOfMemoryError("while it is counted");
        };
        assertThrows(OutOfMemoryError.class, () -> poster.changed(state, counts()));
        assertEquals(List.of(), posted);

        state.looking = () -> {};
        poster.changed(state, counts());
        assertEquals(List.of("Device/ADDED tee1 present"), posted);
    }

    @Test
    @Timeout(60)
    @DisplayName("ERM-20: given a part of another bundle that does not return when it is asked what it knows, then "
            + "the runtime can go")
    void theRuntimeCanGoWhileALookDoesNotReturn() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        state.looking = () -> {
            asked.countDown();
            awaitUnderProtest(end);
        };
        state.dto.devices = new DeviceDTO[0];
        state.dto.servicesChangeCount++;
        Thread looking = new Thread(() -> poster.changed(state, counts()));
        looking.start();
        asked.await();

        poster.gone(state);

        end.countDown();
        looking.join();
        assertEquals(List.of(), posted, "nothing is known of a runtime that went");
    }

    private static void awaitUnderProtest(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
