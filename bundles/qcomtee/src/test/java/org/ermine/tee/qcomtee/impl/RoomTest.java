// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.ermine.tee.TeeException;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What QTEE finds in the rooms of outputs, in memory that was used for earlier messages. */
@Timeout(20)
class RoomTest {

    private static final int OP = 0x2a;
    private static final int LARGE = 64 << 10;
    private static final byte SECRET = 0x5a;

    private final TestDevice device = new TestDevice();
    private TestDevice.Client one;
    private TestDevice.Client two;

    /** Where the last message was. */
    private long address;
    /** How many of which bytes there were from the end of the inputs to the end of the message. */
    private final Map<Byte, Integer> found = new TreeMap<>();

    @BeforeEach
    void open() throws TeeException {
        one = device.open();
        two = device.open();
        device.world.on(OP, stay -> {
            address = stay.addresses().get(0);
            ByteBuffer message = stay.inbound();
            found.clear();
            for (int at = stay.argument(1, 0); at < message.capacity(); at++) {
                found.merge(message.get(at), 1, Integer::sum);
                message.put(at, SECRET);
            }
        });
    }

    @AfterEach
    void close() throws InterruptedException {
        device.close();
    }

    private static TeeParams params(int in, int... out) {
        byte[] input = new byte[in];
        Arrays.fill(input, SECRET);
        Params params = new Params().in(input);
        for (int size : out) {
            params.out(size);
        }
        return params.build();
    }

    private long invoke(TestDevice.Client client, int in, int... out) throws TeeException {
        assertEquals(0, client.invoke(OP, params(in, out)));
        return address;
    }

    @ParameterizedTest(name = "{0} bytes in and {1} out, then {2} in and {3} out of another, {4} and {5}")
    @CsvSource({
        "200000, 200000, 8, 300000, 8, 8",
        "8, 400000, 8, 400000, 8, 8",
        "390000, 8, 8, 390000, 8, 400000",
        "8, 300000, 300000, 8, 8, 300000",
        "8, 63000, 8, 63000, 8, 64000",
        "500000, 8, 270000, 8, 8, 520000",
        "8, 520000, 8, 270000, 520000, 8"
    })
    @DisplayName("MSG-2: given memory that another context used, then no byte of that is in the rooms of outputs")
    void ofAnother(int in, int out, int nextIn, int nextOut, int lastIn, int lastOut) throws Exception {
        long before = invoke(one, in, out);
        assertEquals(before, invoke(two, nextIn, nextOut), "the premise: memory is used again");
        assertEquals(0, found.getOrDefault(SECRET, 0));
        invoke(one, lastIn, lastOut);
        invoke(one, nextIn, nextOut);
        invoke(two, lastIn, lastOut);
        assertEquals(0, found.getOrDefault(SECRET, 0));
    }

    @Test
    @DisplayName("MSG-2: given a large message of another context after a smaller one of this, then all of its room is"
            + " clear")
    void smallerOneBefore() throws Exception {
        long before = invoke(one, 8, 520_000);
        assertEquals(before, invoke(two, 8, 270_000), "the premise: memory is used again");
        assertEquals(before, invoke(two, 8, 520_000), "the premise: memory is used again");
        assertEquals(Map.of(SECRET, 270_000, (byte) 0, 250_000), found, "its own bytes, and zeroes");
    }

    @Test
    @DisplayName(
            "MSG-2: given memory that the same context used, then rooms of less than 64 KiB and all padding are clear")
    void ofTheSame() throws Exception {
        long before = invoke(one, 8, LARGE, LARGE - 1, LARGE + 1);
        assertEquals(before, invoke(one, 8, LARGE, LARGE - 1, LARGE + 1), "the premise: memory is used again");
        assertEquals(Map.of(SECRET, LARGE + LARGE + 1, (byte) 0, LARGE + 7), found);
    }

    @Test
    @DisplayName("MSG-2: given a message of another context that could not be written to its end, then no byte of it is"
            + " found")
    void notWritten() throws Exception {
        long before = invoke(one, 8, 400_000);
        byte[] foreign = new byte[300_000];
        Arrays.fill(foreign, (byte) 0x33);
        ByteBuffer shrinking = ByteBuffer.allocate(100_000);
        TeeParams broken = new Params().in(foreign).build();
        broken.add().buffer(TeeParam.Type.UBUF_INPUT, shrinking, 0, shrinking.capacity());
        shrinking.limit(0);
        assertThrows(IndexOutOfBoundsException.class, () -> two.invoke(OP, broken));
        assertEquals(before, invoke(one, 8, 400_000), "the premise: memory is used again");
        assertEquals(Map.of((byte) 0, 400_000), found);
    }
}
