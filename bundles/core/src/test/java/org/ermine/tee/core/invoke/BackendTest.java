// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.invoke;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.fakes.FakeContext;
import org.ermine.tee.core.fakes.Fixture;
import org.ermine.tee.core.fakes.Undeclared;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.spi.HazardSlots;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BackendTest {

    private static final int CONTEXT = 3;
    private static final long OBJECT = 5L << 32 | 7;

    private final HazardSlots slots = new HazardSlots();
    private final AtomicInteger idle = new AtomicInteger();
    private final FakeContext driver = new FakeContext(null);
    private final Backend backend = backend(slots);

    private Backend backend(HazardSlots announced) {
        return new Backend(
                driver,
                new CallFrames(0, announced),
                CONTEXT,
                Fixture.OWNER,
                new RepeatLog(line -> {}),
                idle::incrementAndGet);
    }

    @Test
    @DisplayName(
            "CTX-4, ERM-12: given a gate that is closed, then who comes to it does not go in, and nothing ends with "
                    + "that")
    void closed() {
        backend.close();
        assertTrue(backend.isIdle());

        assertFalse(backend.isAwaited(1));
        backend.releaseObject(1);
        assertThrows(TeeException.class, () -> backend.fail(1, Errno.ENOMEM));

        assertEquals(0, driver.released.size() + driver.answers.size());
        assertEquals(0, idle.get());
    }

    @Test
    @DisplayName("CTX-4: given a call that is inside when the gate is closed, then it ends with that call")
    void closedMeanwhile() {
        CallFrame frame = backend.enter(OBJECT);
        backend.close();
        assertFalse(backend.isIdle());
        assertFalse(backend.isAwaited(1));
        assertEquals(0, idle.get());

        backend.leave(frame);

        assertEquals(1, idle.get());
        assertTrue(backend.isIdle());
    }

    @Test
    @DisplayName(
            "CTX-4, ERM-29: given a call that is inside when the gate is closed, and something that the driver left "
                    + "to its end and that"
                    + " fails, then it ends with that call")
    void failsAtTheEnd() {
        HazardSlots failing = failingSlots();
        Backend left = backend(failing);
        CallFrame frame = left.enter(OBJECT);
        assertTrue(failing.mark(frame.slot(), frame.key));
        left.close();

        assertThrows(OutOfMemoryError.class, () -> left.leave(frame));

        assertEquals(1, idle.get());
        assertTrue(left.isIdle());
    }

    @Test
    @DisplayName("ERM-22: given a driver that throws what it does not declare when an object is released, then that"
            + " ends there, and the call has left")
    void releaseThrowsWhatItDoesNotDeclare() {
        driver.releasing = () -> {
            throw Undeclared.sneaky(new IOException("undeclared"));
        };

        backend.releaseObject(1);

        assertEquals(List.of(1L), driver.released);
        assertEquals(0, backend.inside());
    }

    private static HazardSlots failingSlots() {
        AtomicReference<HazardSlots> made = new AtomicReference<>();
        made.set(new HazardSlots(slot -> {
            made.get().free(slot);
            throw new OutOfMemoryError("at the end of a use");
        }));
        return made.get();
    }

    @Test
    @DisplayName(
            "OBJ-4, INV-7: given an invocation, then the driver finds its object announced in the slot that it is told,"
                    + " as long as the frame is not given back")
    void announcedForTheDriver() throws Exception {
        driver.number = CONTEXT;
        Backend announcing = backend(slots);
        long[] seen = new long[1];
        driver.invocation = (object, op, params) -> {
            seen[0] = slots.key(driver.slot);
            return 0;
        };
        CallFrame frame = announcing.enter(OBJECT);
        announcing.call(frame, OBJECT, 1, Long.MAX_VALUE);

        assertEquals(HazardSlots.key(CONTEXT, OBJECT), seen[0]);
        assertTrue(slots.isClaimed(HazardSlots.key(CONTEXT, 7)));
        assertEquals(1, announcing.inside());
        announcing.leave(frame);
        assertFalse(slots.isClaimed(HazardSlots.key(CONTEXT, 7)));
        assertEquals(0, announcing.inside());
    }

    @Test
    @DisplayName(
            "OBJ-4, INV-7: given a backend that has no number in the slots of its driver, when it is invoked, then "
                    + "no slot is named to it")
    void notAnnouncedForTheDriver() throws Exception {
        CallFrame frame = backend.enter(OBJECT);
        backend.call(frame, OBJECT, 1, Long.MAX_VALUE);
        backend.leave(frame);

        assertEquals(1, driver.invocations.get());
        assertEquals(HazardSlots.NOWHERE, driver.slot);
    }
}
