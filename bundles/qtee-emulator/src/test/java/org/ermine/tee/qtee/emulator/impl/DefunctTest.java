// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.TestDriver.OK;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.in;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.object;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.outObject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.qtee.emulator.limit.EmulatorSettings;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Services and applications that go away while objects of them are held, and the end of the emulator itself. */
@Timeout(30)
class DefunctTest {

    private static final int UID = 5000;
    private static final int DEFUNCT = -90;
    private static final int NOT_FOUND = 10;

    @TempDir
    Path directory;

    private TestDriver driver;
    private final AtomicInteger released = new AtomicInteger();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch proceed = new CountDownLatch(1);

    /** Keeps what it is given; operation 1 waits and returns an object, 2 fails to link after waiting. */
    private final class Kept implements TrustedObject {

        NormalObject given;

        @Override
        public void invoke(int op, IncomingArguments arguments) {
            if (op == 0) {
                given = ((NormalObject) arguments.inputObject(0)).duplicate();
                return;
            }
            entered.countDown();
            await(proceed);
            if (op == 2) {
                throw new NoClassDefFoundError("gone");
            }
            arguments.outputObject(0, new Kept());
        }

        @Override
        public void released() {
            released.incrementAndGet();
        }
    }

    @BeforeEach
    void start() throws Exception {
        driver = new TestDriver(directory);
    }

    @Test
    void givenAServiceThatGoesThenItsObjectsAreDefunctAndWhatItHeldIsGivenBack() throws Exception {
        TrustedService service = client -> new Kept();
        int id = driver.openNew(UID, service);
        int callback = driver.export(r -> OK);
        driver.ok(id, 0, object(callback));
        driver.emulator.removeService(service);
        assertEquals(DEFUNCT, driver.result(id, 0, object(driver.export(r -> OK))));
        assertEquals(0, driver.exported());
        assertEquals(NOT_FOUND, driver.result(driver.register(1), 0, in(UID), outObject()));
        int live = driver.emulator.liveObjects();
        driver.release(id);
        assertEquals(live - 1, driver.emulator.liveObjects());
        assertEquals(0, released.get(), "code that is gone is not called");
    }

