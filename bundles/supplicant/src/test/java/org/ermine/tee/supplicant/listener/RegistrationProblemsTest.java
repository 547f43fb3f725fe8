// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.whiteboard.UnusableServiceException;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.handler.Handler;
import org.ermine.tee.supplicant.handler.HandlerProperties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RegistrationProblemsTest {

    private static final RegistrationCause NO_ROOM = cause(RegistrationStep.LISTENER, 10, 1);

    private final RegistrationProblems problems = new RegistrationProblems();

    private static RegistrationCause cause(RegistrationStep step, int result, int listener) {
        return RegistrationCause.of(
                new RefusedStepException(step, new TeeException(TeeResult.of(result), "refused")), listener);
    }

    private static Handler<ListenerHandler> handler(int listener) throws UnusableServiceException {
        Map<String, Object> properties =
                Map.of(ListenerHandler.ID, listener, ListenerHandler.BUFFER_SIZE, 4096, "service.id", (long) listener);
        return new Handler<>("listener", HandlerProperties.ofListener(properties), "test.bundle 1.0.0");
    }

    @Test
    @DisplayName(
            "ERM-24: given a step that throws a checked exception that it does not declare, then that step was refused")
    void givenAStepThatThrowsAnUndeclaredExceptionThenItWasRefused() {
        RefusedStepException refused = assertThrows(
                RefusedStepException.class,
                () -> RegistrationStep.MEMORY.carryOut(() -> RegistrationProblemsTest.<Object, RuntimeException>raise(
                        new IOException("thrown by the test"))));
        assertTrue(refused.getMessage().contains("thrown by the test"), refused.getMessage());
    }

    @SuppressWarnings("unchecked")
    private static <T, X extends Throwable> T raise(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    @DisplayName("ERM-24: given a thousand listeners with one cause, then the log is told of it in one line")
    void givenManyWithOneCauseThenItIsToldOnce() throws UnusableServiceException {
        for (int i = 1; i <= 1000; i++) {
            problems.failed(i, handler(i), NO_ROOM, "no room", 0);
        }
        assertEquals(
                List.of("listener 0x1 of test.bundle 1.0.0 (service 1) and 999 more: no room"), problems.takeNews());
        problems.failed(2000, handler(2000), NO_ROOM, "no room", 0);
        assertEquals(List.of(), problems.takeNews());
    }

    @Test
    @DisplayName(
            "ERM-24: given a cause that comes and goes, then the log is told of it again only after it was gone for "
                    + "long")
    void givenACauseComesAndGoesThenItIsNotToldEachTime() throws UnusableServiceException {
        long now = 0;
        int told = 0;
        for (int i = 0; i < 1000; i++) {
            problems.failed(1, handler(1), NO_ROOM, "no room", now);
            told += problems.takeNews().size();
            problems.solved(1, now);
            problems.retain(List.of(), now);
            now += Duration.ofSeconds(1).toNanos();
        }
        assertEquals(1, told);
        problems.retain(List.of(), now + ListenersWaiting.REMEMBERED);
        problems.failed(1, handler(1), NO_ROOM, "no room again", now);
        assertEquals(1, problems.takeNews().size());
    }

    @Test
    void givenACauseWithAnotherHandlerThenFinalOnesAreTriedAgain() throws UnusableServiceException {
        RegistrationCause reserved = cause(RegistrationStep.LISTENER, 13, 0);
        Handler<?> first = handler(0);
        problems.failed(0, first, reserved, "reserved", 0);
        assertFalse(problems.permitAttempt(0, first, Long.MAX_VALUE));
        assertEquals(Long.MAX_VALUE, problems.nextAttempt());
        assertTrue(problems.permitAttempt(0, handler(77), 0));
        assertTrue(problems.permitAttempt(1, handler(1), 0), "the reserved id concerns others");
    }

    @Test
    void givenPausesThenTheyGrowToThirtySecondsAndBeginAnewWithAChange() throws UnusableServiceException {
        long now = 0;
        for (int i = 0; i < 20; i++) {
            problems.failed(1, handler(1), NO_ROOM, "no room", now);
            long pause = problems.nextAttempt() - now;
            assertEquals(
                    Math.min(100L << Math.min(i, 20), 30_000),
                    Duration.ofNanos(pause).toMillis());
            now = problems.nextAttempt();
        }
        problems.retryAll();
        assertTrue(problems.permitAttempt(1, handler(1), now - 1));
        problems.failed(1, handler(1), NO_ROOM, "no room", now);
        assertEquals(100, Duration.ofNanos(problems.nextAttempt() - now).toMillis());
    }

    @Test
    void givenStepsThatDoNotDependOnTheListenerThenTheirCauseIsOneForAll() {
        for (RegistrationStep step : List.of(
                RegistrationStep.CONTEXT, RegistrationStep.MEMORY, RegistrationStep.CLIENT, RegistrationStep.SERVICE)) {
            assertEquals(cause(step, 10, 1), cause(step, 10, 2), step.name());
        }
        assertEquals(cause(RegistrationStep.LISTENER, 10, 1), cause(RegistrationStep.LISTENER, 10, 2));
        assertEquals(cause(RegistrationStep.LISTENER, -103, 1), cause(RegistrationStep.LISTENER, -103, 2));
        assertFalse(cause(RegistrationStep.LISTENER, 12, 1).equals(cause(RegistrationStep.LISTENER, 12, 2)));
    }
}
