// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DueReleasesTest {

    private static final int NONE = SecureObjects.NONE;
    private static final long MILLIS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long NOW = Long.MAX_VALUE - 5 * MILLIS;

    private final SecureObjects objects = new SecureObjects(object -> due().add(object));
    private final DueReleases due = new DueReleases(objects);

    private DueReleases due() {
        return due;
    }

    private int add(int name) {
        int object = objects.take(name, false);
        objects.release(object);
        return object;
    }

    private void fail(int object, long now) {
        assertEquals(object, due.poll(now));
        objects.failed(object);
        due.failed(object, now);
    }

    @Test
    @DisplayName("REL-1: given objects that are added in turns, then they are taken in that order")
    void order() {
        int[] added = {add(1), add(2), NONE, NONE};
        assertEquals(added[0], due.poll(NOW));
        added[2] = add(3);
        added[3] = add(4);
        for (int i = 1; i < added.length; i++) {
            assertEquals(added[i], due.poll(NOW));
        }
        assertTrue(due.nothingReady());
        assertEquals(NONE, due.poll(NOW));
        assertEquals(DueReleases.NEVER, due.untilDue(NOW));
    }

    @Test
    @DisplayName(
            "ERM-20, ERM-8: given a release that fails again and again, then the others do not wait for its pauses,"
                    + " which grow")
    void failing() {
        int bad = add(1);
        long now = NOW;
        for (long pause = 10; pause < 1000; pause *= 2) {
            fail(bad, now);
            assertEquals(add(2), due.poll(now));
            due.succeeded();
            assertEquals(NONE, due.poll(now));
            assertEquals(pause * MILLIS, due.untilDue(now));
            now += pause * MILLIS;
        }
        fail(bad, now);
        assertEquals(1000 * MILLIS, due.untilDue(now));
    }

    @Test
    @DisplayName(
            "ERM-8, TRAP-17: given releases that fail one after the other, then all pause, the longer the more there"
                    + " are")
    void allFail() {
        int[] bad = {add(1), add(2), add(3), add(4)};
        fail(bad[0], NOW);
        fail(bad[1], NOW);
        assertEquals(NONE, due.poll(NOW + 10 * MILLIS - 1));
        assertEquals(1, due.untilDue(NOW + 10 * MILLIS - 1));
        long now = NOW + 10 * MILLIS;
        fail(bad[2], now);
        assertEquals(NONE, due.poll(now + 20 * MILLIS - 1));
        assertEquals(bad[3], due.poll(now + 20 * MILLIS));
        due.succeeded();
        assertEquals(bad[0], due.poll(now + 20 * MILLIS));
    }
}
