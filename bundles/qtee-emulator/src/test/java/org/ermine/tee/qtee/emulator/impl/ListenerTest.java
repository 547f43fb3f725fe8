// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.TestDriver.OK;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.in;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.object;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.out;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.outObject;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.TeeException;
import org.ermine.tee.qtee.emulator.limit.EmulatorSettings;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Registering listeners, and requests of applications to them. */
@Timeout(30)
class ListenerTest {

    private static final int INVALID = 2;
    private static final int SIZE_IN = 3;
    private static final int MAX_REGISTERED = 10;
    private static final int ALIGNMENT = 11;
    private static final int ERROR = 1;
    private static final int ID_IN_USE = 12;
    private static final int ID_RESERVED = 13;
    private static final int DEFUNCT = -90;
    private static final int ABORT = -91;
    private static final int UNAVAIL = -96;
    private static final int BUSY = -99;
    private static final int LISTENER = 0x7000;

    @TempDir
    Path directory;

    private TestDriver driver;
    private int registry;
    private int app;
    private final AtomicReference<TrustedEnvironment> environment = new AtomicReference<>();
    /** Sends input 0 to the listener and returns the answer. */
    private final TrustedApplication asker = given -> {
        environment.set(given);
        return (op, arguments) -> {
            ByteBuffer message = ByteBuffer.allocate(arguments.input(0).remaining());
            message.put(arguments.input(0)).flip();
            given.request(op, message);
            arguments.output(0).put(message);
        };
    };

    @BeforeEach
    void start() throws Exception {
        driver = new TestDriver(directory, new EmulatorSettings(0, 1000, 64 << 20, 2, 2, 300, 100));
        driver.emulator.addApplication("asker", asker, Map.of());
        int client = driver.register(1);
        registry = driver.open(client, 87);
        app = load(client, "asker");
    }

    private int load(int client, String name) throws TeeException {
        int loader = driver.open(client, 3);
        int controller = driver.ok(loader, 2, in(name.getBytes(StandardCharsets.UTF_8)), outObject())
                .object();
        return driver.ok(controller, 2, outObject()).object();
    }

    private int register(int id, TestDriver.Callback callback, long address) throws TeeException {
        return driver.result(
                registry, 0, in(id), object(driver.export(callback)), object(driver.exportMemory(address, 4096)));
    }

    @Test
    void givenAListenerWhenAskedThenTheMessageGoesThroughItsMemory() throws Exception {
        long address = driver.memory.allocate(4096);
        AtomicReference<TestDriver.Request> seen = new AtomicReference<>();
        assertEquals(
                OK,
                register(
                        LISTENER,
                        request -> {
                            seen.set(request);
                            ByteBuffer memory = driver.memory.buffer(address);
                            memory.put(0, (byte) (memory.get(0) + 1));
                            request.outputs()[0] = new byte[16];
                            request.outputs()[1] = new byte[4];
                            return OK;
                        },
                        address));
        assertArrayEquals(
                new byte[] {8, 6},
                driver.ok(app, LISTENER, in(new byte[] {7, 6}), out(2)).buffer());
        assertEquals(0, seen.get().op());
        assertArrayEquals(new int[] {16, 4}, seen.get().roomSizes());
        assertEquals(4, seen.get().outputObjects().length);
        assertEquals(0, seen.get().inputs().size());
        assertEquals(0, seen.get().objects().length);
    }

    @Test
    void givenATaThatWantsALongerAnswerWhenAskedThenItGetsThatMuchAndNoMoreThanFits() throws Exception {
        ByteBuffer message = ByteBuffer.allocate(4);
        driver.emulator.addApplication(
                "longer",
                given -> (op, arguments) -> {
                    given.request(
                            LISTENER,
                            message.clear().limit(1),
                            arguments.input(0).get(0));
                    arguments.output(0).put(message.array());
                },
                Map.of());
        int longer = load(driver.register(2), "longer");
        long address = driver.memory.allocate(4096);
        TestDriver.Callback answering = request -> {
            driver.memory.buffer(address).put(0, new byte[] {1, 2, 3, 4});
            request.outputs()[0] = new byte[16];
            request.outputs()[1] = new byte[4];
            return OK;
        };
        assertEquals(OK, register(LISTENER, answering, address));

        assertArrayEquals(
                new byte[] {1, 2, 3, 0},
                driver.ok(longer, 0, in(new byte[] {3}), out(4)).buffer());
        assertEquals(1, message.limit());
        assertEquals(ERROR, driver.result(longer, 0, in(new byte[] {5}), out(4)));
    }

