// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import org.ermine.tee.Arguments;
import org.ermine.tee.trusted.NormalObject;
import org.ermine.tee.trusted.TrustedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages as bytes, written by hand. */
@Timeout(30)
class MessageVectorsTest {

    private static final int UID = 5000;

    @TempDir
    Path directory;

    private TestDriver driver;
    private TestCall call;

    @BeforeEach
    void start() throws Exception {
        driver = new TestDriver(directory);
        call = new TestCall(driver.memory, 256);
    }

    @Test
    @DisplayName("MSG-1, MSG-3, MSG-4: given an input and an output buffer and an output object, "
            + "then the response stands in place")
    void directInvocation() throws Exception {
        TrustedObject child = (op, arguments) -> {};
        int id = driver.openNew(UID, client -> (op, arguments) -> {
            byte[] input = new byte[arguments.input(0).remaining()];
            arguments.input(0).get(input);
            arguments.output(0).put(input).put((byte) op);
            arguments.outputObject(0, child);
        });
        put(
                call.inbound,
                hex(id) + "07000100" + "11100000" // upper bits of op belong to the transport
                        + "28000000" + "03000000" + "30000000" + "10000000" + "0000000000000000" + "00000000"
                        // the input, padded to 8; the room of the output
                        + "a1a2a30000000000" + "ffffffffffffffffffffffffffffffff");

        driver.emulator.invoke(call);

        assertEquals(0, call.result);
        int childId = call.inbound.getInt(28);
        assertBytes(
                hex(id) + "07000100" + "11100000"
                        + "28000000" + "03000000" + "30000000" + "04000000" + hex(childId) + "00000000" + "00000000"
                        // the input, padded to 8; the output, and the rest of its room as it was
                        + "a1a2a30000000000" + "a1a2a307" + "ffffffffffffffffffffffff",
                call.inbound);
        assertEquals(0, childId >>> 31, "an object of the secure world has bit 31 clear");
    }

    @Test
    @DisplayName("MSG-5: given a callback with one argument of each kind, "
            + "then request and response are as the ABI lays them out")
    void callbackRequest() throws Exception {
        int id = driver.openNew(UID, client -> (op, arguments) -> {
            byte[] room = new byte[12];
            Arguments request = new Arguments()
                    .outObject()
                    .in(arguments.inputObject(0))
                    .out(room)
                    .in(new byte[] {1, 2, 3});
            ((NormalObject) arguments.inputObject(0)).invoke(0x1234, request);
            arguments.output(0).put(room, 0, request.size(2));
            arguments.outputObject(0, request.object(0));
        });
        call.server = () -> {
            assertBytes(
                    "00000000" + "05000080" + "34120000" + "11110000"
                            + "30000000" + "03000000" + "38000000" + "0c000000" + "05000080" + "00000000" + "00000000"
                            + "00000000"
                            // the input, padded to 8; the room of the output, zeros; padding
                            + "0102030000000000" + "000000000000000000000000" + "00000000",
                    call.outbound);
            assertZeros(call.outbound, 72);
            put(
                    call.outbound,
                    "00000000" + "05000080" + "34120000" + "11110000"
                            + "30000000" + "03000000" + "38000000" + "02000000" + "05000080" + "00000000" + "77000080"
                            + "00000000"
                            + "0102030000000000" + "b1b2");
        };
        put(
                call.inbound,
                hex(id) + "00000000" + "10110000" + "28000000" + "08000000" + "05000080" + "00000000" + "00000000"
                        + "00000000" + "00000000");

        driver.emulator.invoke(call);

        assertEquals(0, call.result);
        assertBytes(
                hex(id) + "00000000" + "10110000"
                        + "28000000" + "02000000" + "05000080" + "00000000" + "77000080" + "00000000" + "00000000"
                        + "b1b2",
                call.inbound);
        // Both the lent object and the returned one, which the service did not close, belong to the secure world; the
        // first is let go of.
        assertBytes("02000100" + "ffff0000" + "01000000" + "05000080" + "00000000", call.outbound);
        assertZeros(call.outbound, 16);
    }

    @Test
    @DisplayName("MSG-6, MSG-7: given released objects, then they are announced behind the next callback request")
    void asyncBehindRequest() throws Exception {
        NormalObject[] kept = new NormalObject[3];
        int id = driver.openNew(UID, client -> (op, arguments) -> {
            if (op == 0) {
                for (int i = 0; i < 3; i++) {
                    kept[i] = ((NormalObject) arguments.inputObject(i)).duplicate();
                }
            } else {
                kept[1].close();
                kept[2].close();
                kept[0].invoke(3, new Arguments().in(new byte[] {9}));
            }
        });
        put(
                call.inbound,
                hex(id) + "00000000" + "00030000" + "10000080" + "00000000" + "11000080" + "00000000" + "12000080"
                        + "00000000");
        driver.emulator.invoke(call);
        assertZeros(call.outbound, 0);
        call.server = () -> {
            assertBytes(
                    "00000000" + "10000080" + "03000000" + "01000000"
                            + "18000000" + "01000000" + "0900000000000000"
                            + "02000100" + "ffff0000" + "02000000" + "11000080" + "12000080" + "00000000"
                            + "00000000",
                    call.outbound);
            assertZeros(call.outbound, 56);
            for (int i = 32; i < call.outbound.capacity(); i++) {
                call.outbound.put(i, (byte) 0);
            }
        };
        put(call.inbound, hex(id) + "01000000" + "00000000");

        driver.emulator.invoke(call);

        assertEquals(0, call.result);
        assertZeros(call.outbound, 0);
    }

    @Test
    @DisplayName("TRAP-34: given a positive result of the callback, "
            + "then nothing of its message is left where async messages start")
    void callbackMessageIsCleared() throws Exception {
        int id = driver.openNew(
                UID,
                client -> (op, arguments) ->
                        ((NormalObject) arguments.inputObject(0)).duplicate().invoke(0, new Arguments()));
        call.server = () -> call.outbound.putInt(0, 0x1_0002);
        put(call.inbound, hex(id) + "00000000" + "00010000" + "10000080" + "00000000");

        driver.emulator.invoke(call);

        assertEquals(0x1_0002, call.result);
        assertZeros(call.outbound, 0);
    }

    private static String hex(int value) {
        return HexFormat.of().toHexDigits(Integer.reverseBytes(value));
    }

    private static void put(ByteBuffer buffer, String hex) {
        buffer.put(0, HexFormat.of().parseHex(hex));
    }

    private static void assertBytes(String expected, ByteBuffer actual) {
        byte[] bytes = new byte[expected.length() / 2];
        actual.get(0, bytes);
        assertEquals(expected, HexFormat.of().formatHex(bytes));
    }

    private static void assertZeros(ByteBuffer actual, int from) {
        byte[] bytes = new byte[actual.capacity() - from];
        actual.get(from, bytes);
        assertArrayEquals(new byte[bytes.length], bytes);
    }
}
