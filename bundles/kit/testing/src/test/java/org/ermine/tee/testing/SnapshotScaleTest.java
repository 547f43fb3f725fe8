// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.supplicant.ListenerHandler;
import org.junit.jupiter.api.Test;

/** What it costs to look at ten times as many, in bytes: these do not depend on how busy the machine is. */
class SnapshotScaleTest {

    private static final int MOST_TIMES_AS_MANY = 12;
    private static final int ROUNDS = 20;
    private static final String EMULATOR = "org.ermine.tee.qtee.emulator";

    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The least of several rounds: what else the virtual machine does on this thread does not count. */
    private long bytes(Supplier<?> work) {
        long least = Long.MAX_VALUE;
        long self = Thread.currentThread().getId();
        for (int i = 0; i < ROUNDS; i++) {
            long before = threads.getThreadAllocatedBytes(self);
            work.get();
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        return least;
    }

    private static void assertLinear(String what, long few, long many) {
        assertTrue(
                many <= MOST_TIMES_AS_MANY * few,
                what + ": " + many + " bytes for ten times as many as take " + few + " bytes");
    }

    @Test
    void givenTenTimesAsManyListenersThenASnapshotTakesAtMostTwelveTimesAsMuch() {
        try (InMemoryTee tee =
                InMemoryTee.builder().option(EMULATOR, "maxListeners", 4096).start()) {
            int listeners = 0;
            for (; listeners < 300; listeners++) {
                deployListener(tee, listeners);
            }
            long few = bytes(tee.runtime()::snapshot);
            for (; listeners < 3000; listeners++) {
                deployListener(tee, listeners);
            }
            assertLinear("listeners", few, bytes(tee.runtime()::snapshot));
        }
    }

    private static void deployListener(InMemoryTee tee, int number) {
        ListenerHandler handler = message -> {};
        tee.deploy(handler, Map.of(ListenerHandler.ID, 0x5000 + number, ListenerHandler.BUFFER_SIZE, 4096));
    }

    @Test
    void givenTenTimesAsManyCallbacksThenASnapshotTakesAtMostTwelveTimesAsMuch() {
        try (InMemoryTee tee = InMemoryTee.start()) {
            int callbacks = 0;
            for (; callbacks < 100; callbacks++) {
                deployCallback(tee, callbacks);
            }
            long few = bytes(tee.runtime()::snapshot);
            for (; callbacks < 1000; callbacks++) {
                deployCallback(tee, callbacks);
            }
            assertLinear("callbacks", few, bytes(tee.runtime()::snapshot));
        }
    }

    private static void deployCallback(InMemoryTee tee, int number) {
        CallbackObject object = (op, arguments) -> {};
        tee.deploy(object, Map.of(CallbackObject.NAME, "callback " + number));
    }

    @Test
    void givenTenTimesAsManyContextsThenASnapshotTakesAtMostTwelveTimesAsMuch() throws TeeException {
        try (InMemoryTee tee = InMemoryTee.start()) {
            int atFirst = tee.runtime().snapshot().devices[0].contexts.length;
            List<TeeContext> contexts = new ArrayList<>();
            openUpTo(1000, tee, contexts);
            long few = bytes(tee.runtime()::snapshot);
            openUpTo(10_000, tee, contexts);
            assertLinear("contexts", few, bytes(tee.runtime()::snapshot));

            assertEquals(10_000, tee.runtime().snapshot().devices[0].contexts.length - atFirst);
            contexts.forEach(TeeContext::close);
        }
    }

    private static void openUpTo(int count, InMemoryTee tee, List<TeeContext> contexts) throws TeeException {
        while (contexts.size() < count) {
            contexts.add(tee.open());
        }
    }
}
