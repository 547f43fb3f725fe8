// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.embedded.log.RepeatLog;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Code of several owners, of which some does not return. */
@Timeout(60)
class OwnerThreadsTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final List<String> lines = new ArrayList<>();
    private final OwnerThreads<String> threads = new OwnerThreads<>("test", new RepeatLog(lines::add));
    private final CountDownLatch end = new CountDownLatch(1);

    private void hang() {
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException e) {
                // It ignores interrupts.
            }
        }
    }

    @Test
    @DisplayName("ERM-20, ERM-22: given an owner whose code does not return, when code of it and of others is to run,"
            + " then that of the"
            + " others does, and who waits for all waits for that one once")
    void oneHangs() throws Exception {
        CountDownLatch ran = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            threads.execute("hangs", this::hang);
            threads.execute("other " + i, ran::countDown);
        }
        ran.await();
        assertEquals(List.of("hangs"), threads.awaitAll(SHORT));
        assertEquals(List.of("hangs"), threads.awaitAll(LONG), "nobody waits for it again");
        assertFalse(threads.execute("hangs", List.of(() -> {}), LONG));
        end.countDown();
    }

    @Test
    @DisplayName("ERM-21: given code that leaves an interrupt behind or throws, then what runs for its owner next does"
            + " not see it,"
            + " and the log tells of it")
    void whatIsLeftBehind() {
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        List<Runnable> code = List.of(
                () -> Thread.currentThread().interrupt(),
                () -> {
                    throw new StackOverflowError();
                },
                () -> interrupted.set(Thread.currentThread().isInterrupted()));
        assertTrue(threads.execute("owner", code, LONG));
        assertEquals(false, interrupted.get());
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith("test: code of owner failed: "), lines.get(0));
    }

    @Test
    @DisplayName("ERM-20: given code that waits for all, or for its own owner, then it does not wait for itself")
    void waitsForItself() throws Exception {
        AtomicReference<List<String>> left = new AtomicReference<>();
        AtomicReference<Boolean> inTime = new AtomicReference<>();
        CountDownLatch later = new CountDownLatch(1);
        Runnable waits = () -> {
            left.set(threads.awaitAll(Duration.ofDays(1)));
            inTime.set(threads.execute("owner", List.of(later::countDown), Duration.ofDays(1)));
        };
        threads.execute("owner", waits);
        later.await();
        assertEquals(List.of("owner"), left.get());
        assertEquals(false, inTime.get(), "it runs later");
    }

    @Test
    @DisplayName("ERM-21, ERM-29: given code that throws and a log that cannot be written then, when its owner's next"
            + " code is to run,"
            + " then it does")
    void aLogThatCannotBeWritten() {
        OwnerThreads<String> poor = new OwnerThreads<>("test", new RepeatLog(line -> {
            throw new OutOfMemoryError("thrown by the test");
        }));
        CountDownLatch ran = new CountDownLatch(2);
        Runnable fails = () -> {
            throw new IllegalStateException("no");
        };
        assertTrue(poor.execute("owner", List.of(fails, ran::countDown), LONG));
        assertTrue(poor.execute("owner", List.of(ran::countDown), LONG));
        assertEquals(0, ran.getCount());
        assertEquals(List.of(), poor.awaitAll(LONG));
    }

    @Test
    void aThreadThatHasEndedKeepsNoClassLoader() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();
        AtomicReference<ClassLoader> atWork = new AtomicReference<>();
        threads.execute("owner", () -> {
            thread.set(Thread.currentThread());
            atWork.set(Thread.currentThread().getContextClassLoader());
        });
        threads.awaitAll(LONG);
        thread.get().join();
        assertSame(OwnerThreadsTest.class.getClassLoader(), atWork.get());
        assertNull(thread.get().getContextClassLoader());
    }
}
