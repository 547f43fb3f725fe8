// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.ermine.tee.TeeException;
import org.ermine.tee.sealed.ProgressListener;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.ta.sealedstorage.impl.MemoryFileStorage;
import org.ermine.tee.ta.sealedstorage.impl.UsualApplication;
import org.ermine.tee.testing.Deployment;
import org.ermine.tee.testing.InMemoryTee;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients hear, through the whole stack, when they are cut off from a TA at work. */
@Timeout(120)
class CutOffTest {

    private static final byte[] SECRET = {1, 2, 3};

    /** What happens when the storage is asked. */
    @FunctionalInterface
    private interface Event {
        void happen() throws InterruptedException;
    }

    private final MemoryFileStorage files = new MemoryFileStorage();
    private volatile Event event = () -> {};

    private final InMemoryTee tee = InMemoryTee.builder()
            .with(
                    (ListenerHandler) this::store,
                    Map.of(ListenerHandler.ID, 0x7000, ListenerHandler.BUFFER_SIZE, 504 * 1024))
            .start();
    private final Deployment application = tee.deploy(UsualApplication.create());
    private final TestBundles bundles = TestBundles.on(tee.device());
    private final SealedStorageClient client = bundles.client("org.example.client");

    @AfterEach
    void close() {
        bundles.close();
        tee.close();
    }

    private void store(ByteBuffer message) throws TeeException {
        try {
            event.happen();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        files.handle(message);
    }

    private void seal(String name, ProgressListener progress) throws SealedStorageException {
        client.seal(name, new ByteArrayInputStream(SECRET), progress);
    }

    @Test
    void givenAnApplicationThatIsUnloadedWhileItsStorageIsAskedThenItIsNotTheHandlerThatIsMissing() {
        event = application::close;
        SealedStorageException failure =
                assertThrows(SealedStorageException.class, () -> seal("x", ProgressListener.NONE));
        assertEquals(Reason.NO_APPLICATION, failure.reason(), failure.getMessage());
        assertEquals("the sealed storage application went away", failure.getMessage());
    }

    @Test
    void givenAThreadThatIsInterruptedAtTheCommitThenNothingHasChangedAsItIsTold() throws Exception {
        CountDownLatch atWork = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Event slow = () -> {
            atWork.countDown();
            goOn.await();
        };
        FutureTask<SealedStorageException> sealing = new FutureTask<>(() -> {
            SealedStorageException failure =
                    assertThrows(SealedStorageException.class, () -> seal("x", (done, total) -> event = slow));
            assertTrue(Thread.interrupted(), "the interrupt is kept");
            return failure;
        });
        Thread thread = new Thread(sealing);
        thread.start();
        atWork.await();
        thread.interrupt();
        SealedStorageException failure = sealing.get();
        event = () -> {};
        goOn.countDown();
        assertEquals(Reason.INTERRUPTED, failure.reason(), failure.getMessage());
        assertEquals(List.of(), client.list());
    }
}
