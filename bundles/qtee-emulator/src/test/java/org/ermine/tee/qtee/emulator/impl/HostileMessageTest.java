// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.SecureCall;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that a normal world must not send: each has its result, and nothing is executed. */
@Timeout(30)
class HostileMessageTest {

    private static final int INVALID = 2;
    private static final int BADOBJ = -92;
    private static final int MAXDATA = -95;
    private static final int SIZE = 128;
    private static final int OBJECT = -1;

    @TempDir
    Path directory;

    private TestDriver driver;
    private int object;
    private final AtomicInteger executed = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        driver = new TestDriver(directory);
        object = driver.openNew(5000, client -> (op, arguments) -> executed.incrementAndGet());
    }

    static Stream<Arguments> messages() {
        return Stream.of(
                message("counts' upper bits", INVALID, 0, 0x1_0000),
                message("counts' sign bit", INVALID, 0, 0x8000_0000),
                message("more arguments than bytes", INVALID, 0, 0xffff),
                message("input before the payload", INVALID, 0, 0x1, 16, 8),
                message("input over the header", INVALID, 0, 0x1, 0, 8),
                message("negative offset", INVALID, 0, 0x1, -8, 8),
                message("unaligned offset", INVALID, 0, 0x1, 28, 4),
                message("negative size", INVALID, 0, 0x1, 24, -1),
                message("end beyond the message", INVALID, 0, 0x1, 24, SIZE - 23),
                message("offset and size overflow", MAXDATA, 0, 0x1, 0x7fff_fff8, 0x7fff_ffff),
                message("more data than a message may have", MAXDATA, 0, 0x1, 24, 4 * 1024 * 1024),
                message("output beyond the message", INVALID, 0, 0x10, SIZE, 1),
                message("outputs overlap", INVALID, 0, 0x20, 32, 16, 40, 8),
                message("output over input", INVALID, 0, 0x11, 32, 16, 32, 16),
                message("unknown object", BADOBJ, 0, 0, true),
                message("local operation that does not exist", INVALID, 0x8000, 0),
                message("release with arguments", INVALID, 0xffff, 0x1, 24, 8),
                message("retain with arguments", INVALID, 0xfffe, 0x1, 24, 8),
                message("the primordial object as argument", BADOBJ, 0, 0x100, 0x8000_0000, 0),
                message("an unknown object as argument", BADOBJ, 0, 0x100, 0x7000_0000, 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    @DisplayName("TRAP-2, MSG-3, PEER-2: given a malformed message, then it is refused and nothing is executed")
    void refused(String what, int result, int target, int op, int counts, int[] words) throws Exception {
        TestCall call = new TestCall(driver.memory, SIZE);
        call.inbound.putInt(0, target == OBJECT ? object : target).putInt(4, op).putInt(8, counts);
        for (int i = 0; i < words.length; i++) {
            call.inbound.putInt(12 + 4 * i, words[i]);
        }
        byte[] before = bytes(call);

        driver.emulator.invoke(call);

        assertEquals(result, call.result);
        assertEquals(0, executed.get());
        assertEquals(Arrays.toString(before), Arrays.toString(bytes(call)), "the message is untouched");
    }

    @Test
    void givenAMessageShorterThanItsHeaderThenItIsInvalid() throws Exception {
        TestCall call = new TestCall(driver.memory, 8);
        driver.emulator.invoke(call);
        assertEquals(INVALID, call.result);
    }

    @Test
    @DisplayName("ERM-7: given a message that fails before its callback objects were taken, "
            + "then they are released with the result")
    void callbackObjectsOfAFailedCallAreReleased() throws Exception {
        int first = driver.export(request -> 0);
        int second = driver.export(request -> 0);
        driver.released.clear();

        assertEquals(BADOBJ, driver.result(0x1234, 0, TestDriver.object(first), TestDriver.object(second)));
        assertEquals(Arrays.asList(first, second), driver.released);

        int third = driver.export(request -> 0);
        assertEquals(BADOBJ, driver.result(object, 0, TestDriver.object(third), TestDriver.object(0x7000_0000)));
        assertEquals(Arrays.asList(first, second, third), driver.released);
        assertEquals(0, executed.get());
    }

    @Test
    void givenAnAddressThatIsNotSharedMemoryThenTheChannelFailsWithEfault() throws Exception {
        TestCall call = new TestCall(driver.memory, 64);
        call.free();
        TeeException e = assertThrows(TeeException.class, () -> driver.emulator.invoke(call));
        assertEquals(Errno.EFAULT, e.errno().orElseThrow());
        SecureCall unused = call;
        assertThrows(TeeException.class, () -> driver.emulator.callbackResponse(unused));
    }

    private static byte[] bytes(TestCall call) {
        byte[] bytes = new byte[SIZE];
        call.inbound.get(0, bytes);
        return bytes;
    }

    private static Arguments message(String what, int result, int op, int counts, int... words) {
        return Arguments.of(what, result, OBJECT, op, counts, words);
    }

    private static Arguments message(String what, int result, int op, int counts, boolean unknown) {
        return Arguments.of(what, result, 0x7fff_ffff, op, counts, new int[0]);
    }
}
