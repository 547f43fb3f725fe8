// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.whiteboard.UnusableServiceException;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.fakes.FakeCall;
import org.ermine.tee.supplicant.fakes.FakeCalled;
import org.ermine.tee.supplicant.fakes.ManualWakeUp;
import org.ermine.tee.supplicant.handler.Handler;
import org.ermine.tee.supplicant.handler.HandlerProperties;
import org.ermine.tee.supplicant.support.WakeUp;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WatchdogWakeUpTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final AtomicInteger overdue = new AtomicInteger();
    private ManualWakeUp wakeUp;
    private final List<String> lines = new ArrayList<>();
    private final Watchdog watchdog = new Watchdog(
            DAY,
            256,
            this::manual,
            new RepeatLog(lines::add),
            new RepeatLog(lines::add),
            ConcurrentHashMap.newKeySet());

    private WakeUp manual(Runnable task) {
        wakeUp = new ManualWakeUp(task);
        return wakeUp;
    }

    private RunningCall begin(Duration limit) {
        return begin(limit, new FakeCalled("a handler of the test", overdue::incrementAndGet));
    }

    private RunningCall begin(Duration limit, Called called) {
        return begin(watchdog, limit, called);
    }

    /** It runs on a thread of its own. */
    private static RunningCall begin(Watchdog watchdog, Duration limit, Called called) {
        CallThread thread = new CallThread(new Thread(), null);
        RunningCall call = new RunningCall(new FakeCall((op, arguments) -> {}), thread);
        watchdog.enter(thread, call);
        watchdog.limit(call, limit, called);
        return call;
    }

    @Test
    void givenManyShortLimitsBesideALongOneThenNothingIsLeftOfTheShortOnes() {
        begin(DAY);
        for (int i = 0; i < 10_000; i++) {
            RunningCall call = begin(MILLISECOND);
            wakeUp.pass(MILLISECOND);
            watchdog.leave(call);
        }
        assertEquals(10_000, overdue.get(), "calls that exceeded their limit");
        assertEquals(10_000, wakeUp.runs(), "one look for each");
        wakeUp.pass(DAY);
        assertEquals(10_001, overdue.get());
        assertTrue(wakeUp.runs() <= 10_002, wakeUp.runs() + " looks");
    }

    @Test
    @DisplayName(
            "ERM-20, ERM-29: given calls that are overdue at once and a log that fails, then all of them are failed")
    void cannotBeTold() {
        RepeatLog failing = new RepeatLog(line -> {
            throw new IllegalStateException("thrown by the test");
        });
        Watchdog mute = new Watchdog(DAY, 256, this::manual, failing, failing, ConcurrentHashMap.newKeySet());
        AtomicInteger chores = new AtomicInteger();
        mute.alsoLook(() -> chores.incrementAndGet() == 0, 1);
        Called called = new FakeCalled("a handler of the test", overdue::incrementAndGet);
        List<RunningCall> calls =
                Stream.generate(() -> begin(mute, MILLISECOND, called)).limit(3).toList();
        assertThrows(IllegalStateException.class, () -> wakeUp.pass(MILLISECOND));
        assertEquals(
                List.of(true, true, true),
                calls.stream().map(RunningCall::isAnswered).toList());
        assertEquals(1, chores.get(), "what else is looked for");
    }

    @Test
    @DisplayName("ERM-22: given a call whose end fails with an Error, then others that are overdue end all the same")
    void oneCannotBeEnded() {
        for (int i = 0; i < 10; i++) {
            begin(MILLISECOND, new FakeCalled("a handler of the test", () -> {
                overdue.incrementAndGet();
                throw new NoClassDefFoundError("thrown by the test");
            }));
        }
        wakeUp.pass(MILLISECOND);
        assertEquals(10, overdue.get());
    }

    private static Handler<?> listener(int id) throws UnusableServiceException {
        return new Handler<>(
                "listener",
                HandlerProperties.ofListener(Map.of(ListenerHandler.ID, id, ListenerHandler.BUFFER_SIZE, 64)),
                "org.example.files 1.0.0 [7]");
    }

    @Test
    @DisplayName("ERM-24: given two listeners of one bundle that do not return in time, again and again, then the log "
            + "tells of each of"
            + " them by its name, once")
    void listenersAreToldApart() throws Exception {
        List<Handler<?>> handlers = List.of(listener(0xa), listener(0xb));
        for (int i = 0; i < 1000; i++) {
            for (Handler<?> handler : handlers) {
                RunningCall call = begin(MILLISECOND, handler);
                wakeUp.pass(MILLISECOND);
                watchdog.leave(call);
            }
        }
        assertEquals(2, lines.size(), lines::toString);
        for (int i = 0; i < 2; i++) {
            String line = lines.get(i);
            assertTrue(
                    line.startsWith(handlers.get(i).name() + ": ") && line.contains(" is still at work after "), line);
        }
    }
}