    @Test
    void givenACallInProgressWhenTheServiceGoesThenItEndsNormallyAndWhatItReturnsIsDefunct() throws Exception {
        TrustedService service = client -> new Kept();
        int id = driver.openNew(UID, service);
        CompletableFuture<Integer> call = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                call.complete(driver.ok(id, 1, outObject()).object());
            } catch (TeeException | AssertionError e) {
                call.completeExceptionally(e);
            }
        });
        thread.start();
        await(entered);
        driver.emulator.removeService(service);
        proceed.countDown();
        assertEquals(DEFUNCT, driver.result(call.get(10, TimeUnit.SECONDS), 1, outObject()));
    }

    @Test
    void givenAClassThatCannotBeLinkedThenErrorWhileTheServiceIsThereAndDefunctWhenItIsGone() throws Exception {
        TrustedService service = client -> new Kept();
        int id = driver.openNew(UID, service);
        proceed.countDown();
        assertEquals(1, driver.result(id, 2));
        TrustedService leaving = client -> (op, arguments) -> {
            throw new NoClassDefFoundError("gone");
        };
        AtomicReference<TrustedService> self = new AtomicReference<>();
        self.set(client -> (op, arguments) -> {
            driver.emulator.removeService(self.get());
            leaving.open(client).invoke(op, arguments);
        });
        int other = driver.openNew(UID + 1, self.get());
        assertEquals(DEFUNCT, driver.result(other, 0));
    }

    @Test
    void givenACallInProgressWhenTheServiceGoesAndTheCallFailsOnWhatIsGivenBackThenDefunct() throws Exception {
        AtomicReference<TrustedService> self = new AtomicReference<>();
        self.set(client -> (op, arguments) -> {
            if (op == 1) {
                driver.emulator.removeService(self.get());
            }
            throw new IllegalStateException("the memory is not mapped any more");
        });
        int id = driver.openNew(UID, self.get());
        assertEquals(1, driver.result(id, 0), "ERROR, while the service is there");
        assertEquals(DEFUNCT, driver.result(id, 1));
    }

    @Test
    void givenSeveralServicesWithOneUidThenTheHighestRankingIsOpenedAndTheNextWhenItGoes() throws Exception {
        TrustedService low = answers(10);
        TrustedService high = answers(20);
        driver.emulator.addService(UID, low, Map.of("service.ranking", 1, "service.id", 1L));
        driver.emulator.addService(UID, high, Map.of("service.ranking", 5, "service.id", 2L));
        driver.emulator.addService(UID, answers(30), Map.of("service.ranking", 5, "service.id", 3L));
        int environment = driver.register(1);
        int first = driver.open(environment, UID);
        assertEquals(20, driver.result(first, 0));
        driver.emulator.removeService(high);
        assertEquals(DEFUNCT, driver.result(first, 0));
        assertEquals(30, driver.result(driver.open(environment, UID), 0));
    }

    @Test
    void givenAUidOfQteeItselfThenAServiceWithItIsRefused() throws Exception {
        assertThrows(
                IllegalArgumentException.class,
                () -> driver.emulator.addService(2033, answers(99), Map.of("service.ranking", 1000)));
        assertEquals(2, driver.result(driver.open(driver.register(1), 2033), 0));
    }

    @Test
    void givenAnApplicationThatGoesThenItsObjectsAreDefunctItsControllersUnloadedAndItCanComeBack() throws Exception {
        AtomicReference<TrustedEnvironment> environment = new AtomicReference<>();
        TrustedApplication application = given -> {
            environment.set(given);
            return new Kept();
        };
        driver.emulator.addApplication("app", application, Map.of());
        int loader = driver.open(driver.register(1), 3);
        byte[] name = "app".getBytes(StandardCharsets.UTF_8);
        int controller = driver.ok(loader, 2, in(name), outObject()).object();
        int object = driver.ok(controller, 2, outObject()).object();
        driver.emulator.removeApplication(application);
        assertEquals(DEFUNCT, driver.result(object, 1, outObject()));
        assertEquals(12, driver.result(controller, 2, outObject()));
        assertEquals(17, driver.result(loader, 2, in(name), outObject()));
        assertEquals(0, released.get());
        assertThrows(IllegalStateException.class, () -> environment.get().deriveKey("any"));
        assertThrows(TeeException.class, () -> environment.get().counter("any"));
        assertThrows(TeeException.class, () -> environment.get().open(3));
        driver.emulator.addApplication("app", application, Map.of());
        driver.ok(loader, 2, in(name), outObject());
    }

    @Test
    void givenAServiceThatWentThenNothingKeepsItsObjects() throws Exception {
        TrustedService service = client -> new Kept();
        int id = driver.openNew(UID, service);
        WeakReference<Object> object = new WeakReference<>(service.open(null));
        WeakReference<TrustedObject> opened = lastOpened(id);
        driver.emulator.removeService(service);
        for (int i = 0; i < 40 && (object.get() != null || opened.get() != null); i++) {
            System.gc();
        }
        assertNull(object.get(), "the control is collected");
        assertNull(opened.get(), "nothing refers to the object of the service");
        assertEquals(DEFUNCT, driver.result(id, 1, outObject()));
    }

    private WeakReference<TrustedObject> lastOpened(int parent) throws TeeException {
        AtomicReference<WeakReference<TrustedObject>> reference = new AtomicReference<>();
        TrustedService service = client -> {
            TrustedObject object = new Kept();
            reference.set(new WeakReference<>(object));
            return object;
        };
        int id = driver.openNew(UID + 1, service);
        driver.emulator.removeService(service);
        assertEquals(DEFUNCT, driver.result(id, 1, outObject()));
        assertTrue(parent != id);
        return reference.get();
    }

    @Test
    void givenTheEmulatorClosesThenNewCallsAreRefusedThoseInProgressEndAndObjectsAreReleased() throws Exception {
        int id = driver.openNew(UID, client -> new Kept());
        CompletableFuture<Integer> call = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        call.complete(driver.ok(id, 1, outObject()).object());
                    } catch (TeeException | AssertionError e) {
                        call.completeExceptionally(e);
                    }
                })
                .start();
        await(entered);
        CountDownLatch closed = new CountDownLatch(1);
        Thread closing = new Thread(() -> {
            driver.emulator.close();
            closed.countDown();
        });
        closing.start();
        org.awaitility.Awaitility.await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        TeeException e = assertThrows(TeeException.class, () -> driver.register(1));
        assertEquals(Errno.ENODEV, e.errno().orElseThrow());
        assertFalse(call.isDone());
        proceed.countDown();
        call.get(10, TimeUnit.SECONDS);
        await(closed);
        assertEquals(2, released.get());
    }

    @Test
    void givenACallThatDoesNotEndThenClosingIsBounded() throws Exception {
        driver = new TestDriver(directory.resolve("short"), new EmulatorSettings(0, 100, 1 << 20, 1, 1, 1, 50));
        int id = driver.openNew(UID, client -> new Kept());
        Thread stuck = new Thread(() -> {
            try {
                driver.invoke(id, 1, outObject());
            } catch (TeeException e) {
                throw new AssertionError(e);
            }
        });
        stuck.start();
        await(entered);
        driver.emulator.close();
        proceed.countDown();
        stuck.join(10_000);
        assertFalse(stuck.isAlive());
    }

    private static TrustedService answers(int result) {
        return client -> (op, arguments) -> {
            throw new TeeException(org.ermine.tee.TeeResult.of(result), "answer");
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
