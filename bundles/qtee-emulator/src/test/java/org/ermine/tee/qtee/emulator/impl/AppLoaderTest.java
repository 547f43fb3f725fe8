// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.awaitility.Awaitility.await;
import static org.ermine.tee.qtee.emulator.app.TestImage.image;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.OK;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.in;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.object;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.out;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.outObject;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.limit.EmulatorSettings;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedEnvironment;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The operations of IAppLoader and IAppController. */
@Timeout(30)
class AppLoaderTest {

    private static final int LOAD_FROM_BUFFER = 0;
    private static final int LOAD_FROM_REGION = 1;
    private static final int LOAD_EMBEDDED = 2;
    private static final int CONNECT = 3;
    private static final int UNLOAD = 1;
    private static final int GET_APP_OBJECT = 2;
    private static final int INSTALL_CBO = 3;
    private static final int DISCONNECT = 4;
    private static final int RESTART = 5;

    private static final int DEFUNCT = -90;
    private static final int INVALID = 2;
    private static final int INVALID_BUFFER = 10;
    private static final int APP_UNLOADED = 12;
    private static final int APP_IN_USE = 13;
    private static final int MAX_NUM_APPS = 14;
    private static final int NOT_SUPPORTED = 14;
    private static final int CBO_UNKNOWN = 15;
    private static final int ALREADY_LOADED = 16;
    private static final int APP_DISCONNECTED = 17;
    private static final int EMBEDDED_IMAGE_NOT_FOUND = 17;
    private static final int APP_RESTART_FAILED = 20;
    private static final int APP_NOT_LOADED = 22;
    private static final int ELF_LOADING = 27;

    @TempDir
    Path directory;

    private TestDriver driver;
    private int loader;
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger released = new AtomicInteger();
    private final AtomicReference<TrustedEnvironment> environment = new AtomicReference<>();
    private volatile TeeException startFails;

    /** Answers with its name; operation 1 returns a session. */
    private final class App implements TrustedObject {

        @Override
        public void invoke(int op, IncomingArguments arguments) {
            if (op == 1) {
                arguments.outputObject(0, new App());
            }
        }

        @Override
        public void released() {
            released.incrementAndGet();
        }
    }

    private final TrustedApplication application = given -> {
        started.incrementAndGet();
        if (startFails != null) {
            throw startFails;
        }
        environment.set(given);
        return new App();
    };

    @BeforeEach
    void start() throws Exception {
        startWith(EmulatorSettings.defaults(), "state");
    }

    private void startWith(EmulatorSettings settings, String name) throws Exception {
        driver = new TestDriver(directory.resolve(name), settings);
        driver.emulator.addApplication("testapp", application, Map.of());
        loader = driver.open(driver.register(1), 3);
    }

    private static TestDriver.Arg name(String name) {
        return in(name.getBytes(StandardCharsets.UTF_8));
    }

    private int load(String name) throws TeeException {
        return driver.ok(loader, LOAD_EMBEDDED, name(name), outObject()).object();
    }

    @Test
    void givenAnImageWhenLoadedFromABufferOrARegionThenTheAppOfItsNameRuns() throws Exception {
        int controller = driver.ok(loader, LOAD_FROM_BUFFER, in(image("t=1;n=testapp;p=3:8c;")), outObject())
                .object();
        assertEquals(1, started.get());
        assertEquals("testapp", environment.get().name());
        driver.ok(driver.ok(controller, GET_APP_OBJECT, outObject()).object(), 0);
        driver.ok(controller, UNLOAD);

        int memory = driver.exportMemory(image("n=testapp;"));
        driver.ok(loader, LOAD_FROM_REGION, object(memory), outObject());
        assertEquals(2, started.get());
        assertEquals(0, driver.exported(), "memory object and mapping are let go of");
    }

