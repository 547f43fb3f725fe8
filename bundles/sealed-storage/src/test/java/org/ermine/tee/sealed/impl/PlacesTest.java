// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.limit.Places;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.ermine.tee.ta.sealedstorage.impl.UsualApplication;
import org.ermine.tee.testing.InMemoryTee;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PlacesTest {

    private static final String ONE = "org.example.one";
    private static final String OTHER = "org.example.other";
    /** Longer than any test. */
    private static final Duration FOR_EVER = Duration.ofHours(1);

    private final OwnerShares shares = new OwnerShares("open objects", 1, "option");
    private final Places places = new Places(shares, () -> FOR_EVER);

    @Test
    @DisplayName("ERM-23: given a bundle that has used up its share when its threads want more then they wait and are"
            + " served in the"
            + " order in which they came, and another bundle does not wait")
    void firstComeFirstServed() throws Exception {
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        List<FutureTask<Void>> waiting = new ArrayList<>();
        Place first = places.take(ONE, "x");
        for (int i = 0; i < 5; i++) {
            int number = i;
            waiting.add(waits(() -> {
                Place place = places.take(ONE, "x");
                served.add(number);
                place.close();
                return null;
            }));
        }
        places.take(OTHER, "x").close();
        assertEquals(List.of(), served);

        first.close();

        for (FutureTask<Void> each : waiting) {
            each.get();
        }
        assertEquals(List.of(0, 1, 2, 3, 4), served);
        assertEquals(0, shares.used(ONE));
    }

    @Test
    @DisplayName("ERM-23: given a thread that waits for a place when the share becomes larger then it goes on")
    void aLargerShare() throws Exception {
        try (Place held = places.take(ONE, "x")) {
            FutureTask<Void> waiting = waits(() -> {
                places.take(ONE, "x").close();
                return null;
            });
            shares.most(2);
            places.changed();
            waiting.get();
            assertEquals("; org.example.one has 1 of it", held.largest());
        }
    }

    @Test
    @DisplayName("ERM-23: given threads that wait for a place when the first is interrupted then it is told so, and the"
            + " next one is"
            + " served")
    void interrupted() throws Exception {
        Place held = places.take(ONE, "x");
        FutureTask<Void> interrupted = new FutureTask<>(() -> {
            SealedStorageException failure = assertThrows(SealedStorageException.class, () -> places.take(ONE, "x"));
            assertEquals(Reason.INTERRUPTED, failure.reason());
            assertTrue(Thread.currentThread().isInterrupted());
            return null;
        });
        Thread thread = started(interrupted);
        FutureTask<Void> next = waits(() -> {
            places.take(ONE, "x").close();
            return null;
        });
        thread.interrupt();
        interrupted.get();
        held.close();
        next.get();
    }

    @Test
    @DisplayName(
            "ERM-23: given a bundle that closes nothing when its share is used up then the next one is refused with"
                    + " the share and"
                    + " the option, after the longest wait, and leaves nothing behind")
    void refused() throws Exception {
        Places impatient = new Places(shares, () -> Duration.ofMillis(1));
        Place held = impatient.take(ONE, "x");
        SealedStorageException refused = assertThrows(SealedStorageException.class, () -> impatient.take(ONE, "x"));
        assertEquals(Reason.BUSY, refused.reason());
        assertEquals(
                "'x' has to wait: org.example.one has used up its share of open objects: it has 1 of 1 (option option)",
                refused.getMessage());
        held.close();
        impatient.take(ONE, "x").close();
        assertEquals(0, shares.used(ONE));
    }

    @Test
    @DisplayName(
            "ERM-23: given two bundles whose threads are more than their shares when all seal and read small secrets"
                    + " then none"
                    + " fails")
    void moreThreadsThanPlaces() throws Exception {
        MemoryFileStorage files = new MemoryFileStorage();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (InMemoryTee tee = InMemoryTee.builder()
                        .with(
                                (ListenerHandler) files::handle,
                                Map.of(ListenerHandler.ID, 0x7000, ListenerHandler.BUFFER_SIZE, 504 * 1024))
                        .with(UsualApplication.create())
                        .start();
                TestBundles bundles = TestBundles.on(tee.device(), 2, FOR_EVER.toMillis(), FOR_EVER.toMillis())) {
            List<Future<Void>> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                SealedStorageClient client = bundles.client(i % 2 == 0 ? ONE : OTHER);
                String name = "secret " + i;
                clients.add(threads.submit(() -> {
                    for (int round = 0; round < 20; round++) {
                        byte[] content = {(byte) round};
                        client.seal(name, content);
                        assertArrayEquals(content, client.read(name));
                    }
                    return null;
                }));
            }
            for (Future<Void> each : clients) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Returns when it waits. */
    private static FutureTask<Void> waits(Callable<Void> work) {
        FutureTask<Void> task = new FutureTask<>(work);
        started(task);
        return task;
    }

    private static Thread started(FutureTask<Void> task) {
        Thread thread = new Thread(task);
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(thread.isAlive(), "it did not wait");
            LockSupport.parkNanos(100_000);
        }
        return thread;
    }
}
