// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.TestDriver.OK;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.RELEASE;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.outObject;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.options.TestedOptions;
import org.ermine.tee.qtee.emulator.limit.EmulatorConfiguration;
import org.ermine.tee.qtee.emulator.limit.EmulatorSettings;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two clients of the emulated QTEE, of which one takes all that it can. */
@Timeout(60)
class ClientSharesTest {

    private static final int UID = 4711;
    private static final int NOSLOTS = -93;
    private static final int SHARE = 40;

    /** Each instance is an object of its own. */
    private static final class Held implements TrustedObject {
        @Override
        public void invoke(int op, IncomingArguments arguments) {
            throw new AssertionError("nobody invokes it");
        }
    }

    @TempDir
    Path directory;

    private TestDriver driver;

    @BeforeEach
    void start() throws Exception {
        driver = new TestDriver(directory, new EmulatorSettings(0, 100, 1 << 20, 1, 1, 1, 1, SHARE));
        driver.emulator.addService(
                UID, client -> (op, arguments) -> arguments.outputObject(0, (TrustedObject) new Held()), Map.of());
    }

    /** Gets objects from the service until it is refused. */
    private List<Integer> takeAll(int service) throws TeeException {
        List<Integer> objects = new ArrayList<>();
        TestDriver.Reply reply = driver.invoke(service, 0, outObject());
        while (reply.result() == OK) {
            objects.add(reply.object());
            reply = driver.invoke(service, 0, outObject());
        }
        assertEquals(NOSLOTS, reply.result());
        return objects;
    }

    @Test
    @DisplayName(
            "ERM-23: given a client that takes objects without end, then it is refused, and its neighbour gets some")
    void greedyClient() throws Exception {
        int greedy = driver.open(driver.register(1000), UID);
        int neighbour = driver.open(driver.register(1001), UID);
        List<Integer> objects = takeAll(greedy);
        assertEquals(
                SHARE - 2 - SecureHeap.CLIENT_IN_OBJECTS,
                objects.size(),
                "environment and service count too, and the client itself");
        assertEquals(OK, driver.invoke(neighbour, 0, outObject()).result());
        assertEquals(OK, driver.result(objects.get(0), RELEASE));
        assertEquals(OK, driver.invoke(greedy, 0, outObject()).result());
    }

    /** Another emulator, whose heap is full long before its table of objects. */
    private void startWithSmallHeap() throws Exception {
        TestedOptions<EmulatorConfiguration, EmulatorSettings> options =
                new TestedOptions<>(EmulatorConfiguration.PID, EmulatorConfiguration.class, EmulatorSettings::read);
        driver = new TestDriver(
                directory.resolve("small"),
                options.start(options.with(Map.of("heapMiB", 1, "clientSharePercent", 10)))
                        .inForce());
        driver.emulator.addService(
                UID, client -> (op, arguments) -> arguments.outputObject(0, (TrustedObject) new Held()), Map.of());
    }

    private TestDriver.Reply registration() throws TeeException {
        byte[] credentials = {(byte) 0xa1, 1, 7};
        return driver.invoke(
                TestDriver.ROOT, 2, TestDriver.object(driver.export(TestDriver.io(credentials))), outObject());
    }

    @Test
    @DisplayName(
            "ERM-23: given a client that registers until it is refused, when its neighbour registers and gets objects, "
                    + "then the secure heap has room for it, and the client may register as often as it lets go")
    void heapOfRegistrations() throws Exception {
        startWithSmallHeap();
        TestDriver.Reply last = registration();
        int environment = last.object();
        while (last.result() == OK) {
            last = registration();
        }
        assertEquals(NOSLOTS, last.result());

        int neighbour = driver.open(driver.register(1001), UID);
        for (int i = 0; i < 100; i++) {
            assertEquals(OK, driver.invoke(neighbour, 0, outObject()).result());
        }
        driver.release(environment);
        assertEquals(OK, registration().result());
        assertEquals(NOSLOTS, registration().result());
    }

    @Test
    @DisplayName(
            "ERM-23: given a client that takes objects until it is refused, when its neighbour gets objects, then the "
                    + "secure heap has room for them")
    void heapOfObjects() throws Exception {
        startWithSmallHeap();
        takeAll(driver.open(driver.register(1000), UID));
        int neighbour = driver.open(driver.register(1001), UID);
        for (int i = 0; i < 100; i++) {
            assertEquals(OK, driver.invoke(neighbour, 0, outObject()).result());
        }
    }

    @Test
    @DisplayName("ERM-23: given a client that registers again and again, then all that it registered for has one share")
    void registersAgain() throws Exception {
        int environment = driver.register(1000);
        List<Integer> objects = takeAll(driver.open(environment, UID));
        assertEquals(OK, driver.result(environment, RELEASE));
        int again = driver.register(1000);
        assertEquals(
                NOSLOTS,
                driver.invoke(again, 0, TestDriver.in(UID), outObject()).result());
        driver.ok(objects.get(0), RELEASE);
        driver.open(again, UID);
        driver.register(1001);
    }
}
