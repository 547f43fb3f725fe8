// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ermine.tee.TeeException;
import org.ermine.tee.qcomtee.message.Wire;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two parts of one message that name the same object, so that it matters which of them is read first. */
@Timeout(20)
class SameMessageTest {

    private static final int OP = 0x2a;
    private static final int UNAVAIL = -96;
    private static final long CALLBACK_OBJECT = 7;
    private static final String MAP =
            "00000000 00000080 00000000 10110000 28000000 18000000 %s 00000000 00000000 00000000";
    private static final String ROOM = "00".repeat(24);

    private TestDevice device;
    private TestDevice.Client client;
    private long memory;

    /** What QTEE returns. */
    private enum Returned {
        CALLBACK,
        MEMORY,
        /** What QTEE got when it mapped the memory: an object of its own. */
        MAPPING
    }

    /** The moment at which QTEE got it. */
    private enum Since {
        THIS_INVOCATION,
        AN_EARLIER_ONE
    }

    @BeforeEach
    void open() throws Exception {
        device = new TestDevice();
        client = device.open();
        memory = client.host.add(device.memory.allocate(4096));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        client.host.free(memory);
        device.close();
        assertEquals(0, device.memory.statistics().regions, "memory that is still held");
    }

    static Stream<Arguments> returned() {
        return Stream.of(Returned.values())
                .flatMap(what -> Stream.of(Since.values())
                        .flatMap(since -> IntStream.of(1, 2).mapToObj(times -> Arguments.of(what, since, times))));
    }

    @ParameterizedTest(name = "{0}, held since {1}, in {2} outputs")
    @MethodSource("returned")
    @DisplayName(
            "MSG-8, CBO-10: given an object of the client, when QTEE returns it and lets it go in one message, then it"
                    + " arrives as itself and its release follows once")
    void returnedAndReleased(Returned what, Since since, int times) throws Exception {
        List<Integer> names = new ArrayList<>();
        SecureWorld.Step end = stay -> {
            stay.clear();
            int firstOutput = since == Since.THIS_INVOCATION ? 1 : 0;
            for (int i = 0; i < times; i++) {
                stay.argument(firstOutput + i, 0, names.get(names.size() - 1));
            }
            stay.write(0, releaseOf(names));
        };
        TeeParams params = since == Since.THIS_INVOCATION
                ? giveAnd(what, names, end, outputs(input(what), times))
                : giveThen(what, names, end, outputs(new Params(), times));
        for (int i = params.count() - times; i < params.count(); i++) {
            assertEquals(
                    what == Returned.CALLBACK ? CALLBACK_OBJECT : memory,
                    params.get(i).objectId());
            assertEquals(
                    what == Returned.CALLBACK ? TeeParam.FLAG_USER : TeeParam.FLAG_MEM,
                    params.get(i).objectFlags());
        }
        assertEquals(0, client.drain(), "releases before the client has looked at its parameters");
        params.clear();
        assertEquals(what == Returned.CALLBACK ? 1 : 0, client.drain(), "releases that the client was told of");
        assertEquals(1, client.host.references());
        assertEquals(0, device.releaseExports(), "objects that QTEE still holds");
    }

    private Params input(Returned what) {
        return what == Returned.CALLBACK ? new Params().user(CALLBACK_OBJECT) : new Params().memory(memory);
    }

    private static TeeParams outputs(Params params, int times) {
        for (int i = 0; i < times; i++) {
            params.objectOut();
        }
        return params.build();
    }

    private TeeParams giveAnd(Returned what, List<Integer> names, SecureWorld.Step end, TeeParams params)
            throws TeeException {
        SecureWorld.Step map = stay -> {
            names.add(stay.argument(0, 0));
            stay.callback(String.format(MAP, wire(names.get(0))));
        };
        SecureWorld.Step noteMapping = stay -> names.add(stay.outbound().getInt(32));
        SecureWorld.Step note = stay -> names.add(stay.argument(0, 0));
        if (what == Returned.MAPPING) {
            device.world.on(OP, map, both(noteMapping, end));
        } else {
            device.world.on(OP, both(note, end));
        }
        assertEquals(0, client.invoke(OP, params));
        return params;
    }

    private TeeParams giveThen(Returned what, List<Integer> names, SecureWorld.Step end, TeeParams params)
            throws TeeException {
        giveAnd(what, names, SecureWorld.Stay::clear, input(what).build());
        device.world.on(OP, end);
        assertEquals(0, client.invoke(OP, params));
        return params;
    }

