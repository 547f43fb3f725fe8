// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qcomtee.export.AsyncMessages;
import org.ermine.tee.qcomtee.export.ExportedObject;
import org.ermine.tee.qcomtee.message.PreviousResponse;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam.Type;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** QTEE holds objects 1 to 3 of the client, as 0x80000001 to 0x80000003. */
@Timeout(20)
class AsyncMessagesTest {

    private static final int OP = 0x2a;
    private static final int MILLION = 1_000_000;
    private static final String VERSION = "02000100";
    private static final String RELEASE = "ffff0000";

    private TestDevice device;
    private TestDevice.Client client;

    @BeforeEach
    void open() throws Exception {
        device = new TestDevice(SecureWorld.Mode.RETURNING);
        client = device.open();
        for (int i = 1; i <= 3; i++) {
            assertEquals(0x80000000 | i, client.export(i));
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        device.releaseExports();
        client.drain();
        device.close();
    }

    @Test
    @DisplayName(
            "ERM-24: given a million malformed messages of QTEE, then the log is told in a few lines, and of all of"
                    + " them")
    @Timeout(120)
    void aMillionMalformedMessagesAreAFewLines() {
        List<String> lines = new ArrayList<>();
        AsyncMessages messages =
                new AsyncMessages("test", device.tee.transport().exports(), new RepeatLog(lines::add));
        ByteBuffer buffer = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < MILLION; i++) {
            buffer.putInt(0, 0x7fff0000 | i & 0xffff);
            messages.process(buffer, 0, new PreviousResponse());
        }
        assertEquals(MILLION, messages.refused());
        assertTrue(lines.size() <= 2, lines::toString);
    }

    private void assertHeld(boolean first, boolean second, boolean third) {
        assertEquals(
                (first ? "1" : "-") + (second ? "2" : "-") + (third ? "3" : "-"),
                (holds(1) ? "1" : "-") + (holds(2) ? "2" : "-") + (holds(3) ? "3" : "-"),
                "objects that QTEE holds");
    }

    private boolean holds(int number) {
        ExportedObject object = device.tee.transport().exports().acquire(0x80000000 | number);
        if (object == null) {
            return false;
        }
        object.release();
        return true;
    }

    /** Makes an invocation that comes back with these bytes in the outbound buffer. */
    private void returnWith(int at, String hex) throws TeeException {
        device.world.on(OP, stay -> {
            assertZero(stay);
            stay.write(at, hex);
        });
        assertEquals(0, client.invoke(OP, Params.none()));
    }

    private static void assertZero(SecureWorld.Stay stay) {
        byte[] bytes = new byte[Wire.OUTBOUND];
        stay.outbound().get(0, bytes);
        Assertions.assertArrayEquals(new byte[Wire.OUTBOUND], bytes, "the outbound buffer before an invocation");
    }

    private void assertNextFindsZeros() throws TeeException {
        returnWith(0, "");
    }

    @Test
    @DisplayName(
            "MSG-6, MSG-7, CBO-9: releases in the outbound buffer are carried out on return, each at a multiple of 8")
    void releasesOnReturn() throws Exception {
        returnWith(
                0,
                // each: version 1.2, operation, number of ids, ids
                VERSION + RELEASE + "01000000 01000080" // 16 bytes
                        + VERSION + RELEASE + "00000000 ffffffff" // 12 bytes, padded
                        + VERSION + RELEASE + "02000000 02000080 03000080");
        assertHeld(false, false, false);
        assertEquals(3, client.drain());
        assertEquals(1, client.host.references());
        assertNextFindsZeros();
    }

    @Test
    @DisplayName("MSG-6: version 0 ends the messages, and nothing is looked for behind it")
    void end() throws Exception {
        returnWith(
                0,
                VERSION + RELEASE + "01000000 01000080" + "00000000 00000000" + VERSION + RELEASE
                        + "01000000 02000080");
        assertHeld(false, true, true);
    }

    @Test
    @DisplayName("MSG-7, OBJ-10: ids that QTEE does not hold are passed over")
    void unknownIds() throws Exception {
        returnWith(
                // version, operation, 7 ids; only the last of them is held
                0, VERSION + RELEASE + "07000000" + "00000000 01000000 10000000 00000080 04000080 ffffffff 02000080");
        assertHeld(true, false, true);
        assertNextFindsZeros();
    }

