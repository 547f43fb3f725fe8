// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParam.Type;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class DirectMessageTest {

    private static final int OP = 0x2a;
    private static final int LARGEST_PAYLOAD = (4 << 20) - 24;

    private TestDevice device;
    private TestDevice.Client client;

    @BeforeEach
    void open() throws Exception {
        device = new TestDevice();
        client = device.open();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        device.releaseExports();
        device.close();
    }

    /** What a message looks like to QTEE. */
    private String message(TeeParams params) throws TeeException {
        AtomicReference<String> seen = new AtomicReference<>();
        device.world.on(OP, stay -> {
            seen.set(Hex.of(stay.inbound(), stay.inbound().capacity()));
            stay.finish(10);
        });
        assertEquals(10, client.invoke(OP, params));
        return seen.get();
    }

    private void fillBuffersWithOnes() throws TeeException {
        message(new Params().in("ff".repeat(500)).build());
    }

    @Test
    @DisplayName(
            "INV-4, MSG-1, MSG-2: a message without arguments is its header padded to 8, and the target is the root"
                    + " object")
    void noArguments() throws Exception {
        fillBuffersWithOnes();
        // The root object; op 42; counts: none; padding.
        assertEquals(Hex.of("01000000 2a000000 00000000 00000000"), message(Params.none()));
    }

    @Test
    @DisplayName("MSG-1, MSG-2, MSG-3, MSG-4: arguments of all kinds in any order are grouped, padded and counted, and"
            + " padding is zero")
    void allKinds() throws Exception {
        fillBuffersWithOnes();
        long secure = client.newObject(0x77);
        String message = message(new Params()
                .objectOut()
                .tee(secure)
                .out(5)
                .in("010203")
                .user(7)
                .in("")
                .nullObject()
                .in("0405060708090a0b0c") // nine bytes, which take 16
                .build());
        assertEquals(
                // the root object; op 42; counts: 3 inputs, 1 output, 3 input objects, 1 output object
                Hex.of("01000000 2a000000 13130000"
                        + "50000000 03000000" // inputs: offset 80
                        + "58000000 00000000"
                        + "58000000 09000000"
                        + "68000000 05000000" // output: offset 104
                        + "77000000 00000000" // objects
                        + "01000080 00000000"
                        + "00000000 00000000"
                        + "00000000 00000000" // room for an object
                        + "00000000" // padding
                        + "0102030000000000"
                        + "0405060708090a0b 0c00000000000000"
                        + "0000000000000000"),
                message);
    }

    @Test
    @DisplayName(
            "MSG-4, INV-6: what QTEE returns gets to the parameters that it belongs to, shrunk outputs with their size")
    void outputs() throws Exception {
        device.world.on(OP, stay -> {
            stay.argument(0, 1, 2);
            stay.inbound().put(stay.argument(0, 0), Hex.bytes("a1a2ffff"));
            stay.inbound().put(stay.argument(1, 0), Hex.bytes("b1b2b3"));
            stay.argument(2, 0, 0x31);
            stay.argument(3, 0, 0);
            stay.argument(4, 0, 0x32);
        });
        TeeParams params =
                new Params().objectOut().out(4).objectOut().out(3).objectOut().build();
        assertEquals(0, client.invoke(OP, params));
        assertEquals("a1 a2", Params.hex(params.get(1)));
        assertEquals("b1 b2 b3", Params.hex(params.get(3)));
        assertEquals(TeeParam.FLAG_TEE, params.get(0).objectFlags());
        assertEquals(-1, params.get(2).objectId());
        client.invoke(params.get(4).objectId(), Wire.OP_RELEASE, Params.none());
        assertEquals(0x32, device.world.nextRelease());
        client.invoke(params.get(0).objectId(), Wire.OP_RELEASE, Params.none());
        assertEquals(0x31, device.world.nextRelease());
    }

    @Test
    @DisplayName("INV-6: a parameter in a ByteBuffer is read and written where it stands")
    void byteBuffers() throws Exception {
        ByteBuffer room = ByteBuffer.allocateDirect(16);
        room.put(4, Hex.bytes("0102"));
        device.world.on(OP, stay -> {
            assertEquals("01 02", Hex.of(stay.inbound().slice(stay.argument(0, 0), 2), 2));
            stay.inbound().put(stay.argument(1, 0), Hex.bytes("0708"));
        });
        TeeParams params = new TeeParams(2);
        params.add().buffer(Type.UBUF_INPUT, room, 4, 2);
        params.add().buffer(Type.UBUF_OUTPUT, room, 8, 2);
        assertEquals(0, client.invoke(OP, params));
        assertEquals("07 08", Hex.of(TestDevice.bytes(room, 8, 2)));
    }

    @Test
    @DisplayName("INV-6, INV-9, PEER-2: an object's error is returned as it is, and its outputs are not looked at")
    void error() throws Exception {
        device.world.on(OP, stay -> {
            stay.argument(0, 1, -1);
            stay.argument(1, 0, 0x55);
            stay.finish(1234);
        });
        TeeParams params = new Params().out(4).objectOut().build();
        assertEquals(1234, client.invoke(OP, params));
        assertEquals(4, params.get(0).size());
        assertEquals(-1, params.get(1).objectId());
        device.world.on(OP, stay -> stay.finish(TeeResult.BUSY.code()));
        assertEquals(-99, client.invoke(OP, Params.none()));
    }

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of("input buffers", (UnaryOperator<Params>) params -> params.in("ff"), 0),
                Arguments.of("output buffers", (UnaryOperator<Params>) params -> params.out(1), 4),
                Arguments.of("input objects", (UnaryOperator<Params>) params -> params.user(1), 8),
                Arguments.of("output objects", (UnaryOperator<Params>) Params::objectOut, 12));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    @DisplayName("INV-1, ERM-1, TRAP-3: up to 15 arguments of a kind are counted in its four bits, 16 are refused")
    void limits(String kind, UnaryOperator<Params> add, int shift) throws Exception {
        AtomicInteger counts = new AtomicInteger();
        device.world.on(OP, stay -> counts.set(stay.inbound().getInt(8)));
        Params params = new Params();
        for (int i = 1; i <= 15; i++) {
            add.apply(params);
            assertEquals(0, client.invoke(OP, params.build()));
            assertEquals(i << shift, counts.get());
            device.releaseExports();
            client.drain();
        }
        counts.set(-1);
        int references = client.host.references();
        TeeException refused = assertThrows(
                TeeException.class, () -> client.invoke(OP, add.apply(params).build()));
        assertEquals(TeeResult.MAXARGS, refused.result());
        assertEquals(Errno.EINVAL, refused.errno().orElseThrow());
        assertEquals(-1, counts.get(), "QTEE saw the message");
        assertEquals(references, client.host.references(), "something was created");
    }

    @Test
    @DisplayName("INV-1: fifteen arguments of each kind make one message")
    void sixty() throws Exception {
        Params params = new Params();
        for (int i = 0; i < 15; i++) {
            params.in("01").out(1).nullObject().objectOut();
        }
        AtomicInteger size = new AtomicInteger();
        device.world.on(OP, stay -> {
            assertEquals(0xffff, stay.inbound().getInt(8));
            size.set(stay.inbound().capacity());
        });
        assertEquals(0, client.invoke(OP, params.build()));
        assertEquals(496 + 30 * 8, size.get());
    }

    @ParameterizedTest
    @EnumSource(
            value = Type.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UBUF_INPUT", "UBUF_OUTPUT", "OBJREF_INPUT", "OBJREF_OUTPUT"})
    @DisplayName("INV-1, OBJ-3: parameters of other types are refused, on release too")
    void otherTypes(Type type) throws Exception {
        long object = client.newObject(0x10);
        for (int op : new int[] {OP, Wire.OP_RELEASE}) {
            TeeParams params = new Params().in("01").of(type).build();
            TeeException refused = assertThrows(TeeException.class, () -> client.invoke(object, op, params));
            assertEquals(Errno.EINVAL, refused.errno().orElseThrow());
        }
        device.releaseAll();
        assertEquals(List.of(), device.world.otherReleases());
    }

    @Test
    @DisplayName("MSG-1: a message of exactly 4 MiB passes, one more byte is refused")
    void largestMessage() throws Exception {
        AtomicInteger size = new AtomicInteger();
        device.world.on(OP, stay -> size.set(stay.inbound().capacity()));
        assertEquals(
                0, client.invoke(OP, new Params().in(new byte[LARGEST_PAYLOAD]).build()));
        assertEquals(4 << 20, size.get());
        assertEquals(
                0,
                client.invoke(OP, new Params().out(LARGEST_PAYLOAD - 16).out(8).build()));
        assertEquals(4 << 20, size.get());
        for (TeeParams tooLarge : new TeeParams[] {
            new Params().in(new byte[LARGEST_PAYLOAD + 1]).build(),
            new Params().out(LARGEST_PAYLOAD - 16).out(9).build()
        }) {
            TeeException refused = assertThrows(TeeException.class, () -> client.invoke(OP, tooLarge));
            assertEquals(TeeResult.MAXDATA, refused.result());
            assertEquals(Errno.EINVAL, refused.errno().orElseThrow());
        }
    }

    @Test
    @DisplayName("ERM-18, TRAP-28: sizes that would wrap are refused, alone and in sum")
    void wrappingSizes() throws Exception {
        for (int size : new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE - 7, -1, -8, Integer.MIN_VALUE}) {
            TeeParams one = new TeeParams(1);
            one.add().buffer(Type.UBUF_OUTPUT, new byte[0], 0, size);
            TeeParams fifteen = new TeeParams(15);
            for (int i = 0; i < 15; i++) {
                fifteen.add().buffer(Type.UBUF_OUTPUT, new byte[0], 0, size);
            }
            for (TeeParams params : new TeeParams[] {one, fifteen}) {
                TeeException refused =
                        assertThrows(TeeException.class, () -> client.invoke(OP, params), "size " + size);
                assertEquals(Errno.EINVAL, refused.errno().orElseThrow());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0x10000, 0x1ffff, Integer.MIN_VALUE, Wire.OP_RETAIN})
    @DisplayName("INV-3, TRAP-8: operations of the transport are refused before anything is created")
    void refusedOperations(int op) throws Exception {
        TeeException refused = assertThrows(
                TeeException.class, () -> client.invoke(op, new Params().user(5).build()));
        assertEquals(Errno.EINVAL, refused.errno().orElseThrow());
        assertEquals(1, client.host.references());
    }

    @Test
    @DisplayName("INV-3: the largest operation that is a client's passes")
    void largestOperation() throws Exception {
        device.world.on(0xfffd, stay -> {});
        assertEquals(0, client.invoke(0xfffd, Params.none()));
    }

    @Test
    @DisplayName("INV-8: whether QTEE owns the objects is told by the parameters, also after an early refusal")
    void handedOver() throws Exception {
        device.world.on(OP, stay -> {});
        TeeParams params = new Params().user(5).build();
        assertEquals(0, client.invoke(OP, params));
        assertEquals(true, params.isHandedOver());
        assertThrows(TeeException.class, () -> client.invoke(99, OP, params));
        assertFalse(params.isHandedOver());
    }

    static Stream<Arguments> malformedResponses() {
        return Stream.of(
                malformed("output 0 grows by one", stay -> stay.argument(0, 1, 17)),
                malformed("output 0 has 4 GiB", stay -> stay.argument(0, 1, -1)),
                malformed("output 0 has 2 GiB", stay -> stay.argument(0, 1, Integer.MIN_VALUE)),
                malformed("output 1 grows", stay -> stay.argument(1, 1, 9)),
                malformed("output 0 moves into the header", stay -> stay.argument(0, 0, 0)),
                malformed("output 0 moves to another", stay -> stay.argument(0, 0, stay.argument(1, 0))),
                malformed("output 0 moves behind the end", stay -> stay.argument(0, 0, 1 << 20)),
                malformed("output 0 is not aligned", stay -> stay.argument(0, 0, stay.argument(0, 0) + 1)),
                malformed("output 0 has offset 0xffffffff", stay -> stay.argument(0, 0, -1)),
                malformed("the root object comes", stay -> stay.argument(3, 0, 1)),
                malformed("the primordial object comes", stay -> stay.argument(3, 0, 0x80000000)),
                malformed("an unknown object of the normal world comes", stay -> stay.argument(3, 0, 0x80000099)),
                malformed("the last id comes", stay -> stay.argument(3, 0, -1)));
    }

    private static Arguments malformed(String what, SecureWorld.Step step) {
        return Arguments.of(what, step);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedResponses")
    @DisplayName("INV-9, ERM-5, TRAP-2, TRAP-32: a malformed response is UNAVAIL, gives its objects back and changes no"
            + " parameter")
    void malformedResponse(String what, SecureWorld.Step step) throws Exception {
        device.world.on(OP, stay -> {
            stay.inbound().put(stay.argument(0, 0), Hex.bytes("ffffffff"));
            stay.argument(2, 0, 0x41);
            stay.argument(3, 0, 0x42);
            stay.argument(4, 0, 0x43);
            step.run(stay);
        });
        TeeParams params =
                new Params().out(16).out(8).objectOut().objectOut().objectOut().build();
        assertEquals(TeeResult.UNAVAIL.code(), client.invoke(OP, params));
        assertEquals("00 ".repeat(16).trim(), Params.hex(params.get(0)));
        assertEquals(8, params.get(1).size());
        for (int i = 2; i <= 4; i++) {
            assertEquals(-1, params.get(i).objectId());
        }
        assertEquals(0x41, device.world.nextRelease());
        if (what.startsWith("output")) {
            assertEquals(0x42, device.world.nextRelease());
        }
        assertEquals(0x43, device.world.nextRelease());
        assertEquals(0, client.context.objects().table().size());
    }

    @Test
    @DisplayName("INV-9, CBO-7: an object of another context is refused, with all that came with it")
    void foreignObject() throws Exception {
        int name = device.open().export(7);
        device.world.on(OP, stay -> {
            stay.argument(0, 0, 0x41);
            stay.argument(1, 0, name);
        });
        TeeParams params = new Params().objectOut().objectOut().build();
        assertEquals(TeeResult.UNAVAIL.code(), client.invoke(OP, params));
        assertEquals(-1, params.get(0).objectId());
        assertEquals(0x41, device.world.nextRelease());
        assertEquals(0, client.context.objects().table().size());
    }

    @Test
    @DisplayName("INV-9, ERM-7: objects are given back if an output cannot be written, and nobody else gets them")
    void outputThatCannotBeWritten() throws Exception {
        device.world.on(OP, stay -> stay.argument(1, 0, 0x41));
        TeeParams readOnly = new Params()
                .out(ByteBuffer.allocate(8).asReadOnlyBuffer())
                .objectOut()
                .build();
        assertThrows(ReadOnlyBufferException.class, () -> client.invoke(OP, readOnly));
        assertEquals(0x41, device.world.nextRelease());
        assertEquals(0, client.context.objects().table().size());
        client.invoke(client.newObject(0x42), Wire.OP_RELEASE, Params.none());
        assertEquals(0x42, device.world.nextRelease());
    }
}