    private static SecureWorld.Step both(SecureWorld.Step first, SecureWorld.Step second) {
        return stay -> {
            first.run(stay);
            second.run(stay);
        };
    }

    /** An asynchronous message that lets these go. */
    private static String releaseOf(List<Integer> names) {
        StringBuilder message = new StringBuilder("02000100 ffff0000").append(wire(names.size()));
        names.forEach(name -> message.append(wire(name)));
        return message.toString();
    }

    private static String wire(int value) {
        return String.format("%08x", Integer.reverseBytes(value));
    }

    @Test
    @DisplayName("MSG-8, INV-9: given an invocation that ends with an error, when releases come with it, then they are"
            + " carried out and its outputs are not looked at")
    void releasedWithAnError() throws Exception {
        int name = client.export(CALLBACK_OBJECT);
        device.world.on(OP, stay -> {
            stay.argument(0, 0, name);
            stay.write(0, releaseOf(List.of(name)));
            stay.finish(10);
        });
        assertEquals(10, client.invoke(OP, new Params().objectOut().build()));
        assertEquals(1, client.drain());
    }

    @Test
    @DisplayName(
            "MSG-8, INV-9: given a return with one output that makes no sense, when it releases the other, then it is"
                    + " UNAVAIL, the release is carried out and told")
    void releasedWithNonsense() throws Exception {
        int name = client.export(CALLBACK_OBJECT);
        device.world.on(OP, stay -> {
            stay.argument(0, 0, 0x80000099);
            stay.argument(1, 0, name);
            stay.write(0, releaseOf(List.of(name)));
        });
        assertEquals(
                UNAVAIL, client.invoke(OP, new Params().objectOut().objectOut().build()));
        assertEquals(1, client.drain());
    }

    @Test
    @DisplayName("MSG-8, OBJ-5, CBO-10: given an object of QTEE that it passes to a callback, when the callback object"
            + " returns it and QTEE returns it to the client, then each reference is one of its own")
    void passedOnAndReturned() throws Exception {
        int target = client.export(CALLBACK_OBJECT);
        int[] returned = new int[1];
        device.world.on(
                OP,
                stay -> stay.callback(
                        // result 0; the target; op 5; counts: 1 input object, 1 output object; input object 0x41;
                        // output object: room
                        "00000000" + wire(target) + "05000000 00110000 41000000 00000000 00000000 00000000"),
                stay -> {
                    returned[0] = stay.outbound().getInt(24);
                    stay.clear();
                    stay.argument(0, 0, 0x41);
                });
        TeeParams params = new Params().objectOut().build();
        Background<Integer> invocation = Background.start(() -> client.invoke(OP, params));
        SupplicantRequest request = client.receive();
        long given = request.params().get(0).objectId();
        request.params().get(1).object(TeeParam.Type.OBJREF_OUTPUT, given, TeeParam.FLAG_TEE);
        client.context.send(request.id(), 0, request.params());
        assertEquals(0, invocation.get());
        assertEquals(0x41, returned[0]);
        client.invoke(given, Wire.OP_RELEASE, Params.none());
        client.invoke(params.get(0).objectId(), Wire.OP_RELEASE, Params.none());
        assertEquals(0x41, device.world.nextRelease());
        assertEquals(0x41, device.world.nextRelease());
        device.releaseAll();
        assertEquals(List.of(), device.world.otherReleases());
        device.releaseExports();
        client.drain();
    }