    @Test
    void givenBadImagesThenEachHasItsError() throws Exception {
        assertEquals(INVALID_BUFFER, driver.result(loader, LOAD_FROM_BUFFER, in(new byte[0]), outObject()));
        assertEquals(INVALID_BUFFER, driver.result(loader, LOAD_FROM_BUFFER, in(new byte[300]), outObject()));
        assertEquals(15, driver.result(loader, LOAD_FROM_BUFFER, in(image("xn=testapp;")), outObject()));
        assertEquals(13, driver.result(loader, LOAD_FROM_BUFFER, in(image("n=;")), outObject()));
        assertEquals(ELF_LOADING, driver.result(loader, LOAD_FROM_BUFFER, in(image("n=other;")), outObject()));
        assertEquals(INVALID_BUFFER, driver.result(loader, LOAD_FROM_REGION, object(0), outObject()));
        int callback = driver.export(r -> OK);
        assertEquals(-96, driver.result(loader, LOAD_FROM_REGION, object(callback), outObject()));
        assertEquals(INVALID, driver.result(loader, 4));
        assertEquals(INVALID, driver.result(loader, LOAD_EMBEDDED, outObject()));
        assertEquals(INVALID, driver.result(loader, CONNECT, name("a/b"), outObject()));
        assertEquals(0, started.get());
        assertEquals(0, driver.exported());
    }

    @Test
    void givenNamesThenLoadingAndConnectingAnswerAsTheyShould() throws Exception {
        assertEquals(APP_NOT_LOADED, driver.result(loader, CONNECT, name("testapp"), outObject()));
        assertEquals(EMBEDDED_IMAGE_NOT_FOUND, driver.result(loader, LOAD_EMBEDDED, name("none"), outObject()));
        load("testapp");
        assertEquals(ALREADY_LOADED, driver.result(loader, LOAD_EMBEDDED, name("testapp"), outObject()));
        driver.ok(loader, CONNECT, name("testapp\0"), outObject());
        assertEquals(1, started.get());
    }

    @Test
    void givenAnApplicationThatStartsWhenAnotherClientConnectsThenItGetsItOnceItHasStarted() throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        TrustedApplication slow = given -> {
            starting.countDown();
            awaitQuietly(go);
            return new App();
        };
        driver.emulator.addApplication("slow", slow, Map.of());
        FutureTask<Integer> loads =
                new FutureTask<>(() -> driver.result(loader, LOAD_EMBEDDED, name("slow"), outObject()));
        FutureTask<Integer> connects =
                new FutureTask<>(() -> driver.result(loader, CONNECT, name("slow"), outObject()));
        Thread connecting = new Thread(connects);
        new Thread(loads).start();
        starting.await();

        assertEquals(ALREADY_LOADED, driver.result(loader, LOAD_EMBEDDED, name("slow"), outObject()));
        connecting.start();
        await().until(() -> connecting.getState() == Thread.State.TIMED_WAITING);
        go.countDown();

