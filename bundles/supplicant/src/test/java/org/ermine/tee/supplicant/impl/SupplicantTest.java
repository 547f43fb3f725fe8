// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.policy.Permissions;
import org.ermine.tee.supplicant.fakes.FakeCall;
import org.ermine.tee.supplicant.fakes.FakeSource;
import org.ermine.tee.supplicant.options.Limits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

class SupplicantTest {

    /** The framework, where no service is got from it. */
    private static final BundleContext NO_SERVICES = null;

    private final List<HandlerDTO> handlers = new ArrayList<>();

    /** A core that is broken off when the supplicant leaves it. */
    private static final class LeftInVain implements Permissions {
        @Override
        public void require(Bundle bundle, Right right, String name) {}

        @Override
        public boolean permits(Bundle bundle, Right right, String name) {
            return true;
        }

        @Override
        public void contribute(RuntimeDTO runtime) {}

        @Override
        public void addListener(Runnable listener) {}

        @Override
        public void removeListener(Runnable listener) {
            throw new StackOverflowError("thrown by the test");
        }
    }

    @Test
    @Timeout(60)
    @DisplayName("ERM-29: given a supplicant, when the first step of its end breaks off, then its threads end all the "
            + "same")
    void givenAStepOfTheEndThatBreaksOffThenTheThreadsEnd() throws Exception {
        Limits limits =
                new Limits(1, 2, 2, 8, 0, Duration.ofSeconds(30), Duration.ofSeconds(20), Duration.ofSeconds(20));
        Supplicant supplicant = new Supplicant(NO_SERVICES, limits, new LeftInVain());
        supplicant.activate();
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        CallbackObject object = (op, arguments) -> worker.complete(Thread.currentThread());
        FakeSource source = new FakeSource();
        source.send(supplicant::requestQueued, new FakeCall(object)).await();

        supplicant.deactivate();

        worker.join().join();
    }

    private void active(long serviceId, String... devices) {
        HandlerDTO handler = new HandlerDTO();
        handler.serviceId = serviceId;
        handler.active = true;
        handler.devices = devices;
        handlers.add(handler);
    }

    @Test
    void givenAListenerThatEachTeeRefusesThenItIsNotActive() {
        active(1, "qtee");
        active(2);
        active(3);
        active(4, "qtee");
        FailedHandlerDTO first = new FailedHandlerDTO();
        first.serviceId = 3;
        FailedHandlerDTO second = new FailedHandlerDTO();
        second.serviceId = 4;
        Supplicant.noneIsActiveThatIsRefused(handlers, List.of(first, second));
        assertEquals(
                List.of(true, true, false, true),
                handlers.stream().map(handler -> handler.active).toList());
    }
}
