// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.ListenerRegistry;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.call.Watchdog;
import org.ermine.tee.supplicant.fakes.FakeQtee;
import org.ermine.tee.supplicant.fakes.Services;
import org.ermine.tee.supplicant.handler.HandlerInvoker;
import org.ermine.tee.supplicant.handler.HandlerRegistry;
import org.ermine.tee.supplicant.support.WakeUpThread;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ListenerDeviceTest {

    private static final ListenerHandler HANDLER = message -> {};

    private final FakeQtee qtee = new FakeQtee();
    private final Watchdog watchdog = new Watchdog(Duration.ofSeconds(30), 256);
    private ListenerDevice device;
    private HandlerRegistry<ListenerHandler> registry = registry(Duration.ofSeconds(20));

    private HandlerRegistry<ListenerHandler> registry(Duration grace) {
        HandlerRegistry<ListenerHandler> made = new HandlerRegistry<>(
                HandlerRegistry.Kind.LISTENER, Duration.ofSeconds(1), grace, () -> device.reconcileSoon());
        device = device(made, () -> {});
        return made;
    }

    private ListenerDevice device(HandlerRegistry<ListenerHandler> handlers, Runnable onProblem) {
        return new ListenerDevice(
                qtee,
                handlers,
                new HandlerInvoker(watchdog),
                Duration.ofSeconds(1),
                onProblem,
                task -> new WakeUpThread("test-listeners", task));
    }

    @AfterEach
    void close() {
        device.close(Duration.ofSeconds(10));
        watchdog.close();
        assertEquals("{}", qtee.listeners());
        assertEquals(0, qtee.unclosed(), "objects, memories and contexts left open");
    }

    private void expectListeners(String expected) {
        await().untilAsserted(() -> assertEquals(expected, qtee.listeners()));
    }

    @Test
    void givenHandlersThenEachListenerIsRegisteredOnceWithMemoryOfItsSize() {
        registry.add(Services.listener(1, 0xb, 20 * 1024, HANDLER));
        registry.add(Services.listener(2, 0xb, 20 * 1024, HANDLER));
        registry.add(Services.listener(3, 0x7000, 504 * 1024, HANDLER));

        expectListeners("{11=20480, 28672=516096}");
        assertEquals(2, qtee.attempts());
    }

    @Test
    void givenAHandlerIsReplacedThenTheRegistrationStays() {
        registry.add(Services.listener(1, 0xb, 4096, HANDLER));
        expectListeners("{11=4096}");
        var callback = qtee.callback(0xb);
        registry.remove(1L);
        registry.add(Services.listener(2, 0xb, 4000, HANDLER));
        registry.add(Services.listener(3, 0xc, 4096, HANDLER));

        expectListeners("{11=4096, 12=4096}");
        assertEquals(callback, qtee.callback(0xb));
    }

    @Test
    void givenASuccessorNeedsMoreMemoryThenTheListenerIsRegisteredAnew() {
        registry.add(Services.listener(1, 0xb, 4096, HANDLER));
        expectListeners("{11=4096}");
        registry.remove(1L);
        registry.add(Services.listener(2, 0xb, 5000, HANDLER));
        expectListeners("{11=8192}");
    }

    @Test
    void givenNoSuccessorThenTheRegistrationIsTakenBackAfterTheGraceTime() {
        registry = registry(Duration.ofMillis(50));
        registry.add(Services.listener(1, 0xb, 4096, HANDLER));
        expectListeners("{11=4096}");
        registry.remove(1L);
        expectListeners("{}");
    }

    @Test
    void givenTheTeeRefusesForNowThenItIsAskedAgainAndTheReasonIsShownMeanwhile() {
        qtee.refuse(new TeeException(Errno.ENOMEM, "no memory"));
        qtee.refuseAll(new TeeException(TeeResult.of(12), "id in use"));
        registry.add(Services.listener(1, 0xb, 4096, HANDLER));

        await().until(() -> !device.describe().isEmpty());
        assertTrue(
                device.describe().get(0).reason.contains("fake: "),
                device.describe().get(0).reason);
        assertEquals(1, device.describe().get(0).serviceId);
        await().until(() -> qtee.attempts() >= 2);
        qtee.refuseAll(null);
        expectListeners("{11=4096}");
        await().until(() -> device.describe().isEmpty());
    }

    @Test
    @DisplayName("given an id that is in use for a moment, when the TEE lets it go, then it is registered and was no "
            + "problem")
    void givenAPredecessorGoesThenItsSuccessorIsNoProblem() {
        assertPasses(new TeeException(TeeResult.of(ListenerRegistry.ERROR_ID_IN_USE), "id in use"));
    }

    @Test
    @DisplayName(
            "given that nobody serves callbacks, as this service comes or goes, then it is no problem before it lasts")
    void givenNobodyServesCallbacksForAMomentThenItIsNoProblem() {
        assertPasses(new TeeException(TeeResult.UNAVAIL, Errno.ENODEV, "no supplicant is running"));
    }

    private void assertPasses(TeeException refusal) {
        qtee.refuse(refusal, refusal, refusal);
        AtomicInteger problems = new AtomicInteger();
        device.close(Duration.ofSeconds(10));
        device = device(registry, problems::incrementAndGet);
        registry.add(Services.listener(1, 0xb, 4096, HANDLER));

        expectListeners("{11=4096}");
        assertEquals(4, qtee.attempts());
        assertEquals(0, problems.get(), "times that a problem came or went");
    }

    @Test
    @DisplayName("given an id that another has for good, then it is a problem that tells so, and is tried at growing "
            + "intervals")
    void givenAnotherHasTheIdForGoodThenItIsAProblem() {
        qtee.refuseAll(new TeeException(TeeResult.of(ListenerRegistry.ERROR_ID_IN_USE), "id in use"));
        registry.add(Services.listener(1, 0xb, 4096, HANDLER));

        await().until(() -> !device.describe().isEmpty());
        assertTrue(
                device.describe().get(0).reason.contains("the id is registered already"),
                device.describe().get(0).reason);
        long most = PassingRefusals.PATIENCE / PassingRefusals.PAUSE + 10;
        assertTrue(qtee.attempts() <= most, () -> qtee.attempts() + " attempts");
        qtee.refuseAll(null);
        expectListeners("{11=4096}");
    }

    @Test
    void givenTheTeeRefusesForGoodThenItIsNotAskedAgainUntilAnotherHandlerComes() {
        qtee.refuse(new TeeException(TeeResult.of(13), "id reserved"));
        registry.add(Services.listener(1, 0xb, 4096, HANDLER));
        await().until(() -> !device.describe().isEmpty());
        assertEquals("0xb", device.describe().get(0).name);

        registry.add(Services.listener(2, 0xc, 4096, HANDLER));
        expectListeners("{12=4096}");
        assertEquals(2, qtee.attempts(), "the reserved id was tried again");

        registry.remove(1L);
        registry.add(Services.listener(3, 0xb, 4096, HANDLER));
        expectListeners("{11=4096, 12=4096}");
    }

    @Test
    void givenTheTeeLetsAListenerGoThenItIsRegisteredAgain() {
        registry.add(Services.listener(1, 0xb, 4096, HANDLER));
        expectListeners("{11=4096}");
        qtee.callback(0xb).released();
        await().until(() -> qtee.attempts() == 2);
        expectListeners("{11=4096}");
    }

    @Test
    @DisplayName("ERM-22: given memory that is closed under a registration, then it is that listener's problem, and "
            + "another one is registered")
    void givenMemoryIsClosedUnderARegistrationThenItIsTriedAgain() {
        qtee.loseMemory(Integer.MAX_VALUE);
        registry.add(Services.listener(1, 0xb, 4096, HANDLER));
        await().until(() -> !device.describe().isEmpty());
        assertTrue(
                device.describe().get(0).reason.contains("the memory is closed"),
                device.describe().get(0).reason);

        qtee.loseMemory(0);
        registry.add(Services.listener(2, 0xc, 4096, HANDLER));
        expectListeners("{11=4096, 12=4096}");
        assertEquals(2, qtee.attempts());
    }
}