    @Test
    @DisplayName("MSG-7: a buffer full of messages is carried out to its last byte")
    void full() throws Exception {
        returnWith(0, (VERSION + RELEASE + "01000000 99000080").repeat(255) + VERSION + RELEASE + "01000000 03000080");
        assertHeld(true, true, false);
        assertEquals(0, device.tee.transport().asyncMessages().refused());
        assertNextFindsZeros();
    }

    @Test
    @DisplayName("MSG-7: one message that fills the buffer")
    void large() throws Exception {
        returnWith(0, VERSION + RELEASE + "fd030000" + "99000080".repeat(1020) + "03000080");
        assertHeld(true, true, false);
        assertEquals(0, device.tee.transport().asyncMessages().refused());
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                // version, operation, number of ids, ids
                Arguments.of("major version 2", "00000200" + RELEASE + "01000000 02000080"),
                Arguments.of("major version 0", "01000000" + RELEASE + "01000000 02000080"),
                Arguments.of("major version 0xffff", "ffffffff" + RELEASE + "01000000 02000080"),
                Arguments.of("RETAIN", VERSION + "feff0000 01000000 02000080"),
                Arguments.of("operation 0", VERSION + "00000000 01000000 02000080"),
                Arguments.of("upper bits of the operation", VERSION + "ffff0100 01000000 02000080"),
                Arguments.of("2^32 - 1 ids", VERSION + RELEASE + "ffffffff 02000080"),
                Arguments.of("2^31 ids", VERSION + RELEASE + "00000080 02000080"),
                Arguments.of("2^30 ids, whose bytes wrap", VERSION + RELEASE + "00000040 02000080"),
                Arguments.of("2^30 - 3 ids, whose message wraps", VERSION + RELEASE + "fdffff3f 02000080"),
                Arguments.of("one id more than fit", VERSION + RELEASE + "fa030000 02000080"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    @DisplayName("MSG-7, ERM-6, TRAP-4, TRAP-5, TRAP-30: a message that cannot be understood ends them, is counted, and"
            + " loses none before it")
    void refused(String what, String message) throws Exception {
        returnWith(0, VERSION + RELEASE + "01000000 01000080" + message + VERSION + RELEASE + "01000000 03000080");
        assertHeld(false, true, true);
        assertEquals(1, device.tee.transport().asyncMessages().refused());
        assertNextFindsZeros();
    }

    static Stream<Arguments> atTheEnd() {
        return Stream.of(
                Arguments.of("a header of 8 bytes", VERSION + RELEASE),
                Arguments.of("an id that does not fit", VERSION + RELEASE + "02000000 02000080"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("atTheEnd")
    @DisplayName("ERM-6, TRAP-4: a message that does not fit the end of the buffer is refused")
    void refusedAtTheEnd(String what, String message) throws Exception {
        int length = Hex.bytes(message).length;
        int ids = (Wire.OUTBOUND - length - 12) / 4;
        returnWith(
                0,
                VERSION + RELEASE + String.format("%02x%02x0000", ids & 0xff, ids >> 8) + "99000080".repeat(ids - 1)
                        + "01000080" + message);
        assertHeld(false, true, true);
        assertEquals(1, device.tee.transport().asyncMessages().refused());
        assertNextFindsZeros();
    }

    @Test
    @DisplayName(
            "MSG-6, MSG-8: behind a callback they are carried out before it: the object is gone when it is invoked")
    void behindCallback() throws Exception {
        int[] result = new int[1];
        device.world.on(
                OP,
                // result 0; object 0x80000001; op 5; counts: 1 input; input at 24, 5 bytes; then the bytes; behind
                // them version, operation, 2 ids, no further message
                stay -> stay.callback("00000000 01000080 05000000 01000000 18000000 05000000 aabbccddee000000" + VERSION
                        + RELEASE + "02000000 01000080 02000080 00000000"),
                stay -> result[0] = stay.callbackResult());
        assertEquals(0, client.invoke(OP, Params.none()));
        assertEquals(-96, result[0]);
        assertHeld(false, false, true);
        assertNextFindsZeros();
    }

    @Test
    @DisplayName("MSG-6, TRAP-5: behind a callback that fills the buffer there are none")
    void behindFullCallback() throws Exception {
        device.world.on(
                OP,
                stay -> {
                    stay.clear();
                    // Result 0; object 0x80000099; op 5; counts: 1 input; input at 24, 4072 bytes.
                    stay.write(0, "00000000 99000080 05000000 01000000 18000000 e80f0000");
                    stay.write(4080, VERSION + RELEASE + "01000000 01000080");
                    stay.callback();
                },
                stay -> stay.clear());
        assertEquals(0, client.invoke(OP, Params.none()));
        assertHeld(true, true, true);
    }

    @Test
    @DisplayName("MSG-8: they are not carried out after a failure of the channel, nor later")
    void afterFailure() throws Exception {
        for (String hex : new String[] {
            VERSION + RELEASE + "01000000 01000080", "00".repeat(64) + VERSION + RELEASE + "01000000 01000080"
        }) {
            device.world.on(OP, stay -> {
                stay.write(0, hex);
                throw new TeeException(Errno.EBUSY, "lost");
            });
            Assertions.assertThrows(TeeException.class, () -> client.invoke(OP, Params.none()));
            assertHeld(true, true, true);
            assertNextFindsZeros();
        }
    }

    @Test
    @DisplayName("MSG-8: neither are they after a failure in the course of the invocation")
    void afterLateFailure() throws Exception {
        device.world.on(OP, stay -> stay.callback(0x99, 0), stay -> {
            stay.write(0, VERSION + RELEASE + "01000000 01000080");
            stay.write(2048, VERSION);
            throw new TeeException(Errno.EBUSY, "lost");
        });
        Assertions.assertThrows(TeeException.class, () -> client.invoke(OP, Params.none()));
        assertHeld(true, true, true);
        assertNextFindsZeros();
    }

    @Test
    @DisplayName("TRAP-34, ERM-6: a response that QTEE leaves in the buffer is no message, whatever its result")
    void leftoverResult() throws Exception {
        // The result reads as a version, the target as an operation that is unknown.
        for (int result : new int[] {0x10000, 0x10002, 0x1ffff, 1, 0}) {
            device.world.on(OP, stay -> stay.callback(0x80000001, 5), stay -> {});
            Background<Integer> invocation = Background.start(() -> client.invoke(OP, Params.none()));
            SupplicantRequest request = client.receive();
            client.context.send(request.id(), result, request.params());
            assertEquals(0, invocation.get());
            assertHeld(true, true, true);
            assertEquals(0, device.tee.transport().asyncMessages().refused(), "result " + result);
            assertNextFindsZeros();
        }
    }

    /** Serves one request, whose single output becomes these bytes. */
    private void answer(String output) throws Exception {
        SupplicantRequest request = client.receive();
        byte[] bytes = Hex.bytes(output);
        request.params().get(0).buffer(Type.UBUF_OUTPUT, bytes, 0, bytes.length);
        client.context.send(request.id(), 0, request.params());
    }

    @Test
    @DisplayName("TRAP-34: what a callback object answered is no message where the next callback ends before it")
    void leftoverBehindShorterCallback() throws Exception {
        String forged = VERSION + RELEASE + "01000000 02000080";
        device.world.on(
                OP,
                // The output stands at 32, where the message proper of the next callback ends.
                // result 0; object 0x80000001; op 5; counts: 2 outputs; output at 32, 16 bytes; output at 48, 16
                // bytes
                stay -> stay.callback("00000000 01000080 05000000 20000000 20000000 10000000 30000000 10000000"),
                stay -> {
                    // Result 0; object 0x80000001; op 5; counts: 2 inputs; input at 32, 0 bytes; input at 32, 0
                    // bytes.
                    stay.write(0, "00000000 01000080 05000000 02000000 20000000 00000000 20000000 00000000");
                    stay.callback();
                },
                stay -> stay.clear());
        Background<Integer> invocation = Background.start(() -> client.invoke(OP, Params.none()));
        SupplicantRequest first = client.receive();
        for (int i = 0; i < 2; i++) {
            first.params().get(i).buffer(Type.UBUF_OUTPUT, Hex.bytes(forged), 0, 16);
        }
        client.context.send(first.id(), 0, first.params());
        client.context.send(client.receive().id(), 1, Params.none());
        assertEquals(0, invocation.get());
        assertHeld(true, true, true);
        assertNextFindsZeros();
    }

    @Test
    @DisplayName("TRAP-34: messages of QTEE in front of what is left of a response are carried out, and end there")
    void messagesBeforePreviousResponse() throws Exception {
        device.world.on(
                OP,
                // result 0; object 0x80000001; op 5; counts: 1 output; output at 24, 16 bytes
                stay -> stay.callback("00000000 01000080 05000000 10000000 18000000 10000000"),
                // version, operation, 2 ids, and one behind them that would be the next version
                stay -> stay.write(0, VERSION + RELEASE + "02000000 01000080 99000080 99000080"));
        Background<Integer> invocation = Background.start(() -> client.invoke(OP, Params.none()));
        answer(VERSION + RELEASE + "01000000 02000080");
        assertEquals(0, invocation.get());
        assertHeld(false, true, true);
        assertNextFindsZeros();
    }

    @Test
    @DisplayName("TRAP-34, MSG-6: a longer callback of before is gone when a third one is as long again")
    void leftoverOfTheLastButOne() throws Exception {
        String forged = "0000000000000000" + VERSION + RELEASE + "01000000 02000080";
        device.world.on(
                OP,
                // result 0; object 0x80000001; op 5; counts: 1 output; output at 24, 24 bytes
                stay -> stay.callback("00000000 01000080 05000000 10000000 18000000 18000000"),
                stay -> {
                    // Result 0; object 0x80000001; op 5; counts: 1 output; output at 24, 0 bytes.
                    stay.write(0, "00000000 01000080 05000000 10000000 18000000 00000000");
                    stay.callback();
                },
                stay -> {
                    // Result 0; object 0x80000001; op 5; counts: 1 output; output at 24, 8 bytes.
                    stay.write(0, "00000000 01000080 05000000 10000000 18000000 08000000");
                    stay.callback();
                },
                stay -> {});
        Background<Integer> invocation = Background.start(() -> client.invoke(OP, Params.none()));
        answer(forged);
        answer("");
        answer("0102030405060708");
        assertEquals(0, invocation.get());
        assertHeld(true, true, true);
        assertNextFindsZeros();
    }

    @Test
    @DisplayName("ERM-14, TRAP-18, CBO-9: RETAIN and RELEASE balance, however the release comes")
    void retain() throws Exception {
        AtomicReference<String> results = new AtomicReference<>("");
        SecureWorld.Step retain = stay -> {
            results.updateAndGet(seen -> seen + stay.callbackResult() + " ");
            stay.callback(0x80000001, Wire.OP_RETAIN);
        };
        SecureWorld.Step release = stay -> {
            results.updateAndGet(seen -> seen + stay.callbackResult() + " ");
            stay.callback(0x80000001, Wire.OP_RELEASE);
        };
        device.world.on(OP, retain, retain, release, stay -> {
            results.updateAndGet(seen -> seen + stay.callbackResult());
            stay.clear();
        });
        assertEquals(0, client.invoke(OP, Params.none()));
        assertEquals("0 0 0 0", results.get());
        assertTrue(holds(1));
        returnWith(0, VERSION + RELEASE + "01000000 01000080");
        assertTrue(holds(1));
        assertEquals(0, client.drain());
        returnWith(0, VERSION + RELEASE + "01000000 01000080");
        assertFalse(holds(1));
        assertEquals(1, client.drain());
    }

    @Test
    @DisplayName("CBO-9: an explicit RELEASE ends an object, a second one is UNAVAIL")
    void explicitRelease() throws Exception {
        AtomicReference<String> results = new AtomicReference<>("");
        SecureWorld.Step release = stay -> {
            results.updateAndGet(seen -> seen + stay.callbackResult() + " ");
            stay.callback(0x80000001, Wire.OP_RELEASE);
        };
        device.world.on(OP, release, release, stay -> {
            results.updateAndGet(seen -> seen + stay.callbackResult());
            stay.clear();
        });
        assertEquals(0, client.invoke(OP, Params.none()));
        assertEquals("0 0 -96", results.get());
        assertEquals(1, client.drain());
        assertHeld(false, true, true);
    }
}
