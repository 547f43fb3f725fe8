// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.TestDriver.in;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.object;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.out;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.outObject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Direct invocations in the steady state, and from many threads at once. */
@Timeout(60)
class DirectPathTest {

    private static final int UID = 5000;
    private static final int CALLS = 100_000;

    @TempDir
    Path directory;

    private TestDriver driver;

    @BeforeEach
    void start() throws Exception {
        driver = new TestDriver(directory);
    }

    @Test
    void givenByteBuffersOnlyThenAnInvocationAllocatesNothing() throws Exception {
        int id = driver.openNew(UID, client -> (op, arguments) -> {
            ByteBuffer input = arguments.input(0);
            arguments.output(0).putLong(input.getLong(0) + input.getLong(1000));
        });
        TestCall call = new TestCall(driver.memory, 4096);
        TestDriver.write(call.inbound, id, 0, in(new byte[2000]), out(8));
        invoke(call, 20_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        invoke(call, CALLS);
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertEquals(0, call.result);
        assertTrue(allocated < CALLS / 10, allocated + " bytes in " + CALLS + " invocations");
    }

    private void invoke(TestCall call, int times) throws TeeException {
        for (int i = 0; i < times; i++) {
            driver.emulator.invoke(call);
        }
    }

    @Test
    void givenBuffersOfAllSizesThenEachArrivesWhole() throws Exception {
        int id = driver.openNew(UID, client -> (op, arguments) -> {
            ByteBuffer input = arguments.input(0);
            assertEquals(0, input.position());
            arguments.output(0).put(input);
        });
        for (int size : new int[] {0, 1, 255, 256, 257, 65536, 500_000, 3}) {
            byte[] data = new byte[size];
            new java.util.Random(size).nextBytes(data);
            org.junit.jupiter.api.Assertions.assertArrayEquals(
                    data, driver.ok(id, 0, in(data), out(size)).buffer());
        }
    }

    @Test
    void givenManyClientsAtOnceThenNothingIsMixedUpAndNothingIsLeft() throws Exception {
        driver.emulator.addService(UID, client -> new Echo(client.uid()), Map.of());
        int threads = 8;
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        Executor fresh = task -> new Thread(task, "client").start();
        for (int i = 0; i < threads; i++) {
            int uid = i;
            clients.add(CompletableFuture.runAsync(() -> client(uid), fresh));
        }
        for (CompletableFuture<Void> client : clients) {
            client.get(50, TimeUnit.SECONDS);
        }
        driver.release(driver.register(1));
        assertEquals(0, driver.emulator.liveObjects());
        assertEquals(0, driver.emulator.pendingReleases());
        assertEquals(0, driver.exported());
    }

    /** Operation 0 returns its client's uid, 1 a new object, 2 what a callback answers. */
    private record Echo(long uid) implements TrustedObject {

        @Override
        public void invoke(int op, org.ermine.tee.IncomingArguments arguments) throws TeeException {
            switch (op) {
                case 0 -> arguments.output(0).putInt((int) uid);
                case 1 -> arguments.outputObject(0, new Echo(uid));
                default -> {
                    byte[] answer = new byte[4];
                    ((NormalObject) arguments.inputObject(0))
                            .invoke(
                                    0,
                                    new Arguments().in(new byte[] {(byte) uid}).out(answer));
                    arguments.output(0).put(answer);
                }
            }
        }
    }

    private void client(int uid) {
        try {
            for (int round = 0; round < 200; round++) {
                int environment = driver.register(uid);
                int echo = driver.open(environment, UID);
                driver.release(environment);
                int child = driver.ok(echo, 1, outObject()).object();
                driver.release(echo);
                assertEquals(uid, TestDriver.int32(driver.ok(child, 0, out(4)).buffer()));
                int answer = round;
                int callback = driver.export(request -> {
                    assertEquals(uid, request.inputs().get(0)[0]);
                    assertEquals(0, driver.nestedOut(child));
                    request.outputs()[0] = TestDriver.le(answer);
                    return 0;
                });
                assertEquals(
                        round,
                        TestDriver.int32(
                                driver.ok(child, 2, object(callback), out(4)).buffer()));
                driver.release(child);
            }
        } catch (TeeException e) {
            throw new AssertionError(e);
        }
    }
}
