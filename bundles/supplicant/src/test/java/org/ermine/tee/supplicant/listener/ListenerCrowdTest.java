// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.call.Watchdog;
import org.ermine.tee.supplicant.fakes.FakeQtee;
import org.ermine.tee.supplicant.fakes.ManualWakeUp;
import org.ermine.tee.supplicant.fakes.Services;
import org.ermine.tee.supplicant.handler.HandlerInvoker;
import org.ermine.tee.supplicant.handler.HandlerRegistry;
import org.ermine.tee.supplicant.handler.HandlerSlot;
import org.ermine.tee.supplicant.support.WakeUp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many listeners on one device, whose time passes when the test says so. */
class ListenerCrowdTest {

    private static final ListenerHandler HANDLER = message -> {};
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int FIRST_ID = 0x100;

    private final FakeQtee qtee = new FakeQtee();
    private final Watchdog watchdog = new Watchdog(Duration.ofSeconds(30), 256);
    private final HandlerRegistry<ListenerHandler> registry = new HandlerRegistry<>(
            HandlerRegistry.Kind.LISTENER, Duration.ZERO, GRACE, () -> this.device.reconcileSoon());
    private ManualWakeUp wakeUp;
    private long services;
    private final ListenerDevice device = new ListenerDevice(
            qtee, registry, new HandlerInvoker(watchdog), Duration.ofSeconds(1), () -> {}, this::manual);

    private WakeUp manual(Runnable task) {
        wakeUp = new ManualWakeUp(task);
        return wakeUp;
    }

    @AfterEach
    void close() {
        device.close(Duration.ZERO);
        watchdog.close();
        assertEquals(0, qtee.unclosed(), "objects, memories and contexts left open");
    }

    /** @return the key of the service */
    private long add(int number) {
        return add(number, 4096);
    }

    private long add(int number, int bufferSize) {
        registry.add(Services.listener(++services, FIRST_ID + number, bufferSize, HANDLER));
        return services;
    }

    private void pass(long millis) {
        wakeUp.pass(Duration.ofMillis(millis));
    }

    private Set<String> reasons() {
        return device.describe().stream().map(failed -> failed.reason).collect(Collectors.toSet());
    }