    static Stream<Arguments> callbacks() {
        return Stream.of(
                // object, op, counts, of each input object its id and an unused word
                Arguments.of("the target", "01000080 05000000 00000000"),
                Arguments.of("an input object", "02000080 05000000 00010000 01000080 00000000"),
                Arguments.of("an explicit RELEASE of the target", "01000080 ffff0000 00000000"),
                Arguments.of("a RETAIN of the target", "01000080 feff0000 00000000"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("callbacks")
    @DisplayName(
            "MSG-8: given a callback, when the release of an object that it names stands behind it, then the release is"
                    + " carried out first and the callback is UNAVAIL")
    void releasedBehindCallback(String what, String callback) throws Exception {
        client.export(CALLBACK_OBJECT);
        client.export(8);
        int[] result = new int[1];
        device.world.on(
                OP,
                stay -> stay.callback("00000000" + callback + padding(callback) + releaseOf(List.of(0x80000001))),
                stay -> {
                    result[0] = stay.callbackResult();
                    stay.clear();
                });
        assertEquals(0, client.invoke(OP, Params.none()));
        assertEquals(UNAVAIL, result[0]);
        assertEquals(1, client.drain());
        assertNull(device.tee.transport().exports().acquire(0x80000001));
        assertEquals(1, device.releaseExports());
        client.drain();
    }

    /** Up to the next multiple of eight behind the header's first word and this. */
    private static String padding(String message) {
        int size = 4 + Hex.bytes(message).length;
        return "00".repeat((8 - size % 8) % 8);
    }

    @Test
    @DisplayName("MSG-8, CBO-10: given a callback that passes an object under one id, when another id of it is released"
            + " behind it, then the object arrives as itself")
    void passedUnderAnotherId() throws Exception {
        int target = client.export(CALLBACK_OBJECT);
        int released = client.export(8);
        int passed = client.export(8);
        device.world.on(
                OP,
                stay -> stay.callback("00000000" + wire(target) + "05000000 00010000" + wire(passed) + "00000000"
                        + releaseOf(List.of(released))),
                stay -> {
                    stay.finish(stay.callbackResult());
                    stay.clear();
                });
        Background<Integer> invocation = Background.start(() -> client.invoke(OP, Params.none()));
        SupplicantRequest first = client.receive();
        assertEquals(8, first.object(), "the release, which was queued first");
        SupplicantRequest request = client.receive();
        assertEquals(8, request.params().get(0).objectId());
        assertEquals(TeeParam.FLAG_USER, request.params().get(0).objectFlags());
        client.context.send(request.id(), 0, request.params());
        assertEquals(0, invocation.get());
        request.params().clear();
        device.releaseExports();
        client.drain();
    }

    static Stream<Arguments> mappings() {
        return Stream.of(Arguments.of("the memory", 0, UNAVAIL), Arguments.of("another mapping of it", 1, 0));
    }

    @ParameterizedTest(name = "{0} is released")
    @MethodSource("mappings")
    @DisplayName(
            "MSG-8, MEM-3, MEM-5: given a request to map memory, when a release stands behind it, then it is carried"
                    + " out first: without the memory there is nothing to map, another mapping does not matter")
    void mappedAndUnmapped(String what, int released, int expected) throws Exception {
        List<Integer> names = new ArrayList<>();
        giveAnd(
                Returned.MAPPING,
                names,
                SecureWorld.Stay::clear,
                input(Returned.MEMORY).build());
        int[] result = new int[1];
        device.world.on(
                OP,
                stay -> stay.callback(
                        String.format(MAP, wire(names.get(0))) + ROOM + releaseOf(List.of(names.get(released)))),
                stay -> {
                    result[0] = stay.callbackResult();
                    stay.clear();
                });
        assertEquals(0, client.invoke(OP, Params.none()));
        assertEquals(expected, result[0]);
        assertEquals(expected == 0 ? 2 : 1, device.releaseExports());
    }

    @Test
    @DisplayName("CBO-3, MSG-8: given a callback object that another one returned to QTEE, when QTEE returns it to the"
            + " client and lets it go in the next message, then it arrives as itself")
    void answeredAndReturned() throws Exception {
        int target = client.export(CALLBACK_OBJECT);
        device.world.on(
                // result 0; the target; op 5; counts: 1 output object; output object: room
                OP, stay -> stay.callback("00000000" + wire(target) + "05000000 00100000 00000000 00000000"), stay -> {
                    int returned = stay.outbound().getInt(16);
                    stay.clear();
                    stay.argument(0, 0, returned);
                    stay.write(0, releaseOf(List.of(returned, target)));
                });
        TeeParams params = new Params().objectOut().build();
        Background<Integer> invocation = Background.start(() -> client.invoke(OP, params));
        SupplicantRequest request = client.receive();
        request.params().get(0).object(TeeParam.Type.OBJREF_OUTPUT, 8, TeeParam.FLAG_USER);
        client.context.send(request.id(), 0, request.params());
        assertEquals(0, invocation.get());
        assertEquals(8, params.get(0).objectId());
        assertEquals(TeeParam.FLAG_USER, params.get(0).objectFlags());
        params.clear();
        assertEquals(2, client.drain());
    }
}