    @Test
    void givenAnAnswerLongerThanTheMessageWhenTheListenerWritesNoneThenItShowsNothingOfAnotherOnesMessage()
            throws Exception {
        driver.emulator.addApplication(
                "longer",
                given -> (op, arguments) -> {
                    byte[] message = new byte[4];
                    given.request(LISTENER, ByteBuffer.wrap(message).limit(1), message.length);
                    arguments.output(0).put(message);
                },
                Map.of());
        int longer = load(driver.register(2), "longer");
        assertEquals(OK, register(LISTENER, ListenerTest::answerNothing, driver.memory.allocate(4096)));
        byte[] secret = {9, 8, 7, 6};
        driver.ok(app, LISTENER, in(secret), out(4));

        assertArrayEquals(new byte[4], driver.ok(longer, 0, out(4)).buffer());
    }

    private static int answerNothing(TestDriver.Request request) {
        request.outputs()[0] = new byte[16];
        request.outputs()[1] = new byte[4];
        return OK;
    }

    @Test
    void givenBadRegistrationsThenEachHasItsErrorAndNothingIsKept() throws Exception {
        long address = driver.memory.allocate(16384);
        int before = driver.exported();
        assertEquals(ID_RESERVED, register(0, r -> OK, address));
        assertEquals(ID_RESERVED, register(-1, r -> OK, address));
        assertEquals(ALIGNMENT, register(1, r -> OK, address + 8));
        assertEquals(
                ALIGNMENT,
                driver.result(
                        registry,
                        0,
                        in(1),
                        object(driver.export(r -> OK)),
                        object(driver.exportMemory(address, 4000))));
        assertEquals(INVALID, driver.result(registry, 0, in(1), object(0), object(driver.exportMemory(address, 4096))));
        assertEquals(
                UNAVAIL,
                driver.result(registry, 0, in(1), object(driver.export(r -> OK)), object(driver.export(r -> OK))));
        assertEquals(SIZE_IN, driver.result(registry, 0, in(1, 2), object(0), object(0)));
        assertEquals(INVALID, driver.result(registry, 0, in(1)));
        assertEquals(INVALID, driver.result(registry, 1));
        driver.register(1);
        assertEquals(before, driver.exported());
        assertEquals(OK, register(1, r -> OK, address));
        assertEquals(ID_IN_USE, register(1, r -> OK, address));
        assertEquals(OK, register(2, r -> OK, address));
        assertEquals(MAX_REGISTERED, register(3, r -> OK, address));
    }

    @Test
    void givenTheRegistryObjectIsReleasedThenItsListenersAreGone() throws Exception {
        assertEquals(OK, register(LISTENER, r -> OK, driver.memory.allocate(4096)));
        driver.ok(app, LISTENER, in(new byte[1]), out(1));
        assertEquals(2, driver.exported());
        driver.release(registry);
        assertEquals(0, driver.exported());
        assertEquals(UNAVAIL, driver.result(app, LISTENER, in(new byte[1]), out(1)));
    }

    @Test
    void givenRequestsThatCannotBeThenEachHasItsError() throws Exception {
        assertEquals(UNAVAIL, driver.result(app, 5, in(new byte[1]), out(1)));
        assertEquals(OK, register(LISTENER, r -> 44, driver.memory.allocate(4096)));
        assertEquals(SIZE_IN, driver.result(app, LISTENER, in(new byte[4097]), out(4097)));
        assertEquals(44, driver.result(app, LISTENER, in(new byte[4096]), out(4096)));
        TeeException e =
                assertThrows(TeeException.class, () -> environment.get().request(LISTENER, ByteBuffer.allocate(1)));
        assertEquals(ABORT, e.result().code());
    }

    @Test
    void givenAListenerWithoutMemoryThenOnlyEmptyMessagesFit() throws Exception {
        driver.ok(registry, 0, in(9), object(driver.export(r -> OK)), object(0));
        driver.ok(app, 9, in(new byte[0]), out(0));
        assertEquals(SIZE_IN, driver.result(app, 9, in(new byte[1]), out(1)));
    }

