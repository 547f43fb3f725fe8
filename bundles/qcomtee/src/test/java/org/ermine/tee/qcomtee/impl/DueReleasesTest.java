// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DueReleasesTest {

    private static final long MILLIS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long NOW = Long.MAX_VALUE - 5 * MILLIS;

    private final DueReleases due = new DueReleases();

    private SecureObject add(int name) {
        SecureObject object = new SecureObject(name, null);
        due.add(object);
        return object;
    }

    private void fail(SecureObject object, long now) {
        assertSame(object, due.poll(now));
        object.failed();
        due.failed(object, now);
    }

    @Test
    @DisplayName("REL-1: given objects that are added in turns, then they are taken in that order")
    void order() {
        SecureObject[] objects = {add(1), add(2), null, null};
        assertSame(objects[0], due.poll(NOW));
        objects[2] = add(3);
        objects[3] = add(4);
        for (int i = 1; i < objects.length; i++) {
            assertSame(objects[i], due.poll(NOW));
        }
        assertTrue(due.nothingReady());
        assertNull(due.poll(NOW));
        assertEquals(DueReleases.NEVER, due.untilDue(NOW));
    }

    @Test
    @DisplayName(
            "ERM-20 ERM-8: given a release that fails again and again, then the others do not wait for its pauses, which grow")
    void failing() {
        SecureObject bad = add(1);
        long now = NOW;
        for (long pause = 10; pause < 1000; pause *= 2) {
            fail(bad, now);
            assertSame(add(2), due.poll(now));
            due.succeeded();
            assertNull(due.poll(now));
            assertEquals(pause * MILLIS, due.untilDue(now));
            now += pause * MILLIS;
        }
        fail(bad, now);
        assertEquals(1000 * MILLIS, due.untilDue(now));
    }

    @Test
    @DisplayName(
            "ERM-8 TRAP-17: given releases that fail one after the other, then all pause, the longer the more there are")
    void allFail() {
        SecureObject[] bad = {add(1), add(2), add(3), add(4)};
        fail(bad[0], NOW);
        fail(bad[1], NOW);
        assertNull(due.poll(NOW + 10 * MILLIS - 1));
        assertEquals(1, due.untilDue(NOW + 10 * MILLIS - 1));
        long now = NOW + 10 * MILLIS;
        fail(bad[2], now);
        assertNull(due.poll(now + 20 * MILLIS - 1));
        assertSame(bad[3], due.poll(now + 20 * MILLIS));
        due.succeeded();
        assertSame(bad[0], due.poll(now + 20 * MILLIS));
    }
}
