// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ermine.tee.Arguments;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.core.fakes.FakeContext;
import org.ermine.tee.core.fakes.Fixture;
import org.ermine.tee.core.fakes.Undeclared;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.TeeObserver;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What core tells an observer, and what it counts without one. */
@Timeout(30)
class WatchTest {

    /** Writes down what it is told. */
    private static class Notes implements TeeObserver {

        final List<String> lines = new ArrayList<>();
        final List<Ended> ends = new ArrayList<>();
        int sampling = 1;
        private int begun;

        @Override
        public int sampling() {
            return sampling;
        }

        @Override
        public Object begin(Activity activity) {
            begun++;
            lines.add("begin " + activity + " " + begun);
            return begun;
        }

        @Override
        public void end(Activity activity, Object begun, Source source, Ended ended) {
            ends.add(ended);
            lines.add("end " + activity + " " + begun + ": operation " + ended.op() + " of " + ended.object() + " is "
                    + ended.result());
        }

        @Override
        public void failed(Source source, long object, int op, TeeException reason) {
            lines.add("failed: operation " + op + " of " + object + " for " + source.owner() + ": "
                    + reason.getMessage());
        }

        @Override
        public void released(Source source, String kind, long object) {
            lines.add("released " + kind + " " + object + " of context " + source.context() + " on " + source.device());
        }

        @Override
        public void swapped(HandlerSwapDTO swap) {
            throw new AssertionError("not by core");
        }
    }

    private final Notes notes = new Notes();

    @AutoClose
    private Fixture fixture;

    private TeeObject root;

    @BeforeEach
    void open() throws TeeException {
        fixture = new Fixture();
        root = fixture.context.root();
    }

    private void observe(TeeObserver observer) {
        fixture.observer.set(observer);
    }

    @Test
    void anInvocationIsWatchedFromBeginToEnd() throws TeeException {
        observe(notes);
        root.invoke(7, new Arguments());
        assertEquals(List.of("begin INVOCATION 1", "end INVOCATION 1: operation 7 of -1 is 0"), notes.lines);
        assertTrue(notes.ends.get(0).nanos() >= 0, notes.ends.toString());
        assertEquals(-1, notes.ends.get(0).waitedNanos());
    }

    @Test
    void ofManyInvocationsOneInSoManyIsWatched() throws TeeException {
        notes.sampling = 4;
        observe(notes);
        for (int op = 0; op < 12; op++) {
            root.invoke(op, new Arguments());
        }
        assertEquals(
                List.of(0, 4, 8), notes.ends.stream().map(TeeObserver.Ended::op).toList());
    }

    @Test
    void everyFailureIsToldWatchedOrNot() throws TeeException {
        notes.sampling = 1000;
        observe(notes);
        root.invoke(1, new Arguments());
        notes.lines.clear();
        fixture.backend.invocation = (object, op, params) -> 12;
        assertThrows(TeeException.class, () -> root.invoke(2, new Arguments()));
        fixture.backend.invocation = (object, op, params) -> {
            throw FakeContext.noDevice();
        };
        assertThrows(TeeException.class, () -> root.invoke(3, new Arguments()));
        assertThrows(TeeException.class, () -> root.invoke(-1, new Arguments()));

        assertEquals(3, notes.lines.size(), notes.lines.toString());
        assertTrue(
                notes.lines.get(0).startsWith("failed: operation 2 of -1 for com.example.client 1.2.3: operation 2"),
                notes.lines.get(0));
        assertTrue(notes.lines.get(1).endsWith("the TEE is gone"), notes.lines.get(1));
        assertTrue(notes.lines.get(2).endsWith("operations are numbered from 0 to 65533"), notes.lines.get(2));
    }

    @Test
    void aWatchedFailureEndsWithItsResultOrItsErrno() {
        observe(notes);
        fixture.backend.invocation = (object, op, params) -> 12;
        assertThrows(TeeException.class, () -> root.invoke(2, new Arguments()));
        fixture.backend.invocation = (object, op, params) -> {
            throw FakeContext.noDevice();
        };
        assertThrows(TeeException.class, () -> root.invoke(3, new Arguments()));
        assertEquals(
                List.of(12, -19),
                notes.ends.stream().map(TeeObserver.Ended::result).toList());
    }

