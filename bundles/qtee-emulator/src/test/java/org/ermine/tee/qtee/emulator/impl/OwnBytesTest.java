// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.TestDriver.in;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.object;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.out;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trusted code that is careless with its arguments, beside another client of its own and beside other trusted code. */
@Timeout(60)
class OwnBytesTest {

    private static final int CARELESS = 5000;
    private static final int INNOCENT = 5001;

    /** What the careless service does. */
    private static final int KEEP = 0;

    private static final int RETURN_UNWRITTEN = 1;
    private static final int RETURN_BEYOND_INPUT = 2;
    private static final int RETURN_KEPT = 3;
    private static final int FILL_AND_FAIL = 4;

    private static final byte[] SECRET = new byte[64];

    static {
        Arrays.fill(SECRET, (byte) 0x5a);
    }

    @TempDir
    Path directory;

    private TestDriver driver;
    private final List<ByteBuffer> kept = new ArrayList<>();
    private final List<IncomingArguments> keptArguments = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        driver = new TestDriver(directory);
        driver.emulator.addService(CARELESS, client -> this::careless, Map.of());
        driver.emulator.addService(INNOCENT, client -> this::innocent, Map.of());
    }

    private void careless(int op, IncomingArguments arguments) throws TeeException {
        switch (op) {
            case KEEP -> keep(arguments);
            case RETURN_UNWRITTEN ->
                arguments.output(0).position(arguments.output(0).limit());
            case RETURN_BEYOND_INPUT -> {
                ByteBuffer input = arguments.input(0).clear();
                input.limit(Math.min(input.limit(), arguments.output(0).limit()));
                arguments.output(0).put(input);
            }
            case RETURN_KEPT -> returnKept(arguments.output(0));
            default -> {
                arguments.output(0).put(SECRET);
                throw new TeeException(TeeResult.ERROR, "after it wrote");
            }
        }
    }

    private void keep(IncomingArguments arguments) {
        keptArguments.add(arguments);
        kept.add(arguments.input(0));
        kept.add(arguments.input(0).duplicate());
        kept.add(arguments.output(0));
        kept.add(arguments.output(0).duplicate());
        kept.add(ByteBuffer.wrap(arguments.output(0).array()));
    }

    private void returnKept(ByteBuffer output) {
        for (ByteBuffer view : kept) {
            ByteBuffer all = view.duplicate().clear();
            all.limit(Math.min(all.limit(), output.remaining()));
            output.put(all);
        }
    }

    /** Echoes its input. While it does so, others look at what they kept. */
    private void innocent(int op, IncomingArguments arguments) {
        ByteBuffer input = arguments.input(0);
        ByteBuffer output = arguments.output(0);
        output.put(0, input, 0, input.limit());
        assertFalse(anyKept((byte) 0x5a), "what was kept shows another one's bytes");
        overwriteKept();
        for (IncomingArguments other : keptArguments) {
            assertThrows(IllegalStateException.class, () -> other.input(0));
            assertThrows(IllegalStateException.class, () -> other.output(0));
            assertThrows(IllegalStateException.class, other::inputCount);
        }
        output.position(input.limit());
    }

    private boolean anyKept(byte value) {
        for (ByteBuffer view : kept) {
            ByteBuffer all = view.duplicate().clear();
            while (all.hasRemaining()) {
                if (all.get() == value) {
                    return true;
                }
            }
        }
        return false;
    }

    private void overwriteKept() {
        for (ByteBuffer view : kept) {
            ByteBuffer all = view.duplicate().clear();
            while (!all.isReadOnly() && all.hasRemaining()) {
                all.put((byte) 1);
            }
        }
    }

    private int newClient(int uid) throws TeeException {
        return driver.open(driver.register(1000 + kept.size() + uid), uid);
    }

    @Test
    void givenARoomThatOneClientFilledWhenAnotherClientGetsItUnwrittenThenItIsEmpty() throws Exception {
        int first = newClient(CARELESS);
        int second = driver.open(driver.register(1), CARELESS);
        assertEquals(1, driver.result(first, FILL_AND_FAIL, out(64)));

        byte[] unwritten = driver.ok(second, RETURN_UNWRITTEN, out(64)).buffer();

        assertArrayEquals(new byte[64], unwritten);
    }

    @Test
    void givenARoomThatOneApplicationFilledWhenAnotherReturnsItUnwrittenThenItIsEmpty() throws Exception {
        int client = driver.register(1);
        int innocent = driver.open(client, INNOCENT);
        int careless = driver.open(client, CARELESS);
        driver.ok(innocent, 0, in(SECRET), out(64));

        byte[] unwritten = driver.ok(careless, RETURN_UNWRITTEN, out(64)).buffer();

        assertArrayEquals(new byte[64], unwritten);
    }

    @Test
    void givenALongInputOfOneClientWhenAnotherSendsAShortOneThenNothingOfTheFirstStandsBehindIt() throws Exception {
        int innocent = newClient(INNOCENT);
        int first = newClient(CARELESS);
        int second = driver.open(driver.register(1), CARELESS);
        driver.ok(innocent, 0, in(SECRET), out(64));
        driver.ok(first, KEEP, in(SECRET), out(64));

        byte[] behind =
                driver.ok(second, RETURN_BEYOND_INPUT, in(new byte[8]), out(64)).buffer();

        assertArrayEquals(new byte[behind.length], behind);
    }

    @Test
    void givenAnApplicationThatKeepsItsViewsWhenAnotherIsInvokedThenTheyNeitherShowNorChangeItsBytes()
            throws Exception {
        int careless = newClient(CARELESS);
        driver.ok(careless, KEEP, in(new byte[64]), out(64));
        int innocent = newClient(INNOCENT);

        for (int size : new int[] {64, 8, 200, 64}) {
            byte[] secret = new byte[size];
            Arrays.fill(secret, (byte) 0x5a);
            assertArrayEquals(
                    secret, driver.ok(innocent, 0, in(secret), out(size)).buffer());
        }
    }

    @Test
    void givenAnApplicationThatKeepsItsViewsWhenAnotherClientOfItComesThenTheyDoNotShowItsBytes() throws Exception {
        int first = newClient(CARELESS);
        int second = driver.open(driver.register(1), CARELESS);
        driver.ok(first, KEEP, in(new byte[64]), out(64));
        assertEquals(1, driver.result(second, FILL_AND_FAIL, in(SECRET), out(64)));

        byte[] shown = driver.ok(first, RETURN_KEPT, out(2000)).buffer();

        assertArrayEquals(new byte[shown.length], shown);
    }

    @Test
    void givenACallThatEndedThenItsViewsAndArgumentsCannotBeUsed() throws Exception {
        driver.ok(newClient(CARELESS), KEEP, in(SECRET), out(64));

        assertThrows(IndexOutOfBoundsException.class, () -> kept.get(0).get(0));
        assertThrows(IndexOutOfBoundsException.class, () -> kept.get(2).put(0, (byte) 1));
        IncomingArguments ended = keptArguments.get(0);
        assertThrows(IllegalStateException.class, () -> ended.input(0));
        assertThrows(IllegalStateException.class, () -> ended.output(0));
        assertThrows(IllegalStateException.class, () -> ended.inputObject(0));
        assertThrows(IllegalStateException.class, () -> ended.outputObject(0, null));
    }

    @Test
    void givenArgumentsPassedOnToAnotherApplicationThatKeepsThemThenLaterCallsOfTheFirstAreNotSeen() throws Exception {
        TrustedObject passing = (op, arguments) -> {
            if (arguments.inputObjectCount() > 0) {
                ((TrustedObject) arguments.inputObject(0)).invoke(KEEP, arguments);
            } else {
                innocent(op, arguments);
            }
        };
        int client = driver.register(1);
        int careless = driver.open(client, CARELESS);
        driver.emulator.addService(5002, opener -> passing, Map.of());
        int passer = driver.open(client, 5002);
        driver.ok(passer, 0, in(new byte[64]), out(64), object(careless));

        assertArrayEquals(SECRET, driver.ok(passer, 0, in(SECRET), out(64)).buffer());
    }

    @Test
    void givenMoreClientsThanAThreadRemembersWhenTheyTakeTurnsThenEachSeesItsOwnBytesOnly() throws Exception {
        int[] clients = new int[12];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = driver.open(driver.register(i), CARELESS);
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < clients.length; i++) {
                if (i % 2 == 0) {
                    assertEquals(1, driver.result(clients[i], FILL_AND_FAIL, out(64)));
                } else {
                    assertArrayEquals(
                            new byte[64],
                            driver.ok(clients[i], RETURN_UNWRITTEN, out(64)).buffer());
                }
            }
        }
    }
}
