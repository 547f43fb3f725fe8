// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.spi.MemoryRegion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * QTEE holds the client's memory as 0x80000001, its callback object as 0x80000002, another client's memory as
 * 0x80000003.
 */
@Timeout(20)
class PrimordialObjectTest {

    private static final int OP = 0x2a;
    private static final int UNAVAIL = -96;

    private TestDevice device;
    private TestDevice.Client client;
    private TestDevice.Client other;
    private MemoryRegion region;
    private MemoryRegion foreign;

    @BeforeEach
    void open() throws Exception {
        device = new TestDevice();
        client = device.open();
        other = device.open();
        device.world.on(OP, stay -> {});
        region = device.memory.allocate(8192);
        client.invoke(OP, new Params().memory(client.host.add(region)).build());
        client.export(7);
        foreign = device.memory.allocate(4096);
        other.invoke(OP, new Params().memory(other.host.add(foreign)).build());
        other.host.free(foreign.id());
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        device.releaseExports();
        assertEquals(1, device.memory.statistics().regions, "memory that QTEE still holds");
        client.host.free(region.id());
        client.drain();
        device.close();
    }

    /** The result of this callback, and what the outbound buffer holds then. */
    private int callback(String message, AtomicReference<String> response) throws TeeException {
        int[] result = new int[1];
        device.world.on(OP, stay -> stay.callback(message), stay -> {
            result[0] = stay.callbackResult();
            response.set(Hex.of(stay.outbound(), 96));
        });
        assertEquals(0, client.invoke(OP, Params.none()));
        return result[0];
    }

    private int callback(String message) throws TeeException {
        return callback(message, new AtomicReference<>());
    }

    @Test
    @DisplayName(
            "MEM-3, MEM-5: MAP_REGION tells address, length and permissions, and the mapping is an object of its own")
    void map() throws Exception {
        AtomicReference<String> response = new AtomicReference<>();
        // Result 0; object 0x80000000; op 0; counts: 1 output, 1 input object, 1 output object; output at 40, 24
        // bytes; input object 0x80000001; output object: room.
        String request = "00000000 00000080 00000000 10110000 28000000 18000000 01000080 00000000 00000000 00000000";
        assertEquals(0, callback(request, response));
        String address = Hex.of(address(region));
        assertEquals(
                // result 0; object 0x80000000; op 0; counts: 1 output, 1 input object, 1 output object; output at
                // 40, 20 bytes; input object 0x80000001; output object 0x80000004
                Hex.of("00000000 00000080 00000000 10110000 28000000 14000000 01000080 00000000 04000080 00000000"
                        // address, size, permissions, padding; behind it zeros
                        + address + "0020000000000000 06000000 00000000" + "00".repeat(32)),
                response.get());
        assertEquals(3, client.host.references());
        device.tee.transport().exports().release(0x80000001);
        assertEquals(3, client.host.references(), "the mapping holds the memory");
        device.tee.transport().exports().release(0x80000004);
        assertEquals(2, client.host.references());
    }

