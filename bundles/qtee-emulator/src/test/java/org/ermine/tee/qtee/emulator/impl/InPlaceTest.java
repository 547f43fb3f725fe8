// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.ermine.tee.qtee.emulator.impl.TestDriver.in;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.object;
import static org.ermine.tee.qtee.emulator.impl.TestDriver.out;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Large buffers of objects that take them in place, and of those that do not; the normal world writes into the message
 * meanwhile.
 */
@Timeout(60)
class InPlaceTest {

    private static final int UID = 5000;
    private static final int LARGE = 64 << 10;
    private static final int FIRST_PAYLOAD = 32;

    @TempDir
    Path directory;

    private TestDriver driver;
    private TestCall call;

    @BeforeEach
    void start() throws Exception {
        driver = new TestDriver(directory);
        call = new TestCall(driver.memory, 1 << 20);
    }

    /** Runs a task on its arguments. */
    private record Worker(boolean takesLargeBuffersInPlace, Consumer<IncomingArguments> task) implements TrustedObject {

        @Override
        public void invoke(int op, IncomingArguments arguments) {
            task.accept(arguments);
        }
    }

    /** Invokes a worker with an input and an output buffer of the same size. */
    private void invoke(boolean inPlace, int size, Consumer<IncomingArguments> task) throws TeeException {
        int worker = driver.openNew(UID, client -> new Worker(inPlace, task));
        byte[] input = new byte[size];
        input[0] = 1;
        TestDriver.write(call.inbound, worker, 0, in(input), out(size));
        driver.emulator.invoke(call);
        assertEquals(0, call.result);
    }

    private void changeInput() {
        call.inbound.put(FIRST_PAYLOAD, (byte) 2);
    }

    private int outputAt(int size) {
        return FIRST_PAYLOAD + (size + 7 & ~7);
    }

    @Test
    void givenAnObjectThatDoesNotTakeThemInPlaceWhenTheNormalWorldChangesALargeInputThenItIsNotSeen() throws Exception {
        invoke(false, LARGE, arguments -> {
            changeInput();
            assertEquals(1, arguments.input(0).get(0));
            arguments.output(0).put((byte) 7);
            assertEquals(0, call.inbound.get(outputAt(LARGE)));
        });
        assertEquals(7, call.inbound.get(outputAt(LARGE)));
    }

    @Test
    void givenAnObjectThatTakesThemInPlaceThenALargeBufferIsThatOfTheMessage() throws Exception {
        invoke(true, LARGE, arguments -> {
            changeInput();
            assertEquals(2, arguments.input(0).get(0));
            arguments.output(0).put((byte) 7);
            assertEquals(7, call.inbound.get(outputAt(LARGE)));
        });
        assertEquals(1, call.inbound.getInt(12 + 8 + 4), "size of the output");
    }

    @Test
    void givenAnObjectThatTakesThemInPlaceThenASmallerBufferIsPrivate() throws Exception {
        int size = LARGE - 1;
        invoke(true, size, arguments -> {
            changeInput();
            assertEquals(1, arguments.input(0).get(0));
            arguments.output(0).put((byte) 7);
            assertEquals(0, call.inbound.get(outputAt(size)));
        });
        assertEquals(7, call.inbound.get(outputAt(size)));
    }

    @Test
    void givenABufferInPlaceThenNothingBesideItCanBeReachedAndInputsCannotBeWritten() throws Exception {
        ByteBuffer[] kept = new ByteBuffer[2];
        invoke(true, LARGE, arguments -> {
            kept[0] = arguments.input(0);
            kept[1] = arguments.output(0);
            for (ByteBuffer view : kept) {
                assertEquals(LARGE, view.capacity());
                assertEquals(LARGE, view.remaining());
                assertEquals(ByteOrder.LITTLE_ENDIAN, view.order());
            }
            assertThrows(ReadOnlyBufferException.class, () -> kept[0].put(0, (byte) 1));
        });
        assertThrows(IndexOutOfBoundsException.class, () -> kept[0].get(0));
        assertThrows(IndexOutOfBoundsException.class, () -> kept[1].put(0, (byte) 1));
    }

    @Test
    void givenBuffersInPlaceWhenSmallOnesFollowThenTheseArePrivateAgain() throws Exception {
        TrustedObject echo = new Worker(true, arguments -> arguments.output(0).put(arguments.input(0)));
        int id = driver.openNew(UID, client -> echo);
        for (int size : new int[] {LARGE, 8, 3 * LARGE, 0, LARGE - 1, LARGE}) {
            byte[] data = new byte[size];
            new java.util.Random(size).nextBytes(data);
            assertArrayEquals(data, driver.ok(id, 0, in(data), out(size)).buffer());
        }
    }

    @Test
    void givenAnObjectThatFailsToSayThenItGetsCopies() throws Exception {
        TrustedObject unsure = new TrustedObject() {
            @Override
            public void invoke(int op, IncomingArguments arguments) {
                call.inbound.put(FIRST_PAYLOAD, (byte) 9);
                assertEquals(0, arguments.input(0).get(0));
            }

            @Override
            public boolean takesLargeBuffersInPlace() {
                throw new IllegalStateException("unsure");
            }
        };
        int id = driver.openNew(UID, client -> unsure);
        TestDriver.write(call.inbound, id, 0, in(new byte[LARGE]), out(LARGE));
        driver.emulator.invoke(call);
        assertEquals(0, call.result);
        assertTrue(call.inbound.get(FIRST_PAYLOAD) == 9);
    }

    /** Passes its arguments on to an object of another domain. */
    private int passOn(boolean inPlace, Worker other) throws TeeException {
        int client = driver.register(1);
        driver.emulator.addService(UID + 1, opener -> other, Map.of());
        driver.emulator.addService(
                UID,
                opener -> new Worker(inPlace, arguments -> {
                    try {
                        ((TrustedObject) arguments.inputObject(0)).invoke(0, arguments);
                    } catch (TeeException e) {
                        throw new IllegalStateException(e);
                    }
                }),
                Map.of());
        int target = driver.open(client, UID + 1);
        return driver.result(driver.open(client, UID), 0, in(new byte[LARGE]), object(target));
    }

    @ParameterizedTest(name = "in place {0}, the other one {1}: {2}")
    @CsvSource({"false, false, 0", "false, true, 0", "true, true, 0", "true, false, 1"})
    void givenArgumentsInPlaceWhenTheyArePassedOnThenOnlyToWhoTakesThemInPlace(
            boolean inPlace, boolean otherInPlace, int expected) throws Exception {
        int[] reached = new int[1];
        int result = passOn(inPlace, new Worker(otherInPlace, arguments -> reached[0]++));
        assertEquals(expected, result);
        assertEquals(1 - expected, reached[0]);
    }
}
