// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.ta.sealedstorage.impl.FakeEnvironment;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.ermine.tee.ta.sealedstorage.impl.UsualApplication;
import org.ermine.tee.testing.InMemoryTee;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long a connection to the TA lasts. */
@Timeout(120)
class ConnectionKeeperTest {

    private static final int SHARE = 16;
    private static final int THREADS = 8;
    private static final int ROUNDS = 150;
    private static final byte[] SECRET = {1, 2, 3};

    private final FakeTee tee = new FakeTee(new FakeEnvironment("device", new MemoryFileStorage()));
    private final TestBundles bundles = TestBundles.on(tee);
    private final SealedStorageClient one = bundles.client("org.example.one");
    private final SealedStorageClient two = bundles.client("org.example.two");

    @AfterEach
    void close() throws InterruptedException {
        bundles.close();
        tee.awaitNothingOpen();
    }

    private void seal(SealedStorageClient client) throws SealedStorageException {
        client.seal("x", new ByteArrayInputStream(SECRET), ProgressListener.NONE);
    }

    @Test
    void givenOneOperationAfterAnotherThenEachBundleHasOneConnection() throws Exception {
        for (int i = 0; i < 10; i++) {
            seal(one);
            assertEquals(1, two.list().size());
        }
        assertEquals(2, tee.contextsEverOpened());
        assertEquals(2, tee.openContexts());
        one.deactivate();
        assertEquals(1, tee.openContexts(), "a bundle that gave sealed storage back has none");
    }

    @Test
    void givenAConnectionThatWasIdleForLongEnoughThenItIsClosedAndTheNextOperationConnectsAnew() throws Exception {
        bundles.configure(SHARE, 1);
        seal(one);
        tee.awaitNothingOpen();
        assertEquals(1, two.list().size());
        tee.awaitNothingOpen();
    }

    @Test
    void givenAnIdleConnectionWhenTheTimeBecomesShorterThenItIsClosed() throws Exception {
        seal(one);
        assertEquals(1, tee.openContexts());
        bundles.configure(SHARE, 0);
        tee.awaitNothingOpen();
    }

    @Test
    void givenAnOperationUnderWayWhenTheTimeIsZeroThenItsConnectionStays() throws Exception {
        bundles.configure(SHARE, 0);
        one.seal("x", new ByteArrayInputStream(SECRET), (done, total) -> assertEquals(1, tee.openContexts()));
        tee.awaitNothingOpen();
    }

    @Test
    void givenADeviceThatGoesThenItsConnectionIsClosed() throws Exception {
        seal(one);
        bundles.unsetDevice(tee);
        assertEquals(0, tee.openContexts());
        assertEquals(0, tee.openObjects());
    }

    @Test
    void givenABetterDeviceThenTheConnectionToTheOtherIsClosedAndTheNewOneIsKept() throws Exception {
        seal(one);
        FakeTee better = new FakeTee(new FakeEnvironment("better", new MemoryFileStorage()));
        bundles.setDevice(better);
        assertEquals(0, tee.openContexts());
        assertEquals(0, one.list().size());
        assertEquals(0, two.list().size());
        assertEquals(2, better.contextsEverOpened());
    }

    @Test
    void givenAnApplicationThatIsReplacedThenTheNextOperationFindsTheNewOne() throws Exception {
        seal(one);
        tee.undeployApplication();
        assertEquals(
                Reason.NO_APPLICATION,
                assertThrows(SealedStorageException.class, one::list).reason());
        assertEquals(0, tee.openContexts());
        tee.deployApplication();
        int before = tee.contextsEverOpened();
        assertEquals(1, one.list().size());
        assertEquals(1, two.list().size());
        assertEquals(before + 2, tee.contextsEverOpened());
    }

    @Test
    void givenARightThatWasWithdrawnThenTheNextOperationAsksForItAnew() throws Exception {
        seal(one);
        tee.closeContexts();
        assertEquals(1, one.list().size());
        assertEquals(2, tee.contextsEverOpened());
        assertEquals(1, tee.openContexts());
    }

    @Test
    void givenAConnectionThatFailsUnexpectedlyWhenItIsAskedForItsTaThenNobodyUsesItAnyMore() throws Exception {
        seal(one);
        tee.failOnce(new IllegalStateException("nobody expects this"));
        assertThrows(IllegalStateException.class, one::list);

        assertEquals(0, tee.openContexts());
        assertEquals(1, one.list().size());
        bundles.unsetDevice(tee);
        assertEquals(0, tee.openContexts());
    }

    @Test
    void givenThreadsThatConnectAtOnceThenOneConnectionIsLeft() throws Exception {
        inThreads(() -> one.list());
        assertEquals(1, tee.openContexts());
    }

    @Test
    void givenAnApplicationThatIsUnloadedAfterEachOperationThenNoOperationOfManyThreadsFails() throws Exception {
        MemoryFileStorage files = new MemoryFileStorage();
        try (InMemoryTee whole = InMemoryTee.builder()
                        .with(
                                (ListenerHandler) files::handle,
                                Map.of(ListenerHandler.ID, 0x7000, ListenerHandler.BUFFER_SIZE, 504 * 1024))
                        .with(UsualApplication.create())
                        .start();
                TestBundles unloading = TestBundles.on(whole.device(), SHARE, 0)) {
            SealedStorageClient client = unloading.client("org.example.unloading");
            client.seal("x", new ByteArrayInputStream(SECRET), ProgressListener.NONE);
            inThreads(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    assertEquals(1, client.list().size());
                }
            });
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /** In as many threads as were promised, begun together. */
    private static void inThreads(Work work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CountDownLatch together = new CountDownLatch(THREADS);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    work.run();
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
