// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qcomtee.impl.Background;
import org.ermine.tee.spi.HazardSlots;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ObjectUsesTest {

    private static final long KEY = HazardSlots.key(1, 0);
    private static final long OTHER_KEY = HazardSlots.key(1, 1);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    /** The queue is never started, so what is released stays in it. */
    private final ReleaseQueue releases = new ReleaseQueue(
            "test", new ReleaseQueue.Bounds(1, 1, Long.MAX_VALUE / 2), new RepeatLog(line -> {}), name -> {});

    private final SecureObjects objects = releases.objects();
    private final ObjectUses uses = new ObjectUses(objects);
    private final int object = objects.take(0x10, false);
    private final int other = objects.take(0x11, false);

    /** What guards what is handed over. */
    private Object lock() throws ReflectiveOperationException {
        Field handed = ObjectUses.class.getDeclaredField("handed");
        handed.setAccessible(true);
        return handed.get(uses);
    }

    /** It waits until the time limit of the test. */
    private static void awaitBlocked(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.BLOCKED) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @Test
    @DisplayName(
            "OBJ-4, INV-7: given a use that ends while its object is handed over, when its slot is used for another"
                    + " object, then that use keeps what it was handed, and gives it back")
    void slotIsUsedForAnother() throws Exception {
        int slot = uses.begin(KEY);
        Background<Void> late;
        synchronized (lock()) {
            late = Background.start(() -> {
                uses.handOver(KEY, object);
                return null;
            });
            awaitBlocked(late.thread);
            uses.end(slot, KEY);
            assertEquals(slot, uses.begin(OTHER_KEY));
            uses.handOver(OTHER_KEY, other);
        }
        late.get();
        objects.release(object);
        objects.release(other);
        assertEquals(1, releases.pending());

        uses.end(slot, OTHER_KEY);

        assertEquals(2, releases.pending());
    }

    @Test
    @DisplayName("OBJ-4, OBJ-6: given objects that have the same place one after the other, when all are let go in the"
            + " course of one use, then each is given back once, after it, and the next use of the slot gives"
            + " nothing back")
    void successors() {
        int last = objects.take(0x12, false);
        int slot = uses.begin(KEY);
        for (int each : new int[] {object, other, last}) {
            uses.handOver(KEY, each);
            objects.release(each);
        }
        assertEquals(0, releases.pending());

        uses.end(slot, KEY);

        assertEquals(3, releases.pending());
        assertEquals(slot, uses.begin(KEY));
        uses.end(slot, KEY);
        assertEquals(3, releases.pending());
    }

    @Test
    @DisplayName(
            "OBJ-4, INV-7: given a task that is left to the user of a slot, when the use ends, then it is carried out"
                    + " once, and what is handed over in its course is given back")
    void task() {
        int slot = uses.begin(KEY);
        int[] times = new int[1];
        assertTrue(uses.leaveTo(slot, () -> {
            times[0]++;
            uses.handOver(KEY, object);
            objects.release(object);
            assertEquals(0, releases.pending());
        }));
        assertEquals(0, times[0]);

        uses.end(slot, KEY);

        assertEquals(1, times[0]);
        assertEquals(1, releases.pending());
        assertEquals(slot, uses.begin(OTHER_KEY));
        uses.end(slot, OTHER_KEY);
        assertEquals(1, times[0]);
    }

    @Test
    @DisplayName("given a slot that nobody uses, or that is only looked after, then nothing is left to anybody")
    void nobodyForTheTask() {
        int slot = uses.begin(KEY);
        uses.end(slot, KEY);
        assertFalse(uses.leaveTo(slot, () -> {}));
        assertTrue(uses.take(slot));
        assertFalse(uses.leaveTo(slot, () -> {}));
        uses.giveBack(slot);
        assertTrue(uses.isFree(slot));
    }
}