    @Test
    @DisplayName("ERM-20: given 60 listeners that are updated once a second, then a device looks once for each event, "
            + "however"
            + " long it goes on")
    void givenListenersThatComeAndGoThenThereIsOneLookForEachEvent() {
        long[] keys = new long[60];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = add(i);
        }
        pass(1);
        int events = keys.length;
        for (int second = 0; second < 120; second++) {
            for (int i = 0; i < keys.length; i++) {
                registry.remove(keys[i]);
                pass(8);
                keys[(i + 30) % 60] = replaced(keys, (i + 30) % 60);
                pass(8);
                keys[i] = add(i);
                events += 2;
            }
        }
        pass(1);
        assertEquals(60, qtee.count());
        assertEquals(60, qtee.attempts(), "registrations stay while handlers change within the grace time");
        assertTrue(wakeUp.runs() <= 3L * events, wakeUp.runs() + " looks for " + events + " events");
        assertTrue(wakeUp.planned() <= 2 * wakeUp.runs() + events, wakeUp.planned() + " wake-ups planned");
        long before = wakeUp.runs();
        pass(Duration.ofDays(1).toMillis());
        assertEquals(before, wakeUp.runs(), "looks although nothing changes");
    }

    private long replaced(long[] keys, int number) {
        registry.remove(keys[number]);
        return add(number);
    }

    @Test
    @DisplayName(
            "ERM-23: given more listeners than the TEE serves, then one is tried again for all of them, less and less"
                    + " often")
    void givenMoreListenersThanTheTeeServesThenOneIsTriedForAll() {
        qtee.limit(64);
        for (int i = 0; i < 1000; i++) {
            add(i);
        }
        pass(1);
        assertEquals(64, qtee.count());
        assertEquals(65, qtee.attempts(), "attempts at first");
        assertEquals(936, device.describe().size());
        assertEquals(1, reasons().size(), "reasons " + reasons());

        pass(Duration.ofMinutes(10).toMillis());
        assertTrue(qtee.attempts() <= 65 + 30, qtee.attempts() + " attempts within ten minutes");
        assertTrue(wakeUp.runs() <= 100, wakeUp.runs() + " looks within ten minutes");
        assertEquals(1, reasons().size(), "reasons " + reasons());
    }

    @Test
    void givenAListenerGoesWhereThereIsNoRoomThenTheNextTakesItsPlaceAtOnce() {
        qtee.limit(2);
        long first = add(0);
        add(1);
        add(2);
        add(3);
        pass(Duration.ofMinutes(10).toMillis());
        assertEquals(2, device.describe().size());

        registry.remove(first);
        pass(GRACE.toMillis() + 1);
        takeBackVacant();
        assertEquals("{257=4096, 258=4096}", qtee.listeners());
        assertEquals(1, device.describe().size());
    }

    /** The grace time of a place is a time of the system, so the device is told of one that has none. */
    private void takeBackVacant() {
        registry.all().forEach(HandlerSlot::close);
        device.reconcileSoon();
        pass(1);
    }

    @Test
    void givenThereIsRoomAgainThenAllThatWaitAreRegistered() {
        qtee.limit(10);
        for (int i = 0; i < 50; i++) {
            add(i);
        }
        pass(Duration.ofMinutes(10).toMillis());
        qtee.limit(40);
        pass(Duration.ofSeconds(31).toMillis());
        assertEquals(40, qtee.count());
        qtee.limit(100);
        pass(Duration.ofSeconds(31).toMillis());
        assertEquals(50, qtee.count());
        assertEquals(List.of(), device.describe());
    }

    @Test
    @DisplayName(
            "ERM-22: given a listener that the TEE refuses for an unknown reason, then others are registered at once")
    void givenOneIsRefusedForItsOwnReasonThenOthersAreRegisteredAtOnce() {
        qtee.refuse(new TeeException(TeeResult.of(77), "not this one"));
        add(0);
        pass(1);
        assertEquals(1, device.describe().size());
        add(1);
        add(2);
        pass(1);
        assertEquals(2, qtee.count());
        pass(100);
        assertEquals(3, qtee.count());
    }

    @Test
    @DisplayName("ERM-22: given a listener for which there is no memory, then smaller ones are registered at once")
    void givenNoMemoryForOneThenSmallerOnesAreRegisteredAtOnce() {
        qtee.memory(10 * 4096);
        add(0, 1 << 20);
        pass(1);
        assertEquals(1, device.describe().size());
        for (int i = 1; i <= 12; i++) {
            add(i);
        }
        pass(1);
        assertEquals(10, qtee.count());
        assertEquals(3, device.describe().size());
        assertEquals(1, wakeUp.runs() - 1, "looks");
    }

    @Test
    void givenTheTeeAnswersNobodyThenOneAttemptIsMadeForAllListeners() {
        qtee.refuseClients(
                new TeeException(TeeResult.TIMEOUT, "operation 2 on the root object of fake: TIMEOUT (-103)"));
        for (int i = 0; i < 100; i++) {
            add(i);
        }
        pass(1);
        assertEquals(1, qtee.clients(), "attempts");
        assertEquals(100, device.describe().size());
        add(100);
        pass(1);
        assertEquals(1, qtee.clients(), "attempts when another listener came");
        pass(100);
        assertEquals(2, qtee.clients(), "attempts after the first pause");

        qtee.refuseClients(null);
        pass(200);
        assertEquals(101, qtee.count());
    }

    @Test
    @DisplayName(
            "ERM-22: given permissions changed, then what was refused is tried at once, however long the pause was")
    void givenPermissionsChangedThenListenersAreTriedAtOnce() {
        qtee.refuseClients(new TeeException(Errno.EACCES, "test.bundle may not open service 87: no rule"));
        add(0);
        add(1);
        pass(Duration.ofMinutes(10).toMillis());
        int attempts = qtee.clients();
        pass(Duration.ofSeconds(1).toMillis());
        assertEquals(attempts, qtee.clients());

        device.retrySoon();
        pass(1);
        assertEquals(attempts + 1, qtee.clients(), "it is still refused");
        pass(100);
        assertEquals(attempts + 2, qtee.clients(), "the pauses begin anew");
        qtee.refuseClients(null);
        device.retrySoon();
        pass(1);
        assertEquals(2, qtee.count());
    }

    @Test
    void givenRefusalsThenTheReasonsNameNoObjects() {
        qtee.limit(1);
        add(0);
        add(1);
        pass(1);
        FailedHandlerDTO failed = device.describe().get(0);
        assertEquals("0x101", failed.name);
        Set<String> reasons = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            pass(31_000);
            reasons.addAll(reasons());
        }
        assertEquals(1, reasons.size(), "reasons " + reasons);
    }
}