    static Stream<Arguments> badMappings() {
        String output = "28000000 18000000";
        String objectOut = "00000000 00000000";
        return Stream.of(
                // counts; of each buffer offset and size; of each object its id and an unused word; room for the
                // mapping
                Arguments.of("19 bytes of room", "10110000 28000000 13000000 01000080 00000000" + objectOut),
                Arguments.of("no room", "00110000 01000080 00000000" + objectOut),
                Arguments.of("no object", "10100000" + output + objectOut),
                Arguments.of("no room for the mapping", "10010000" + output + "01000080 00000000"),
                Arguments.of("NULL", "10110000" + output + "00000000 00000000" + objectOut),
                Arguments.of("a callback object", "10110000" + output + "02000080 00000000" + objectOut),
                Arguments.of("an object of QTEE", "10110000" + output + "41000000 00000000" + objectOut),
                Arguments.of("an unknown object", "10110000" + output + "09000080 00000000" + objectOut),
                Arguments.of("the primordial object", "10110000" + output + "00000080 00000000" + objectOut),
                Arguments.of(
                        "two objects", "10120000 30000000 18000000 01000080 00000000 01000080 00000000" + objectOut),
                Arguments.of("an input", "11110000 30000000 00000000 30000000 18000000 01000080 00000000" + objectOut));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badMappings")
    @DisplayName("MEM-2, MEM-3, ERM-13, TRAP-10: MAP_REGION of anything but memory that QTEE holds is UNAVAIL")
    void badMapping(String what, String arguments) throws Exception {
        // Result 0; the primordial object; op 0, MAP_REGION.
        assertEquals(UNAVAIL, callback("00000000 00000080 00000000" + arguments));
        assertEquals(3, client.host.references());
        if (what.equals("an object of QTEE")) {
            assertEquals(0x41, device.world.nextRelease());
        }
    }

    @Test
    @DisplayName(
            "ERM-13, TRAP-10, MEM-3: given memory of another context, when QTEE maps it while this one invokes, then it"
                    + " gets that memory, which stays until it unmaps it, also where its context is closed")
    void mapForeign() throws Exception {
        AtomicReference<String> response = new AtomicReference<>();
        // Result 0; object 0x80000000; op 0; counts: 1 output, 1 input object, 1 output object; output at 40, 24
        // bytes; input object 0x80000003; output object: room.
        String request = "00000000 00000080 00000000 10110000 28000000 18000000 03000080 00000000 00000000 00000000";
        other.close();
        assertEquals(0, callback(request, response));
        assertEquals(Hex.of(address(foreign)), response.get().substring(40 * 3, 48 * 3 - 1));
        assertEquals(3, client.host.references(), "the caller holds nothing for it");
        device.tee.transport().exports().release(0x80000003);
        assertEquals(1, other.host.references(), "the mapping keeps the memory and its context");
        device.tee.transport().exports().release(0x80000004);
        assertEquals(0, other.host.references());
    }

    private static byte[] address(MemoryRegion region) {
        return java.nio.ByteBuffer.allocate(8)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putLong(0, region.address())
                .array();
    }

    @Test
    @DisplayName("MEM-4, ERM-7: a mapping whose response gets lost is taken back")
    void lostMapping() throws Exception {
        device.world.on(
                OP,
                stay -> stay.callback(
                        // result 0; object 0x80000000; op 0; counts: 1 output, 1 input object, 1 output object;
                        // output at 40, 24 bytes; input object 0x80000001; output object: room
                        "00000000 00000080 00000000 10110000 28000000 18000000 01000080 00000000 00000000 00000000"),
                stay -> {
                    throw new TeeException(Errno.EBUSY, "lost");
                });
        assertThrows(TeeException.class, () -> client.invoke(OP, Params.none()));
        assertEquals(3, client.host.references());
        assertNull(device.tee.transport().exports().acquire(0x80000004));
    }

    @Test
    @DisplayName("MEM-3, TRAP-15: YIELD succeeds whatever comes with it, and gives that back")
    void yieldProcessor() throws Exception {
        // Result 0; object 0x80000000; op 1; counts: none.
        assertEquals(0, callback("00000000 00000080 01000000 00000000"));
        AtomicReference<String> response = new AtomicReference<>();
        // Result 0; object 0x80000000; op 1; counts: 1 output, 1 input object; output at 32, 8 bytes; input object
        // 0x41.
        assertEquals(0, callback("00000000 00000080 01000000 10010000 20000000 08000000 41000000 00000000", response));
        assertEquals(0x41, device.world.nextRelease());
        assertTrue(response.get().contains("20 00 00 00 00 00 00 00"), "the output is empty");
    }

    private long sleep(String millis) throws TeeException {
        long start = System.nanoTime();
        // Result 0; object 0x80000000; op 2; counts: 1 input; input at 24, 4 bytes.
        assertEquals(0, callback("00000000 00000080 02000000 01000000 18000000 04000000" + millis));
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    @Test
    @DisplayName("MEM-3, ERM-4, TRAP-19: SLEEP takes as long as it is told, up to the limit of 100 ms here")
    void sleep() throws Exception {
        assertTrue(sleep("1e000000") >= 30);
        long most = sleep("ffffffff");
        assertTrue(most >= 100 && most < 5000, most + " ms");
    }

    @Test
    @DisplayName("MEM-3: whoever waits at the behest of QTEE, by YIELD or SLEEP, is said to be blocked")
    void blocked() throws Exception {
        // Result 0; object 0x80000000; op 1; counts: none.
        callback("00000000 00000080 01000000 00000000");
        assertEquals(1, client.host.blocked.get(), "after YIELD");
        sleep("01000000");
        assertEquals(2, client.host.blocked.get(), "after SLEEP");
    }

    @Test
    @DisplayName(
            "TRAP-19: SLEEP ends when the thread is interrupted, which gets its status back, and at the client's limit")
    void interruptedSleep() throws Exception {
        nothingIsLeftOf(TimeUnit.MINUTES.toMillis(1));
        Thread.currentThread().interrupt();
        sleep("ffffffff");
        assertTrue(Thread.interrupted());
        device.world.on(
                OP,
                // result 0; object 0x80000000; op 2; counts: 1 input; input at 24, 4 bytes; then the bytes
                stay -> stay.callback("00000000 00000080 02000000 01000000 18000000 04000000 ffffffff"),
                stay -> stay.finish(stay.callbackResult()));
        assertEquals(0, client.context.invoke(-1, OP, Params.none(), TimeUnit.MILLISECONDS.toNanos(20)));
    }

    /** Starts anew with another limit on sleeping. */
    private void nothingIsLeftOf(long sleepMillis) throws Exception {
        nothingIsLeft();
        DeviceLimits limits = TestDevice.limits(TimeUnit.SECONDS.toNanos(60));
        device = new TestDevice(
                SecureWorld.Mode.NESTED,
                new DeviceLimits(
                        limits.callbackNanos(),
                        limits.spinNanos(),
                        (int) sleepMillis,
                        limits.exports(),
                        limits.userObjects(),
                        limits.closeNanos(),
                        limits.releaseAttempts(),
                        limits.graceNanos(),
                        limits.abandonedBytes(),
                        limits.ownerObjects(),
                        limits.ownerMessageBytes(),
                        limits.ownerNotifications(),
                        4));
        client = device.open();
        region = device.memory.allocate(1);
        client.host.add(region);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "02000000 00000000", // no input
                "02000000 01000000 18000000 03000000 00000000", // too short a one
                "02000000 02000000 20000000 04000000 28000000 04000000 01000000 00000000 00000000 00000000", // two
                "02000000 11000000 20000000 04000000 28000000 04000000 01000000 00000000 00000000 00000000", // an
                // output
                "02000000 01010000 20000000 04000000 00000000 00000000 01000000 00000000", // an object
                "03000000 00000000", // unknown operations
                "00800000 00000000",
                "fdff0000 00000000"
            })
    @DisplayName("MEM-3: what the primordial object does not know is UNAVAIL")
    void unknown(String operationAndCounts) throws Exception {
        assertEquals(UNAVAIL, callback("00000000 00000080" + operationAndCounts));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ffff0000 00000000",
                "feff0000 00000000",
                // op RELEASE; counts: 1 output, 1 input object, 1 output object; output at 0, 24 bytes; input
                // object 0x80000001; output object: room
                "ffff0000 10110000 00000000 18000000 01000080 00000000 00000000 00000000",
                "feff0000 ffffffff"
            })
    @DisplayName(
            "CBO-9, OBJ-11: given RETAIN or RELEASE of the primordial object, whatever comes with it, then it is OK and"
                    + " changes nothing")
    void counted(String operationAndArguments) throws Exception {
        assertEquals(0, callback("00000000 00000080" + operationAndArguments));
        assertEquals(3, client.host.references());
        map();
    }
}