    @Test
    void givenAListenerThatAnswersBusyThenItIsAskedToWaitAndAskedAgain() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        AtomicInteger waits = new AtomicInteger();
        assertEquals(
                OK,
                register(
                        LISTENER,
                        request -> {
                            if (request.op() == 1) {
                                waits.incrementAndGet();
                                return OK;
                            }
                            return requests.incrementAndGet() < 4 ? BUSY : OK;
                        },
                        driver.memory.allocate(4096)));
        driver.ok(app, LISTENER, in(new byte[1]), out(1));
        assertEquals(4, requests.get());
        assertEquals(3, waits.get());
        assertEquals(3, driver.sleeps.get());
    }

    @Test
    void givenABusyListenerWhenALateAnswerOverwritesTheMessageThenItIsThereWhenAskedAgain() throws Exception {
        long address = driver.memory.allocate(4096);
        AtomicInteger requests = new AtomicInteger();
        assertEquals(
                OK,
                register(
                        LISTENER,
                        request -> {
                            if (request.op() == 1) {
                                driver.memory.buffer(address).put(0, (byte) 99);
                                return OK;
                            }
                            return requests.incrementAndGet() < 2 ? BUSY : OK;
                        },
                        address));
        assertArrayEquals(
                new byte[] {7},
                driver.ok(app, LISTENER, in(new byte[] {7}), out(1)).buffer());
    }

    @Test
    void givenAnApplicationThatEndsWhenARequestOfItWaitsThenTheListenerDoesNotGetIt() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        AtomicInteger requests = new AtomicInteger();
        assertEquals(
                OK,
                register(
                        LISTENER,
                        request -> {
                            requests.incrementAndGet();
                            entered.countDown();
                            await(proceed);
                            return OK;
                        },
                        driver.memory.allocate(4096)));
        CompletableFuture<Integer> first = ask();
        await(entered);
        CompletableFuture<Integer> second = ask();
        while (driver.yields.get() == 0) {
            Thread.onSpinWait();
        }
        driver.emulator.removeApplication(asker);
        proceed.countDown();
        assertEquals(OK, first.get(10, TimeUnit.SECONDS));
        assertEquals(DEFUNCT, second.get(10, TimeUnit.SECONDS));
        assertEquals(1, requests.get());
    }

    @Test
    void givenAListenerThatIsAlwaysBusyThenBusyWithinTheBound() throws Exception {
        assertEquals(OK, register(LISTENER, r -> r.op() == 1 ? OK : BUSY, driver.memory.allocate(4096)));
        assertEquals(BUSY, driver.result(app, LISTENER, in(new byte[1]), out(1)));
    }

    @Test
    void givenAListenerAtWorkThenAnotherRequestYieldsAndFailsBusyOrWaitsItsTurn() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        AtomicInteger inside = new AtomicInteger();
        assertEquals(
                OK,
                register(
                        LISTENER,
                        request -> {
                            assertEquals(1, inside.incrementAndGet(), "one request at a time");
                            entered.countDown();
                            await(proceed);
                            inside.decrementAndGet();
                            return OK;
                        },
                        driver.memory.allocate(4096)));
        CompletableFuture<Integer> first = ask();
        await(entered);
        assertEquals(BUSY, ask().get(10, TimeUnit.SECONDS));
        assertTrue(driver.yields.get() > 0, "the normal world could run meanwhile");
        CompletableFuture<Integer> second = ask();
        proceed.countDown();
        assertEquals(OK, first.get(10, TimeUnit.SECONDS));
        assertEquals(OK, second.get(10, TimeUnit.SECONDS));
    }

    @Test
    void givenAListenerUnregisteredAtWorkThenTheRequestEndsAndItsMemoryIsUnmappedAfterwards() throws Exception {
        CountDownLatch proceed = new CountDownLatch(1);
        CompletableFuture<Integer> first = askOneAtWork(proceed);
        driver.release(registry);
        assertEquals(2, driver.exported());
        proceed.countDown();
        assertEquals(OK, first.get(10, TimeUnit.SECONDS));
        assertEquals(0, driver.exported());
    }

    @Test
    void givenAWaitingThreadThatIsInterruptedThenAbort() throws Exception {
        CountDownLatch proceed = new CountDownLatch(1);
        CompletableFuture<Integer> first = askOneAtWork(proceed);
        Thread.currentThread().interrupt();
        assertEquals(ABORT, driver.result(app, LISTENER, in(new byte[1]), out(1)));
        assertTrue(Thread.interrupted());
        proceed.countDown();
        assertEquals(OK, first.get(10, TimeUnit.SECONDS));
    }

    /** Asks a listener, which is at work when this returns, and until it may proceed. */
    private CompletableFuture<Integer> askOneAtWork(CountDownLatch proceed) throws TeeException {
        CountDownLatch entered = new CountDownLatch(1);
        TestDriver.Callback working = request -> {
            entered.countDown();
            await(proceed);
            return OK;
        };
        assertEquals(OK, register(LISTENER, working, driver.memory.allocate(4096)));
        CompletableFuture<Integer> asked = ask();
        await(entered);
        return asked;
    }

    private CompletableFuture<Integer> ask() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return driver.result(app, LISTENER, in(new byte[1]), out(1));
                    } catch (TeeException e) {
                        throw new AssertionError(e);
                    }
                },
                task -> new Thread(task, "asker").start());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