    @Test
    void aCallbackIsWatchedWithTheTimeThatItWaited() throws TeeException {
        CallbackObject refusing = (op, arguments) -> arguments.expect(1, 0, 0, 0);
        root.invoke(0, new Arguments().in(refusing));
        observe(notes);
        long queuedAt = System.nanoTime() - 1_000_000;
        fixture.backend.request(0, 5, request -> request.queuedAt(queuedAt));
        fixture.workers.serveAll();

        assertEquals(List.of("begin CALLBACK 1", "end CALLBACK 1: operation 5 of 0 is 2"), notes.lines);
        assertTrue(notes.ends.get(0).waitedNanos() >= 1_000_000, notes.ends.toString());
    }

    @Test
    void releasesOfBothKindsAreTold() throws TeeException {
        CallbackObject object = (op, arguments) -> {};
        root.invoke(0, new Arguments().in(object));
        TeeObject first = fixture.teeObject(40);
        TeeObject second = first.duplicate();
        notes.sampling = 1000;
        observe(notes);

        first.close();
        assertEquals(List.of(), notes.lines);
        second.close();
        fixture.backend.request(0, DriverContext.OP_RELEASE);
        fixture.workers.serveAll();
        assertEquals(
                List.of("released tee 40 of context 1 on fake", "released callback 0 of context 1 on fake"),
                notes.lines);
    }

    @Test
    void anObserverThatFailsHarmsNobody() throws TeeException {
        observe(new Notes() {
            @Override
            public Object begin(Activity activity) {
                throw new NoClassDefFoundError("gone");
            }

            @Override
            public void end(Activity activity, Object begun, Source source, Ended ended) {
                throw new IllegalStateException("gone");
            }
        });
        root.invoke(7, new Arguments());
        assertEquals(1, fixture.backend.invocations.get());
    }

    @Test
    @DisplayName("ERM-22: given an observer that throws an Error or what it does not declare in any of its methods,"
            + " then invocations are as before")
    void anObserverThatThrowsAnythingHarmsNobody() throws TeeException {
        List<Throwable> all =
                List.of(new StackOverflowError(), new OutOfMemoryError("of the test"), new IOException("undeclared"));
        for (Throwable thrown : all) {
            observe(new Notes() {
                @Override
                public Object begin(Activity activity) {
                    throw Undeclared.sneaky(thrown);
                }

                @Override
                public void end(Activity activity, Object begun, Source source, Ended ended) {
                    throw Undeclared.sneaky(thrown);
                }

                @Override
                public void failed(Source source, long object, int op, TeeException reason) {
                    throw Undeclared.sneaky(thrown);
                }

                @Override
                public void released(Source source, String kind, long object) {
                    throw Undeclared.sneaky(thrown);
                }
            });
            root.invoke(7, new Arguments());
            assertThrows(TeeException.class, () -> root.invoke(-1, new Arguments()));
            fixture.teeObject(40).close();
            observe(new Notes() {
                @Override
                public int sampling() {
                    throw Undeclared.sneaky(thrown);
                }
            });
            root.invoke(8, new Arguments());
        }
        assertEquals(List.of(40L, 40L, 40L), fixture.backend.released);
    }

    @Test
    void invocationsAndCallbacksAreCountedWithoutAnObserverToo() throws TeeException {
        root.invoke(0, new Arguments().in((CallbackObject) (op, arguments) -> {}));
        root.invoke(1, new Arguments());
        fixture.backend.request(0, 5);
        fixture.backend.request(99, 5);
        fixture.backend.request(0, DriverContext.OP_RELEASE);
        fixture.workers.serveAll();
        fixture.open().root().invoke(2, new Arguments());

        DeviceDTO device = fixture.device.describe();
        assertEquals("3 and 2", device.invocations + " and " + device.callbacks);
        assertEquals("2 and 2", device.contexts[0].invocations + " and " + device.contexts[0].callbacks);

        fixture.context.close();
        DeviceDTO later = fixture.device.describe();
        assertEquals(1, later.contexts.length);
        assertEquals("3 and 2", later.invocations + " and " + later.callbacks);
    }
}
