// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qcomtee.call.PrimordialObject;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParam.Type;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class CallbackMessageTest {

    private static final int OP = 0x2a;
    private static final int UNAVAIL = -96;
    private static final int DEFUNCT = TeeResult.DEFUNCT.code();

    private TestDevice device;
    private TestDevice.Client client;

    private void open(SecureWorld.Mode mode) throws Exception {
        device = new TestDevice(mode);
        client = device.open();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        device.releaseExports();
        client.drain();
        device.close();
    }

    /** Invokes on another thread, so that this one can serve the callbacks. */
    private Background<Integer> invoke() {
        return Background.start(() -> client.invoke(OP, Params.none()));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "CTX-6, ERM-12: given a context that is cut off in the course of an invocation, when QTEE calls back, then"
                    + " it is answered as after a close, and the invocation comes to its end")
    void cutOff(SecureWorld.Mode mode) throws Exception {
        open(mode);
        int name = client.export(7);
        List<Integer> results = new ArrayList<>();
        device.world.on(
                OP,
                stay -> {
                    device.tee.transport().contexts().remove(client.context.caller());
                    stay.callback(Wire.OBJECT_PRIMORDIAL, PrimordialObject.OP_YIELD);
                },
                stay -> results.add(stay.callbackResult()));
        assertEquals(0, client.invoke(OP, Params.none()));
        device.world.on(OP, stay -> stay.callback(name, OP), stay -> results.add(stay.callbackResult()));
        assertEquals(0, client.invoke(OP, Params.none()));

        assertEquals(List.of(DEFUNCT, DEFUNCT), results);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("MSG-5, SEL-6, SEL-9, SUB-5, INV-11: a callback request and its response, byte by byte")
    void requestAndResponse(SecureWorld.Mode mode) throws Exception {
        open(mode);
        int name = client.export(7);
        AtomicReference<String> response = new AtomicReference<>();
        device.world.on(
                OP,
                stay -> stay.callback(
                        "00000000 01000080 05000300 12220000" // upper bits of op belong to the transport
                                + "48000000 03000000" // inputs: offset 72
                                + "58000000 00000000" // an empty one overlaps with none
                                + "50000000 10000000" // output: offset 80
                                + "09000000 ffffffff" // objects; the second word is unused
                                + "00000000 00000000"
                                + "00000000 00000000"
                                + "00000000 00000000"
                                + "aabbcc0000000000"
                                // room of the output
                                + "00000000000000000000000000000000"),
                stay -> response.set(Hex.of(stay.outbound(), 96)));
        assertEquals(TestDevice.FIRST_EXPORT, name);
        Background<Integer> invocation = invoke();

        SupplicantRequest request = client.receive();
        assertEquals(7, request.object());
        assertEquals(5, request.op());
        assertEquals(7, request.params().count());
        assertEquals(Type.UBUF_INPUT, request.params().get(0).type());
        assertEquals("aa bb cc", Params.hex(request.params().get(0)));
        assertEquals(Type.UBUF_INPUT, request.params().get(1).type());
        assertEquals(0, request.params().get(1).size());
        TeeParam output = request.params().get(2);
        assertEquals(Type.UBUF_OUTPUT, output.type());
        assertEquals(16, output.size());
        assertEquals(Type.OBJREF_INPUT, request.params().get(3).type());
        assertEquals(TeeParam.FLAG_TEE, request.params().get(3).objectFlags());
        assertEquals(Type.OBJREF_INPUT, request.params().get(4).type());
        assertEquals(-1, request.params().get(4).objectId());
        assertEquals(Type.OBJREF_OUTPUT, request.params().get(5).type());
        assertEquals(Type.OBJREF_OUTPUT, request.params().get(6).type());

        output.buffer(Type.UBUF_OUTPUT, Hex.bytes("01020304"), 0, 4);
        request.params().get(5).object(Type.OBJREF_OUTPUT, 70, TeeParam.FLAG_USER);
        client.context.send(request.id(), 0, request.params());
        assertEquals(0, invocation.get());
        assertEquals(
                // result 0; object 0x80000001; op 0x30005; counts: 2 inputs, 1 output, 2 input objects, 2 output
                // objects
                Hex.of("00000000 01000080 05000300 12220000"
                        + "48000000 03000000"
                        + "58000000 00000000"
                        + "50000000 04000000"
                        + "09000000 ffffffff"
                        + "00000000 00000000"
                        + "02000080 00000000"
                        + "00000000 00000000"
                        + "aabbcc0000000000"
                        // what the output holds now
                        + "01020304000000000000000000000000"),
                response.get());
        client.invoke(request.params().get(3).objectId(), Wire.OP_RELEASE, Params.none());
        assertEquals(9, device.world.nextRelease());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "MSG-5, REQ-13: an error is the first word of the response, and the rest of the message stays as it was")
    void errorResponse(SecureWorld.Mode mode) throws Exception {
        open(mode);
        client.export(7);
        // Object 0x80000001; op 5; counts: 1 output; output at 24, 8 bytes; then the bytes.
        String rest = "01000080 05000000 10000000 18000000 08000000 0000000000000000";
        AtomicReference<String> response = new AtomicReference<>();
        device.world.on(
                OP, stay -> stay.callback("00000000" + rest), stay -> response.set(Hex.of(stay.outbound(), 32)));
        Background<Integer> invocation = invoke();
        client.context.send(client.receive().id(), 0x10001, Params.none());
        assertEquals(0, invocation.get());
        assertEquals(Hex.of("01000100" + rest), response.get());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("INV-10: callbacks of one invocation come one after the other, each with its own response")
    void severalCallbacks(SecureWorld.Mode mode) throws Exception {
        open(mode);
        int name = client.export(7);
        List<Integer> results = new ArrayList<>();
        SecureWorld.Step first = stay -> stay.callback(name, 1);
        SecureWorld.Step next = stay -> {
            results.add(stay.callbackResult());
            stay.callback(name, results.size() + 1);
        };
        device.world.on(OP, first, next, next, stay -> results.add(stay.callbackResult()));
        Background<Integer> invocation = invoke();
        for (int op = 1; op <= 3; op++) {
            SupplicantRequest request = client.receive();
            assertEquals(op, request.op());
            client.context.send(request.id(), 100 + op, Params.none());
        }
        assertEquals(0, invocation.get());
        assertEquals(List.of(101, 102, 103), results);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("MSG-5: fifteen arguments of each kind, and buffers up to the last byte of the outbound buffer")
    void largestMessage(SecureWorld.Mode mode) throws Exception {
        open(mode);
        client.export(7);
        device.world.on(
                OP,
                stay -> {
                    // Result 0; object 0x80000001; op 5; counts 0xffff, filled in below.
                    stay.callback("00000000 01000080 05000000 ffff0000");
                    // The payload is from 496 to 4096: thirty buffers of 120 bytes.
                    for (int i = 0; i < 30; i++) {
                        stay.outbound().putInt(16 + 8 * i, 496 + 120 * i).putInt(20 + 8 * i, 120);
                    }
                },
                stay -> assertEquals(0, stay.callbackResult()));
        Background<Integer> invocation = invoke();
        SupplicantRequest request = client.receive();
        assertEquals(60, request.params().count());
        for (int i = 15; i < 30; i++) {
            request.params().get(i).buffer(Type.UBUF_OUTPUT, new byte[120], 0, 120);
        }
        client.context.send(request.id(), 0, request.params());
        assertEquals(0, invocation.get());
    }

    static Stream<Arguments> malformedRequests() {
        // Objects 0x41 and 0x42 are input objects; the header is followed by 2 inputs, 2 outputs and those.
        String objects = "41000000 00000000 42000000 00000000";
        return Stream.of(
                malformed(
                        "upper bits of the counts",
                        "22020100",
                        // the inputs; of each output offset and size; the input objects
                        two() + "50000000 08000000 58000000 08000000" + objects,
                        false),
                malformed("all bits of the counts", "ffffffff", "", false),
                malformed("an input inside the header", two("00000000 08000000"), objects),
                malformed("an input inside the arguments", two("38000000 08000000"), objects),
                malformed("an input one byte before the payload", two("3f000000 08000000"), objects),
                malformed("an input that is not aligned", two("41000000 08000000"), objects),
                malformed("an input at the last byte", two("ff0f0000 01000000"), objects),
                malformed("an input behind the end", two("00100000 01000000"), objects),
                malformed("an input beyond the end by one", two("f80f0000 09000000"), objects),
                malformed("an input behind the message", two("60000000 08000000"), objects),
                malformed("an input beyond the message by one", two("58000000 09000000"), objects),
                malformed("an input of 4 GiB", two("40000000 ffffffff"), objects),
                malformed("an input of 4 GiB less the header", two("40000000 c0ffffff"), objects),
                malformed("an input at 4 GiB", two("f8ffffff 08000000"), objects),
                malformed("an input at 4 GiB of 4 GiB", two("f8ffffff ffffffff"), objects),
                malformed("an input at 2 GiB", two("00000080 08000000"), objects),
                malformed(
                        "two inputs overlap",
                        // 2 inputs, 2 outputs; of each offset and size
                        "40000000 10000000 48000000 08000000 58000000 08000000 60000000 08000000",
                        objects),
                malformed(
                        "an input within another",
                        // 2 inputs, 2 outputs; of each offset and size
                        "40000000 40000000 48000000 08000000 80000000 08000000 88000000 08000000",
                        objects),
                // the inputs; of each output offset and size
                malformed("an input and an output overlap", two() + "40000000 08000000 58000000 08000000", objects),
                malformed("an output inside the header", two() + "08000000 08000000 58000000 08000000", objects),
                malformed("an output of 4 GiB", two() + "50000000 ffffffff 58000000 08000000", objects),
                malformed("an output that is not aligned", two() + "54000000 04000000 58000000 08000000", objects),
                malformed("two outputs are the same", two() + "50000000 08000000 50000000 08000000", objects));
    }

    /** Two inputs without fault, or one with and two outputs without. */
    private static String two(String... faulty) {
        return faulty.length == 0
                // each buffer: offset, size
                ? "40000000 08000000 48000000 08000000"
                : faulty[0] + "48000000 08000000 50000000 08000000 58000000 08000000";
    }

    private static Arguments malformed(String what, String buffers, String objects) {
        return malformed(what, "22020000", buffers + objects, true);
    }

    private static Arguments malformed(String what, String counts, String arguments, boolean released) {
        // Result 0; object 0x80000001; op 5.
        return Arguments.of(what, "00000000 01000080 05000000" + counts + arguments, released);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedRequests")
    @DisplayName(
            "ERM-5, MSG-3, TRAP-1, TRAP-2, TRAP-15: a malformed request is answered UNAVAIL, unseen, and its objects"
                    + " are released")
    void malformedRequest(String what, String message, boolean released) throws Exception {
        for (SecureWorld.Mode mode : SecureWorld.Mode.values()) {
            if (device != null) {
                nothingIsLeft();
            }
            open(mode);
            client.export(7);
            AtomicInteger result = new AtomicInteger();
            AtomicReference<String> rest = new AtomicReference<>();
            device.world.on(
                    OP,
                    stay -> {
                        stay.callback(message);
                    },
                    stay -> {
                        result.set(stay.callbackResult());
                        stay.outbound().putInt(0, 0);
                        rest.set(Hex.of(stay.outbound(), Wire.OUTBOUND));
                    });
            assertEquals(0, client.invoke(OP, Params.none()));
            assertEquals(UNAVAIL, result.get());
            assertEquals(Hex.of(message + "00".repeat(Wire.OUTBOUND - Hex.bytes(message).length)), rest.get());
            assertNull(client.poll(), "a supplicant saw the request");
            if (released) {
                assertEquals(0x41, device.world.nextRelease());
                assertEquals(0x42, device.world.nextRelease());
            }
            assertEquals(0, client.host.queued.availablePermits());
        }
    }

    @Test
    @DisplayName(
            "ERM-24: given malformed callbacks without end, then the log is told of each kind once, and once more in a"
                    + " minute")
    void malformedRequestsAreSummedUp() throws Exception {
        open(SecureWorld.Mode.NESTED);
        long begun = System.nanoTime();
        int rounds = Integer.getInteger("hostile.rounds", 2_000);
        for (int i = 0; i < rounds; i++) {
            device.world.on(
                    OP,
                    // result 0; object 0x80000001; op 5; counts 0xffffffff
                    stay -> stay.callback("00000000 01000080 05000000 ffffffff"),
                    stay -> {
                        assertEquals(UNAVAIL, stay.callbackResult());
                        // Result 0; object 0x80000002; op 5; counts: none.
                        stay.callback("00000000 02000080 05000000 00000000");
                    },
                    stay -> assertEquals(UNAVAIL, stay.callbackResult()));
            assertEquals(0, client.invoke(OP, Params.none()));
        }
        long minutes = TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - begun);
        assertTrue(device.lines.size() <= 2 * (1 + minutes), device.lines::toString);
    }

    static Stream<Arguments> refusedObjects() {
        return Stream.of("01000000", "00000080", "99000080", "ffffffff")
                .flatMap(bad -> IntStream.range(0, 3).mapToObj(position -> {
                    List<String> objects = new ArrayList<>(List.of("41000000 00000000", "42000000 00000000"));
                    objects.add(position, bad + "00000000");
                    return Arguments.of("object 0x" + bad + " at " + position, String.join("", objects));
                }));
    }

    @ParameterizedTest(name = "{0} (little endian)")
    @MethodSource("refusedObjects")
    @DisplayName("ERM-7, TRAP-15: a request with an object that QTEE cannot have is UNAVAIL, the others are released")
    void refusedObject(String what, String objects) throws Exception {
        open(SecureWorld.Mode.RETURNING);
        client.export(7);
        AtomicInteger result = new AtomicInteger();
        device.world.on(
                OP,
                // result 0; object 0x80000001; op 5; counts: 3 input objects; the objects
                stay -> stay.callback("00000000 01000080 05000000 00030000" + objects),
                stay -> result.set(stay.callbackResult()));
        assertEquals(0, client.invoke(OP, Params.none()));
        assertEquals(UNAVAIL, result.get());
        assertNull(client.poll());
        assertEquals(0x41, device.world.nextRelease());
        assertEquals(0x42, device.world.nextRelease());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("INV-11, TRAP-15: a callback to what the normal world does not host is UNAVAIL, and its objects are"
            + " released")
    void unknownTargets(SecureWorld.Mode mode) throws Exception {
        open(mode);
        client.export(7);
        client.newObject(0x10);
        for (String target : new String[] {"00000000", "01000000", "10000000", "02000080", "ffffffff"}) {
            for (String op : new String[] {"00000000", "05000000"}) {
                AtomicInteger result = new AtomicInteger();
                device.world.on(
                        OP,
                        // result 0; the object; the op; counts: 1 input object; input object 0x41
                        stay -> stay.callback("00000000" + target + op + "00010000 41000000 00000000"),
                        stay -> result.set(stay.callbackResult()));
                assertEquals(0, client.invoke(OP, Params.none()));
                assertEquals(UNAVAIL, result.get(), "target " + target + ", op " + op);
                assertEquals(0x41, device.world.nextRelease());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("ERM-5, TRAP-6: what QTEE writes after the request was parsed changes nothing")
    void parsedOnce(SecureWorld.Mode mode) throws Exception {
        open(mode);
        client.export(7);
        AtomicReference<String> response = new AtomicReference<>();
        AtomicReference<SecureWorld.Stay> inside = new AtomicReference<>();
        device.world.on(
                OP,
                stay -> {
                    inside.set(stay);
                    // Result 0; object 0x80000001; op 5; counts: 1 output, 1 output object; output at 32, 8 bytes;
                    // output object: room.
                    stay.callback("00000000 01000080 05000000 10100000" + "20000000 08000000" + "00000000 00000000");
                },
                stay -> response.set(Hex.of(stay.outbound(), 40)));
        CountDownLatch overwritten = new CountDownLatch(1);
        client.host.onQueued = () -> {
            client.host.onQueued = () -> {};
            // Result, object, op, counts, offset and size of the output, output object: none is as before.
            inside.get().write(0, "00000000 09000000 09000000 ffffffff f8ffffff ffffffff 09000000");
            overwritten.countDown();
        };
        Background<Integer> invocation = invoke();
        SupplicantRequest request = client.receive();
        assertTrue(overwritten.await(10, TimeUnit.SECONDS));
        assertEquals(2, request.params().count());
        assertEquals(8, request.params().get(0).size());
        request.params().get(0).buffer(Type.UBUF_OUTPUT, Hex.bytes("0102"), 0, 2);
        client.context.send(request.id(), 0, request.params());
        assertEquals(0, invocation.get());
        assertEquals(
                // as overwritten, but for result 0, size 2 of the output and output object NULL; at 32 the output
                Hex.of("00000000 09000000 09000000 ffffffff f8ffffff 02000000 00000000 00000000 0102000000000000"),
                response.get());
    }

    // Version 1.2, operation RELEASE, 1 id, object 0x80000001.
    private static final String RELEASE_OF_THE_FIRST = "02000100 ffff0000 01000000 01000080";

    /** Bodies of callbacks without fault; where they end, a release stands. */
    static Stream<Arguments> placements() {
        return Stream.of(
                // counts; of each buffer offset and size; their bytes
                Arguments.of("an empty input at the end of the buffer", "01000000 00100000 00000000"),
                Arguments.of("an empty output at the end of the buffer", "10000000 00100000 00000000"),
                Arguments.of("an empty output at 4 GiB", "10000000 ffffffff 00000000"),
                Arguments.of("an empty input at 0, not aligned", "02000000 01000000 00000000 00000000 00000000"),
                Arguments.of(
                        "an empty output behind one that is not",
                        // counts: 2 outputs; output at 32, 8 bytes; output at 2048, 0 bytes; then the bytes
                        "20000000 20000000 08000000 00080000 00000000 0000000000000000"),
                Arguments.of(
                        "the later buffer in front",
                        // counts: 2 inputs; input at 40, 3 bytes; input at 32, 8 bytes; then the bytes
                        "02000000 28000000 03000000 20000000 08000000 0000000000000000 0000000000000000"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("placements")
    @DisplayName(
            "MSG-6: given buffers that lie as they may, when releases stand where the message ends by its sizes, then"
                    + " the callback is served and they are carried out")
    void endBySizes(String what, String arguments) throws Exception {
        open(SecureWorld.Mode.RETURNING);
        client.export(7);
        int target = client.export(8);
        assertEquals(0x80000002, target);
        AtomicInteger result = new AtomicInteger();
        device.world.on(
                OP,
                // result 0; object 0x80000002; op 5
                stay -> stay.callback("00000000 02000080 05000000" + arguments + RELEASE_OF_THE_FIRST),
                stay -> result.set(stay.callbackResult()));
        Background<Integer> invocation = invoke();
        assertTrue(client.receive().isRelease(), "the release is carried out before the callback");
        SupplicantRequest request = client.receive();
        assertEquals(8, request.object());
        client.context.send(request.id(), 1, request.params());
        assertEquals(0, invocation.get());
        assertEquals(1, result.get());
        assertNull(device.tee.transport().exports().acquire(TestDevice.FIRST_EXPORT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01000000 20000000 08000000 0000000000000000", // a gap before it
                "01000000 f80f0000 08000000 0000000000000000", // at the end of the outbound buffer
                "01000000 04000000 08000000 0000000000000000", // inside the header
                "00010000 99000080 00000000", // an object that QTEE does not hold
                "00010000 01000000 00000000" // the root object
            })
    @DisplayName(
            "MSG-8, ERM-6: given a callback that makes no sense, when releases stand where it ends by its sizes, then"
                    + " it is UNAVAIL and they are carried out")
    void releasesBehindNonsense(String arguments) throws Exception {
        open(SecureWorld.Mode.NESTED);
        client.export(7);
        client.export(8);
        AtomicInteger result = new AtomicInteger();
        device.world.on(
                OP,
                // result 0; object 0x80000002; op 5
                stay -> stay.callback("00000000 02000080 05000000" + arguments + RELEASE_OF_THE_FIRST),
                stay -> result.set(stay.callbackResult()));
        assertEquals(0, client.invoke(OP, Params.none()));
        assertEquals(UNAVAIL, result.get());
        assertNull(device.tee.transport().exports().acquire(TestDevice.FIRST_EXPORT));
        assertEquals(1, client.drain());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000",
                "00010000 41000000 00000000", // an object of QTEE, which stays QTEE's
                "00110000 99000080 00000000 00000000 00000000", // one that it does not hold
                "10000000 03000000 08000000 0000000000000000", // a buffer that lies nowhere
                "01000000 18000000 ffffffff", // one that is too large
                "00000100", // upper bits
                "ffffffff"
            })
    @DisplayName(
            "CBO-9, ERM-14: given RETAIN or RELEASE, whatever its counts and arguments are, then none of them is looked"
                    + " at")
    void referencesWithArguments(String arguments) throws Exception {
        open(SecureWorld.Mode.NESTED);
        client.export(7);
        List<Integer> results = new ArrayList<>();
        List<String> rests = new ArrayList<>();
        SecureWorld.Step note = stay -> {
            results.add(stay.callbackResult());
            stay.outbound().putInt(0, 0);
            rests.add(Hex.of(stay.outbound(), 64));
        };
        device.world.on(
                OP,
                // result 0; object 0x80000001; op RETAIN
                stay -> stay.callback("00000000 01000080 feff0000" + arguments),
                stay -> {
                    note.run(stay);
                    // Result 0; object 0x80000001; op RELEASE.
                    stay.callback("00000000 01000080 ffff0000" + arguments);
                },
                stay -> {
                    note.run(stay);
                    stay.clear();
                });
        assertEquals(0, client.invoke(OP, Params.none()));
        assertEquals(List.of(0, 0), results);
        for (int i = 0; i < 2; i++) {
            String message = "00000000 01000080" + (i == 0 ? "feff0000" : "ffff0000") + arguments;
            assertEquals(Hex.of(message + "00".repeat(64 - Hex.bytes(message).length)), rests.get(i));
        }
        assertEquals(1, device.releaseExports(), "the reference that it had before");
        device.releaseAll();
        assertEquals(List.of(), device.world.otherReleases());
    }
}
