// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.webconsole.impl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedStateTest {

    private static final long WAIT_MILLIS = 20_000;

    private final AtomicLong time = new AtomicLong();
    private final AtomicInteger snapshots = new AtomicInteger();
    private final ExecutorService browsers = Executors.newCachedThreadPool();
    private volatile String content = "{}";

    @AfterEach
    void tearDown() {
        browsers.shutdownNow();
    }

    private SharedState state() {
        return new SharedState(this::snapshot, time::get, WAIT_MILLIS);
    }

    private byte[] snapshot() {
        snapshots.incrementAndGet();
        return content.getBytes(UTF_8);
    }

    @Test
    void whileNobodyAsksNoSnapshotIsTaken() {
        state();
        time.addAndGet(100 * SharedState.PERIOD_NANOS);
        assertEquals(0, snapshots.get());
    }

    @Test
    void aHundredBrowsersAreAnsweredWithOneSnapshotInAPeriod() throws Exception {
        SharedState state = state();
        List<Future<Document>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(browsers.submit(() -> state.document().orElseThrow()));
        }
        Document first = state.document().orElseThrow();
        for (Future<Document> answer : answers) {
            assertSame(first, answer.get());
        }
        assertEquals(1, snapshots.get());

        time.addAndGet(SharedState.PERIOD_NANOS);
        state.document();
        state.document();
        assertEquals(2, snapshots.get());
    }

    @Test
    void aStateThatIsTheSameKeepsItsDocument() throws Exception {
        SharedState state = state();
        Document before = state.document().orElseThrow();
        time.addAndGet(SharedState.PERIOD_NANOS);
        assertSame(before, state.document().orElseThrow());

        content = "{\"changeCount\":1}";
        time.addAndGet(SharedState.PERIOD_NANOS);
        assertNotSame(before, state.document().orElseThrow());
    }

    @Test
    void whileASnapshotTakesItsTimeOthersAreAnsweredWithTheOneBefore() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        SharedState state = slowFromTheSecondOn(begun, end);
        Document before = state.document().orElseThrow();
        time.addAndGet(SharedState.PERIOD_NANOS);
        content = "{\"changeCount\":1}";
        Future<Document> slow = browsers.submit(() -> state.document().orElseThrow());
        begun.await();

        assertSame(before, state.document().orElseThrow(), "who comes meanwhile does not wait");
        end.countDown();
        assertNotSame(before, slow.get());
        assertEquals(2, snapshots.get());
    }

    private SharedState slowFromTheSecondOn(CountDownLatch begun, CountDownLatch end) {
        return new SharedState(
                () -> {
                    if (snapshots.get() > 0) {
                        begun.countDown();
                        awaitQuietly(end);
                    }
                    return snapshot();
                },
                time::get,
                WAIT_MILLIS);
    }

    @Test
    void whoComesBeforeTheFirstSnapshotIsReadyWaitsForSoLongOnly() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        SharedState state = new SharedState(
                () -> {
                    begun.countDown();
                    awaitQuietly(end);
                    return snapshot();
                },
                time::get,
                1);
        Future<Document> first = browsers.submit(() -> state.document().orElseThrow());
        begun.await();

        assertTrue(state.document().isEmpty());
        end.countDown();
        assertSame(first.get(), state.document().orElseThrow());
    }

    @Test
    void aSnapshotThatFailsIsTakenAnewByTheNextOne() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        SharedState state = new SharedState(
                () -> {
                    if (attempts.incrementAndGet() == 1) {
                        throw new IllegalStateException("the core stops");
                    }
                    return snapshot();
                },
                time::get,
                WAIT_MILLIS);
        Future<Document> failed = browsers.submit(() -> state.document().orElseThrow());
        assertEquals(
                "the core stops",
                assertThrows(ExecutionException.class, failed::get).getCause().getMessage());

        assertTrue(state.document().isPresent());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
