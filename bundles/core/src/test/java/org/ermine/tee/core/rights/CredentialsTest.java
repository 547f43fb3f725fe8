// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.rights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.fakes.DirectArguments;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CredentialsTest {

    /** One input and one output, or less. */
    private static DirectArguments call(ByteBuffer in, ByteBuffer out) {
        DirectArguments arguments = new DirectArguments();
        if (in != null) {
            arguments.in(in);
        }
        return out == null ? arguments : arguments.out(out);
    }

    private static final Owner OWNER = new Owner(17, "com.example", "1.0.0");
    // Map of 3: 1, the bundle: 17; 3, its name: a text of 11 bytes; 6, the time: a number of 64 bits.
    private static final String MAP = "a3" + "0111" + "03" + "6b" + hex("com.example") + "06" + "1b0000019000000001";

    private final CallbackObject credentials = new Credentials(OWNER, 0x19000000001L);

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ByteBuffer offset(long offset) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(offset)
                .flip();
    }

    private String read(long offset, int room) throws TeeException {
        return read(credentials, offset, room);
    }

    private static String read(CallbackObject from, long offset, int room) throws TeeException {
        DirectArguments arguments = new DirectArguments().in(offset(offset)).out(room);
        from.dispatch(1, arguments);
        ByteBuffer written = arguments.output(0).flip();
        byte[] bytes = new byte[written.limit()];
        written.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void assertResult(int code, int op, ByteBuffer in, ByteBuffer out) {
        TeeException e = assertThrows(TeeException.class, () -> credentials.dispatch(op, call(in, out)));
        assertEquals(TeeResult.of(code), e.result(), e.getMessage());
    }

    @Test
    @DisplayName("ERM-16: the credentials are canonical CBOR of bundle id, symbolic name and time")
    void theMapSaysWhoTheOwnerIs() throws TeeException {
        DirectArguments length = new DirectArguments().out(8);
        credentials.dispatch(0, length);
        assertEquals(MAP.length() / 2, length.output(0).getLong(0));
        assertEquals(MAP, read(0, 100));
    }

    @Test
    void numbersTakeTheirShortestForm() throws TeeException {
        // Map of 3; 1: the number of the bundle; 3: an empty text; 6: the time, one byte, then two, four and eight.
        assertEquals("a301170360060" + "0", map(23, 0));
        assertEquals("a3011818036006" + "18ff", map(24, 255));
        assertEquals("a301190100036006" + "19ffff", map(256, 65535));
        assertEquals("a3011a00010000036006" + "1affffffff", map(65536, 0xffffffffL));
        assertEquals("a3011b0000000100000000036006" + "1b7fffffffffffffff", map(1L << 32, Long.MAX_VALUE));
    }

    private static String map(long bundleId, long time) throws TeeException {
        return read(new Credentials(new Owner(bundleId, "", ""), time), 0, 100);
    }

    @Test
    void itIsReadInPieces() throws TeeException {
        assertEquals(MAP.substring(4, 10), read(2, 3));
        assertEquals(MAP.substring(MAP.length() - 2), read(MAP.length() / 2 - 1, 3));
    }

    @Test
    @DisplayName("TRAP-33: offset and sizes are checked before use")
    void offsetsAndSizesAreChecked() {
        ByteBuffer room = ByteBuffer.allocate(4);
        assertResult(10, 1, offset(MAP.length() / 2), room);
        assertResult(10, 1, offset(-1), room);
        assertResult(10, 1, offset(Long.MIN_VALUE), room);
        assertResult(10, 1, offset(1L << 32), room);
        assertResult(3, 1, ByteBuffer.allocate(7), room);
        assertResult(3, 1, ByteBuffer.allocate(9), room);
        assertResult(3, 1, ByteBuffer.allocate(0), room);
        assertResult(12, 1, offset(0), ByteBuffer.allocate(0));
        assertResult(4, 0, null, ByteBuffer.allocate(7));
        assertResult(2, 0, offset(0), room);
        assertResult(2, 1, null, room);
        assertResult(2, 1, offset(0), null);
    }

    @Test
    void nobodyCanWriteThem() {
        assertResult(2, 2, offset(0), null);
        assertResult(2, 3, null, null);
    }
}
