// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.rights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.core.support.Owner;

/**
 * Tells the TEE which bundle owns a context: Qualcomm's IIO interface over a CBOR map (canonical: RFC 8949, section
 * 4.2) of the bundle's id, its symbolic name, and the time when the context was opened. Immutable.
 */
public final class Credentials implements CallbackObject {

    static final int OP_GET_LENGTH = 0;
    static final int OP_READ_AT_OFFSET = 1;

    static final TeeResult OFFSET_OUT_OF_BOUNDS = TeeResult.of(10);
    static final TeeResult INVALID_BUFFER_AND_OFFSET = TeeResult.of(12);

    private static final int KEY_UID = 1;
    private static final int KEY_PACKAGE_NAME = 3;
    private static final int KEY_SYSTEM_TIME = 6;

    private final Owner owner;
    private final byte[] map;

    /** @param time in milliseconds since 1970 */
    public Credentials(Owner owner, long time) {
        this.owner = owner;
        byte[] name = owner.symbolicName().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream cbor = new ByteArrayOutputStream();
        head(cbor, Major.MAP, 3);
        head(cbor, Major.UNSIGNED, KEY_UID);
        head(cbor, Major.UNSIGNED, owner.bundleId());
        head(cbor, Major.UNSIGNED, KEY_PACKAGE_NAME);
        head(cbor, Major.TEXT, name.length);
        cbor.writeBytes(name);
        head(cbor, Major.UNSIGNED, KEY_SYSTEM_TIME);
        head(cbor, Major.UNSIGNED, time);
        map = cbor.toByteArray();
    }

    /** Whether these are the credentials of this owner. */
    boolean areOf(Owner other) {
        return owner.equals(other);
    }

    @Override
    public void dispatch(int op, IncomingArguments arguments) throws TeeException {
        switch (op) {
            case OP_GET_LENGTH -> getLength(arguments);
            case OP_READ_AT_OFFSET -> readAtOffset(arguments);
            default -> throw new TeeException(TeeResult.INVALID, "credentials have no operation " + op);
        }
    }

    private void getLength(IncomingArguments arguments) throws TeeException {
        arguments.expect(0, 1, 0, 0);
        ByteBuffer length = arguments.output(0);
        if (length.remaining() < Long.BYTES) {
            throw new TeeException(
                    TeeResult.SIZE_OUT, "the length of credentials takes 8 bytes, not " + length.remaining());
        }
        length.putLong(map.length);
    }

    private void readAtOffset(IncomingArguments arguments) throws TeeException {
        arguments.expect(1, 1, 0, 0);
        ByteBuffer input = arguments.input(0);
        if (input.remaining() != Long.BYTES) {
            throw new TeeException(TeeResult.SIZE_IN, "an offset has 8 bytes, not " + input.remaining());
        }
        long offset = input.getLong();
        if (Long.compareUnsigned(offset, map.length) >= 0) {
            throw new TeeException(
                    OFFSET_OUT_OF_BOUNDS, "offset " + Long.toUnsignedString(offset) + " of " + map.length);
        }
        ByteBuffer data = arguments.output(0);
        if (!data.hasRemaining()) {
            throw new TeeException(INVALID_BUFFER_AND_OFFSET, "no room for what stands at offset " + offset);
        }
        data.put(map, (int) offset, Math.min(data.remaining(), map.length - (int) offset));
    }

    /** The major types of CBOR that are needed here. */
    private enum Major {
        UNSIGNED(0),
        TEXT(3),
        MAP(5);

        private final int bits;

        Major(int type) {
            this.bits = type << 5;
        }
    }

    /** Writes the head of a data item: its type, and the shortest form of a number, which must not be negative. */
    private static void head(ByteArrayOutputStream cbor, Major major, long number) {
        if (number < 24) {
            cbor.write(major.bits | (int) number);
        } else if (number < 1L << 8) {
            head(cbor, major, 24, number, Byte.BYTES);
        } else if (number < 1L << 16) {
            head(cbor, major, 25, number, Short.BYTES);
        } else if (number < 1L << 32) {
            head(cbor, major, 26, number, Integer.BYTES);
        } else {
            head(cbor, major, 27, number, Long.BYTES);
        }
    }

    private static void head(ByteArrayOutputStream cbor, Major major, int form, long number, int bytes) {
        cbor.write(major.bits | form);
        byte[] all = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.BIG_ENDIAN)
                .putLong(number)
                .array();
        cbor.write(all, Long.BYTES - bytes, bytes);
    }
}
