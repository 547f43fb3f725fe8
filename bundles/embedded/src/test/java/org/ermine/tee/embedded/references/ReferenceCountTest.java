// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.references;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReferenceCountTest {

    private static final int THREADS = 4;
    private static final int REFERENCES = 1000;

    private final ReferenceCount count = new ReferenceCount();

    @Test
    @DisplayName("given a new count, then there is one reference, and its release is the last one")
    void startsAtOne() {
        assertEquals(1, count.get());
        assertTrue(count.release());
        assertEquals(0, count.get());
    }

    @Test
    @DisplayName("given several references, when they are released, then only the last release says so")
    void lastReleaseSaysSo() {
        assertTrue(count.tryRetain());
        assertTrue(count.tryRetain());
        assertEquals(3, count.get());

        assertFalse(count.release());
        assertFalse(count.release());
        assertTrue(count.release());
    }

    @Test
    @DisplayName("given a count of zero, when a reference is taken, then it is refused, and the count stays zero")
    void noReferenceAfterTheLast() {
        count.release();

        assertFalse(count.tryRetain());
        assertFalse(count.tryRetain());
        assertEquals(0, count.get());
    }

    @Test
    @DisplayName("given a count of zero, when a reference is released, then that is refused, and the count stays zero")
    void noReleaseAfterTheLast() {
        count.release();

        assertThrows(IllegalStateException.class, count::release);
        assertThrows(IllegalStateException.class, count::release);
        assertEquals(0, count.get());
        assertFalse(count.tryRetain());
    }

    @Test
    @DisplayName("given as many references as can be counted, when one more is taken, then it is refused, none is lost")
    void noMoreThanCanBeCounted() throws ReflectiveOperationException {
        Field field = ReferenceCount.class.getDeclaredField("count");
        field.setAccessible(true);
        field.setInt(count, Integer.MAX_VALUE);

        assertThrows(ArithmeticException.class, count::tryRetain);
        assertEquals(Integer.MAX_VALUE, count.get());
        assertFalse(count.release());
        assertTrue(count.tryRetain());
    }

    @Test
    @DisplayName("given threads that take and release references at once, then one release of all is the last one")
    void oneOfAllIsTheLast() throws Exception {
        CyclicBarrier together = new CyclicBarrier(THREADS);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int i = 1; i < THREADS; i++) {
                assertTrue(count.tryRetain());
            }
            List<Future<Integer>> last = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Callable<Integer> user = () -> {
                    together.await();
                    return use();
                };
                last.add(threads.submit(user));
            }
            int sum = 0;
            for (Future<Integer> each : last) {
                sum += each.get();
            }
            assertEquals(1, sum);
            assertEquals(0, count.get());
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * Takes and releases references beside the one that it has, and that one in the end. Says how many were the last.
     */
    private int use() {
        int last = 0;
        for (int i = 0; i < REFERENCES; i++) {
            assertTrue(count.tryRetain());
            last += count.release() ? 1 : 0;
        }
        return last + (count.release() ? 1 : 0);
    }
}
