// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.TestDriver.RELEASE;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.ROOT;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.in;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.object;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.out;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.outObject;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.limit.EmulatorSettings;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ObjectsTest {

    private static final int RETAIN = 0xfffe;
    private static final int BADOBJ = -92;
    private static final int NOSLOTS = -93;
    private static final int UID = 5000;

    @TempDir
    Path directory;

    private TestDriver driver;

    @BeforeEach
    void start() throws Exception {
        driver = new TestDriver(directory);
    }

    /** Returns a new object with operation 0, itself with 1, what it got with 2. */
    private static final class Factory implements TrustedObject {

        final AtomicInteger released = new AtomicInteger();

        @Override
        public void invoke(int op, IncomingArguments arguments) throws TeeException {
            switch (op) {
                case 0 -> arguments.outputObject(0, new Factory());
                case 1 -> arguments.outputObject(0, this);
                case 2 -> arguments.outputObject(0, arguments.inputObject(0));
                case 3 -> throw new TeeException(TeeResult.of(77), "refused");
                case 4 -> throw new IllegalStateException("broken");
                case 5 -> throw new StackOverflowError();
                case 6 ->
                    arguments
                            .output(0)
                            .limit(arguments.output(0).capacity())
                            .position(arguments.output(0).limit());
                default -> throw new TeeException(TeeResult.OK, "a failure that is none");
            }
        }

        @Override
        public void released() {
            released.incrementAndGet();
        }
    }

    @Test
    @DisplayName("PEER-2: given an operation that fails after it set its outputs, then none of them reaches the client")
    void outputsOfAFailureStayInside() throws Exception {
        AtomicInteger executed = new AtomicInteger();
        int id = driver.openNew(UID, client -> (op, arguments) -> {
            arguments.output(0).putLong(-1);
            arguments.outputObject(0, new Factory());
            executed.incrementAndGet();
            throw new TeeException(TeeResult.of(77), "after the outputs");
        });
        int live = driver.emulator.liveObjects();
        TestCall call = new TestCall(driver.memory, 128);
        TestDriver.write(call.inbound, id, 0, out(8), outObject());
        byte[] before = new byte[128];
        call.inbound.get(0, before);

        driver.emulator.invoke(call);

        byte[] after = new byte[128];
        call.inbound.get(0, after);
        assertEquals(1, executed.get());
        assertEquals(77, call.result);
        assertArrayEquals(before, after);
        assertEquals(live, driver.emulator.liveObjects());
    }

    @Test
    @DisplayName("TRAP-18, ERM-14, CBO-9: given references by RETAIN and by return, then each needs one RELEASE")
    void referencesBalance() throws Exception {
        Factory factory = new Factory();
        int id = driver.openNew(UID, client -> factory);
        assertEquals(id, driver.ok(id, 1, outObject()).object(), "the same client gets the same id");
        driver.ok(id, RETAIN);
        driver.release(id);
        driver.release(id);
        assertEquals(0, factory.released.get());
        driver.release(id);
        assertEquals(1, factory.released.get());
        assertEquals(BADOBJ, driver.result(id, RELEASE));
        assertEquals(BADOBJ, driver.result(id, RETAIN));
        assertEquals(BADOBJ, driver.result(id, 1, outObject()));
        assertEquals(1, factory.released.get());
    }

    @Test
    void givenTwoClientsOfOneObjectThenEachHasItsOwnIdAndReferences() throws Exception {
        Factory factory = new Factory();
        int mine = driver.openNew(UID, client -> factory);
        int other = driver.open(driver.register(1), UID);
        assertNotEquals(mine, other);
        driver.release(mine);
        assertEquals(BADOBJ, driver.result(mine, RELEASE), "whoever releases too much harms no other client");
        assertEquals(0, factory.released.get());
        assertEquals(other, driver.ok(other, 1, outObject()).object());
        driver.release(other);
        driver.release(other);
        assertEquals(1, factory.released.get());
    }

    @Test
    void givenAnObjectReleasedWhenItIsReturnedAgainThenItLivesAgain() throws Exception {
        Factory factory = new Factory();
        int id = driver.openNew(UID, client -> factory);
        driver.release(id);
        int again = driver.open(driver.register(1), UID);
        assertNotEquals(id, again);
        driver.release(again);
        assertEquals(2, factory.released.get());
    }

    @Test
    @DisplayName("ERM-2: given a million live objects, then all are found; ids of released ones name nothing")
    void aMillionObjects() throws Exception {
        int id = driver.openNew(UID, client -> new Factory());
        int before = driver.emulator.liveObjects();
        TestCall call = new TestCall(driver.memory, 64);
        int[] ids = new int[1_000_000];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = create(call, id);
        }
        assertEquals(before + ids.length, driver.emulator.liveObjects());
        assertEquals(ids[0], driver.ok(ids[0], 1, outObject()).object());
        driver.release(ids[0]);
        for (int object : ids) {
            assertEquals(0, invoke(call, object, RELEASE, 0));
        }
        assertEquals(before, driver.emulator.liveObjects());
        int fresh = create(call, id);
        for (int i = 0; i < ids.length; i += 997) {
            assertNotEquals(fresh, ids[i]);
            assertEquals(BADOBJ, invoke(call, ids[i], RELEASE, 0));
        }
    }

    @Test
    void givenTheLimitIsReachedThenNoslotsAndTheObjectIsReleased() throws Exception {
        EmulatorSettings few = new EmulatorSettings(0, 16, 1 << 20, 1, 1, 1, 1, 100);
        driver = new TestDriver(directory.resolve("few"), few);
        Factory factory = new Factory();
        int id = driver.openNew(UID, client -> factory);
        AtomicInteger released = new AtomicInteger();
        while (driver.emulator.liveObjects() < 16) {
            driver.ok(id, 0, outObject());
        }
        assertEquals(NOSLOTS, driver.result(id, 0, outObject()));
        driver.emulator.addService(
                UID + 1,
                client -> new TrustedObject() {
                    @Override
                    public void invoke(int op, IncomingArguments arguments) {}

                    @Override
                    public void released() {
                        released.incrementAndGet();
                    }
                },
                Map.of());
        int environment = id - 1;
        assertEquals(NOSLOTS, driver.result(environment, 0, in(UID + 1), outObject()));
        assertEquals(1, released.get());
        assertEquals(16, driver.emulator.liveObjects());
    }

    @Test
    void givenObjectsPassedBackThenTheyAreWhatTheyWere() throws Exception {
        Factory factory = new Factory();
        int id = driver.openNew(UID, client -> factory);
        int foreign = driver.openNew(UID + 1, client -> new Factory());
        int child = driver.ok(id, 0, outObject()).object();
        assertEquals(child, driver.ok(id, 2, object(child), outObject()).object());
        assertNotEquals(0, driver.ok(id, 2, object(foreign), outObject()).object());
        assertEquals(0, driver.ok(id, 2, object(0), outObject()).object());
        int callback = driver.export(request -> 0);
        assertEquals(callback, driver.ok(id, 2, object(callback), outObject()).object());
        assertEquals(callback, driver.released.get(driver.released.size() - 1));
    }

    @Test
    void givenAnObjectThatThrowsThenTheResultSaysSo() throws Exception {
        int id = driver.openNew(UID, client -> new Factory());
        assertEquals(77, driver.result(id, 3));
        assertEquals(1, driver.result(id, 4));
        assertEquals(1, driver.result(id, 5));
        assertEquals(4, driver.result(id, 6, TestDriver.out(8)));
        assertEquals(1, driver.result(id, 7));
        assertNotEquals(0, driver.ok(id, 0, outObject()).object());
    }

    @Test
    void givenTheRootObjectThenReleasingItHasNoEffect() throws Exception {
        driver.release(ROOT);
        driver.ok(ROOT, RETAIN);
        driver.release(driver.register(1));
    }

    private int create(TestCall call, int factory) throws TeeException {
        call.inbound.putInt(12, 0);
        assertEquals(0, invoke(call, factory, 0, 0x1000));
        return call.inbound.getInt(12);
    }

    private int invoke(TestCall call, int id, int op, int counts) throws TeeException {
        call.inbound.putInt(0, id).putInt(4, op).putInt(8, counts);
        driver.emulator.invoke(call);
        return call.result;
    }
}