        assertEquals(OK, loads.get());
        assertEquals(OK, connects.get());
    }

    @Test
    void givenAnApplicationThatGoesWhileItStartsWhenItFailsThenItIsReportedAsMissing() throws Exception {
        AtomicReference<TrustedApplication> going = new AtomicReference<>();
        going.set(given -> {
            driver.emulator.removeApplication(going.get());
            given.deriveKey("a key that it gets no more");
            return new App();
        });
        driver.emulator.addApplication("going", going.get(), Map.of());
        assertEquals(EMBEDDED_IMAGE_NOT_FOUND, driver.result(loader, LOAD_EMBEDDED, name("going"), outObject()));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void givenTooManyAppsThenMaxNumApps() throws Exception {
        startWith(new EmulatorSettings(0, 1000, 64 << 20, 1, 1, 1, 1), "one");
        driver.emulator.addApplication("second", application, Map.of());
        load("testapp");
        assertEquals(MAX_NUM_APPS, driver.result(loader, LOAD_EMBEDDED, name("second"), outObject()));
    }

    @Test
    void givenTooSmallAHeapThenHeapFailure() throws Exception {
        startWith(new EmulatorSettings(0, 1000, 1 << 20, 10, 1, 1, 1), "small");
        for (int i = 0; i < 3; i++) {
            driver.emulator.addApplication("app" + i, application, Map.of());
            load("app" + i);
        }
        assertEquals(18, driver.result(loader, LOAD_EMBEDDED, name("testapp"), outObject()));
        assertEquals(3, started.get());
    }

    @Test
    void givenAnAppThatFailsToStartThenItsResultAndItCanBeTriedAgain() throws Exception {
        startFails = new TeeException(TeeResult.of(99), "no");
        assertEquals(99, driver.result(loader, LOAD_EMBEDDED, name("testapp"), outObject()));
        assertEquals(APP_NOT_LOADED, driver.result(loader, CONNECT, name("testapp"), outObject()));
        startFails = null;
        load("testapp");
        driver.emulator.addApplication("null", given -> null, Map.of());
        assertEquals(1, driver.result(loader, LOAD_EMBEDDED, name("null"), outObject()));
        driver.emulator.addApplication(
                "bad",
                given -> {
                    throw new IllegalStateException("bad");
                },
                Map.of());
        assertEquals(1, driver.result(loader, LOAD_EMBEDDED, name("bad"), outObject()));
    }

    @Test
    void givenAnUnloadedAppThenItsControllerSaysSoAndItsObjectsAreDefunctAndReleased() throws Exception {
        int controller = load("testapp");
        int app = driver.ok(controller, GET_APP_OBJECT, outObject()).object();
        int session = driver.ok(app, 1, outObject()).object();
        driver.ok(controller, UNLOAD);
        assertEquals(2, released.get());
        assertEquals(DEFUNCT, driver.result(app, 0));
        assertEquals(DEFUNCT, driver.result(session, 0));
        assertEquals(APP_UNLOADED, driver.result(controller, UNLOAD));
        assertEquals(APP_UNLOADED, driver.result(controller, GET_APP_OBJECT, outObject()));
        assertEquals(APP_UNLOADED, driver.result(controller, 0));
        assertEquals(APP_UNLOADED, driver.result(controller, INSTALL_CBO, in(1), object(0)));
        assertEquals(APP_UNLOADED, driver.result(controller, DISCONNECT));
        assertEquals(APP_UNLOADED, driver.result(controller, RESTART));
        driver.release(app);
        driver.release(session);
        assertEquals(2, released.get());
        assertEquals(APP_NOT_LOADED, driver.result(loader, CONNECT, name("testapp"), outObject()));
    }

    @Test
    void givenSeveralControllersThenUnloadAndRestartAreRefusedUntilOneIsLeft() throws Exception {
        int first = load("testapp");
        int second = driver.ok(loader, CONNECT, name("testapp"), outObject()).object();
        assertEquals(APP_IN_USE, driver.result(first, UNLOAD));
        assertEquals(APP_IN_USE, driver.result(first, RESTART));
        driver.ok(second, DISCONNECT);
        assertEquals(APP_DISCONNECTED, driver.result(second, DISCONNECT));
        assertEquals(APP_DISCONNECTED, driver.result(second, GET_APP_OBJECT, outObject()));
        driver.release(second);
        driver.ok(first, UNLOAD);
    }

    @Test
    void givenNobodyHoldsControllerOrObjectThenTheAppIsUnloaded() throws Exception {
        int controller = load("testapp");
        int app = driver.ok(controller, GET_APP_OBJECT, outObject()).object();
        driver.release(controller);
        driver.ok(app, 0);
        assertEquals(0, released.get());
        driver.release(app);
        assertEquals(1, released.get());
        assertEquals(APP_NOT_LOADED, driver.result(loader, CONNECT, name("testapp"), outObject()));
        load("testapp");
        assertEquals(2, started.get());
    }

    @Test
    void givenARestartThenTheOldObjectsAreDefunctAndTheAppRunsAnew() throws Exception {
        int controller = load("testapp");
        int app = driver.ok(controller, GET_APP_OBJECT, outObject()).object();
        driver.ok(controller, RESTART);
        assertEquals(2, started.get());
        assertEquals(1, released.get());
        assertEquals(DEFUNCT, driver.result(app, 0));
        int again = driver.ok(controller, GET_APP_OBJECT, outObject()).object();
        assertNotEquals(app, again);
        driver.ok(again, 0);
        startFails = new TeeException(TeeResult.of(99), "no");
        assertEquals(APP_RESTART_FAILED, driver.result(controller, RESTART));
        assertEquals(APP_UNLOADED, driver.result(controller, RESTART));
    }

    @Test
    void givenAnAppThatReturnsTheSameObjectAtEachStartThenItLivesAgainAfterARestart() throws Exception {
        App same = new App();
        driver.emulator.addApplication("same", given -> same, Map.of());
        int controller = load("same");
        int app = driver.ok(controller, GET_APP_OBJECT, outObject()).object();
        driver.ok(controller, RESTART);
        assertEquals(DEFUNCT, driver.result(app, 0));
        driver.ok(driver.ok(controller, GET_APP_OBJECT, outObject()).object(), 0);
        assertEquals(1, released.get());
    }

    @Test
    void givenTheOtherControllerOperationsThenTheyAnswerAsTheyShould() throws Exception {
        int controller = load("testapp");
        assertEquals(NOT_SUPPORTED, driver.result(controller, 0));
        assertEquals(INVALID, driver.result(controller, 6));
        int wait = driver.export(r -> OK);
        driver.ok(controller, INSTALL_CBO, in(1), object(wait));
        assertTrue(driver.holds(wait));
        assertEquals(CBO_UNKNOWN, driver.result(controller, INSTALL_CBO, in(2), object(driver.export(r -> OK))));
        int other = driver.export(r -> OK);
        driver.ok(controller, INSTALL_CBO, in(1), object(other));
        assertFalse(driver.holds(wait));
        driver.release(controller);
        assertEquals(0, driver.exported());
    }

    @Test
    void givenATaBufferCallbackWhenAUuidIsConnectedToThenItsImageIsAskedFor() throws Exception {
        String uuid = "00112233-4455-6677-8899-aabbccddeeff";
        assertEquals(APP_NOT_LOADED, driver.result(loader, CONNECT, name(uuid), outObject()));
        AtomicReference<byte[]> asked = new AtomicReference<>();
        int registrar = driver.open(driver.register(1), 268);
        int callback = driver.export(request -> {
            asked.set(request.inputs().get(0));
            request.outputObjects()[0] = driver.exportMemory(image("n=testapp;"));
            return OK;
        });
        driver.ok(registrar, 0, object(callback));
        int controller = driver.ok(loader, CONNECT, name(uuid), outObject()).object();
        // The first three fields of the UUID are little-endian, the last two as they are written.
        assertArrayEquals(HexFormat.of().parseHex("33221100554477668899aabbccddeeff"), asked.get());
        driver.ok(controller, GET_APP_OBJECT, outObject());
        assertEquals(1, driver.exported());
        driver.ok(controller, UNLOAD);
        driver.ok(registrar, 0, object(driver.export(request -> OK)));
        assertFalse(driver.holds(callback));
        assertEquals(APP_NOT_LOADED, driver.result(loader, CONNECT, name(uuid), outObject()));
        assertEquals(INVALID, driver.result(registrar, 1));
        driver.ok(registrar, 0, object(0));
        assertEquals(0, driver.exported());
        driver.ok(registrar, 0, object(driver.export(request -> OK)));
        driver.release(registrar);
        assertEquals(0, driver.exported());
    }

    @Test
    void givenAServiceOpenedByAnAppThenItIsHeldUntilTheAppIsUnloaded() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        driver.emulator.addService(
                7000,
                client -> new TrustedObject() {
                    @Override
                    public void invoke(int op, IncomingArguments arguments) throws TeeException {
                        throw new TeeException(TeeResult.of(55), client.packageName());
                    }

                    @Override
                    public void released() {
                        closed.incrementAndGet();
                    }
                },
                Map.of());
        AtomicReference<TeeResult> result = new AtomicReference<>();
        driver.emulator.addApplication(
                "user",
                given -> {
                    TrustedObject service = given.open(7000);
                    return (op, arguments) -> service.invoke(op, arguments);
                },
                Map.of());
        int controller = load("user");
        int app = driver.ok(controller, GET_APP_OBJECT, outObject()).object();
        assertEquals(55, driver.result(app, 0));
        assertEquals(0, closed.get());
        driver.ok(controller, UNLOAD);
        assertEquals(1, closed.get());
        assertEquals(null, result.get());
    }

    @Test
    void givenDiagnosticsThenTheyFollowWhatIsLoadedAndHeld() throws Exception {
        int diagnostics = driver.open(driver.register(1), 143);
        byte[] empty = driver.ok(diagnostics, 0, out(24)).buffer();
        assertEquals(256 << 20, total(empty));
        int controller = load("testapp");
        int app = driver.ok(controller, GET_APP_OBJECT, outObject()).object();
        byte[] loaded = driver.ok(diagnostics, 0, out(24)).buffer();
        assertEquals(256 << 20, total(loaded));
        int expected = SecureHeap.APPLICATION + 2 * SecureHeap.OBJECT;
        assertEquals(expected, word(loaded, 1) - word(empty, 1));

        assertArrayEquals(
                "testapp\0".getBytes(StandardCharsets.US_ASCII),
                driver.ok(diagnostics, 1, out(64)).buffer());
        assertEquals(4, driver.result(diagnostics, 1, out(7)));
        assertEquals(4, driver.result(diagnostics, 0, out(23)));
        TestDriver.Reply region = driver.ok(diagnostics, 2, out(24), out(24), out(4));
        assertEquals(256 << 20, quad(region.buffers().get(0), 0));
        assertEquals(word(loaded, 2), quad(region.buffers().get(0), 1));
        assertEquals(word(loaded, 5), quad(region.buffers().get(0), 2));
        assertArrayEquals(new byte[24], region.buffers().get(1));
        assertEquals(0, word(region.buffers().get(2), 0));
        byte[] info = driver.ok(diagnostics, 3, name("testapp"), out(24)).buffer();
        assertEquals(1, word(info, 0), "idle");
        assertEquals(4 << 20, word(info, 3), "the longest message");
        assertEquals(SecureHeap.APPLICATION + SecureHeap.OBJECT, quad(info, 2));
        assertEquals(10, driver.result(diagnostics, 3, name("none"), out(24)));
        assertEquals(10, driver.result(diagnostics, 4, name("none"), out(8), out(8), out(8)));
        assertEquals(12, driver.result(diagnostics, 4, name("testapp"), out(8), out(8), out(8)));
        assertEquals(INVALID, driver.result(diagnostics, 5));

        driver.release(app);
        driver.release(controller);
        assertArrayEquals(empty, driver.ok(diagnostics, 0, out(24)).buffer());
    }

    @Test
    void givenFeatureVersionsThenTheVersionIsTheConfiguredOne() throws Exception {
        startWith(new EmulatorSettings(EmulatorSettings.version("6.1.7"), 1000, 64 << 20, 1, 1, 1, 1), "version");
        int versions = driver.open(driver.register(1), 2033);
        assertEquals(
                6 << 22 | 1 << 12 | 7,
                word(driver.ok(versions, 0, in(10), out(4)).buffer(), 0));
        assertEquals(INVALID, driver.result(versions, 0, in(11), out(4)));
        assertEquals(3, driver.result(versions, 0, in(new byte[3]), out(4)));
        assertEquals(4, driver.result(versions, 0, in(10), out(3)));
        assertEquals(INVALID, driver.result(versions, 1, in(10), out(4)));
    }

    private static int word(byte[] bytes, int index) {
        return java.nio.ByteBuffer.wrap(bytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt(4 * index);
    }

    private static long quad(byte[] bytes, int index) {
        return java.nio.ByteBuffer.wrap(bytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getLong(8 * index);
    }

    /** Used, free, overhead and wasted make the total. */
    private static int total(byte[] info) {
        assertEquals(word(info, 0), word(info, 1) + word(info, 2) + word(info, 3) + word(info, 4));
        return word(info, 0);
    }
}
