// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.fakes.FakeDriver;
import org.ermine.tee.core.fakes.FakeFramework;
import org.ermine.tee.core.fakes.FakeMemory;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.fakes.FakePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;

/** Two bundles at one device, of which one opens contexts without end. */
@Timeout(60)
class ContextPlacesTest {

    private static final Owner GREEDY = new Owner(7, "greedy", "1.0.0");
    private static final Owner NEIGHBOUR = new Owner(8, "neighbour", "1.0.0");

    private final Device device = new Device(
            "fake",
            new FakeDriver(),
            new FakeMemory(),
            () -> null,
            new Counters(),
            new AtomicReference<>(),
            Duration.ofSeconds(10),
            new ContextPlaces(10, 60));

    @AfterEach
    void stop() {
        device.stop(Duration.ofSeconds(5));
    }

    private interface Asking {
        void run() throws TeeException;
    }

    private static String assertRefused(Asking asking) {
        TeeException refusal = assertThrows(TeeException.class, asking::run);
        assertEquals(Errno.ENOSPC, refusal.errno().orElseThrow());
        return refusal.getMessage();
    }

    private List<TeeContext> openAll(Owner owner) {
        List<TeeContext> contexts = new ArrayList<>();
        assertRefused(() -> {
            while (true) {
                contexts.add(device.open(owner));
            }
        });
        return contexts;
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle that opens all contexts it can, then it is refused by name, and its neighbour is "
                    + "not")
    void greedyOwner() throws TeeException {
        List<TeeContext> contexts = openAll(GREEDY);
        assertEquals(6, contexts.size());
        assertEquals(
                "one more context: greedy 1.0.0 [7] has used up its share of open contexts: it has 6 of 6 (option "
                        + "ownerSharePercent"
                        + " of org.ermine.tee.core, 60 of 10)",
                assertRefused(() -> device.open(GREEDY)));
        device.open(NEIGHBOUR).close();
        contexts.get(0).close();
        device.open(GREEDY);
        assertRefused(() -> device.open(GREEDY));
    }

    @Test
    @DisplayName("ERM-23: given as many contexts as a device may have, then the error says so, and who has the most")
    void limit() {
        openAll(GREEDY);
        assertEquals(4, openAll(NEIGHBOUR).size());
        assertEquals(
                "there are 10 contexts, the limit (option contexts of org.ermine.tee.core); greedy 1.0.0 [7] has 6 "
                        + "of it",
                assertRefused(() -> device.open(new Owner(9, "third", "1.0.0"))));
    }

    @Test
    @DisplayName("ERM-23: given opens that fail, then no place is lost")
    void failedOpens() throws TeeException {
        FakeDriver failing = new FakeDriver() {
            @Override
            public org.ermine.tee.spi.DriverContext open(org.ermine.tee.spi.ContextHost host) throws TeeException {
                throw new TeeException(Errno.ENOMEM, "no");
            }
        };
        ContextPlaces places = new ContextPlaces(10, 60);
        Device broken = new Device(
                "broken",
                failing,
                new FakeMemory(),
                () -> null,
                new Counters(),
                new AtomicReference<>(),
                Duration.ofSeconds(10),
                places);
        for (int i = 0; i < 20; i++) {
            TeeException refusal = assertThrows(TeeException.class, () -> broken.open(GREEDY));
            assertEquals(Errno.ENOMEM, refusal.errno().orElseThrow());
        }
        for (int i = 0; i < 6; i++) {
            places.take(GREEDY);
        }
        assertRefused(() -> places.take(GREEDY));
        broken.stop(Duration.ZERO);
    }

    @Test
    @DisplayName("ERM-29: given places that are taken, when they are given back, then that needs no memory")
    void givenBackWithoutMemory() throws TeeException {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        ContextPlaces places = new ContextPlaces(10, 60);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
            OwnerShares.Share first = places.take(GREEDY);
            OwnerShares.Share last = places.take(GREEDY);
            long before = threads.getThreadAllocatedBytes(self);
            places.giveBack(first);
            places.giveBack(last);
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        assertEquals(0, least, "bytes");
    }

    @Test
    @DisplayName("ERM-22: given permissions that fail with an Error after a context was opened, then it does not stay"
            + " open")
    void permissionsFailMeanwhile() {
        Bundle bundle = FakeFramework.bundle(9, "hostile");
        FakePermissions permissions = new FakePermissions();
        permissions.onQuestion = () -> permissions.undecidable.add(bundle);
        DeviceHandle handle = DeviceHandle.of(device, permissions, bundle);

        assertThrows(StackOverflowError.class, handle::open);

        assertEquals(0, device.describe().contextCount);
    }
}
