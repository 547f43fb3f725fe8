// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.service;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.trusted.TrustedClient;

/**
 * Credentials as they come from the normal world: one CBOR map (RFC 8949) from unsigned numbers to unsigned numbers,
 * texts or byte strings, of definite lengths and with nothing behind it. Numbers may be longer than they need to be, as
 * some encoders write them.
 */
public final class CredentialsMap {

    private static final long UID = 1;
    private static final long PACKAGE_NAME = 3;
    private static final int MAX_ENTRIES = 32;

    private static final int UNSIGNED = 0;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int MAP = 5;

    private final ByteBuffer in;
    private final Map<Long, Object> values = new HashMap<>();
    /** Major type of the item whose head was read last. */
    private int type;

    private CredentialsMap(ByteBuffer in) {
        this.in = in;
    }

    /** Parses from position to limit. */
    public static CredentialsMap parse(ByteBuffer cbor) throws TeeException {
        CredentialsMap map = new CredentialsMap(cbor.duplicate().order(ByteOrder.BIG_ENDIAN));
        map.readMap();
        return map;
    }

    /** The client that these credentials name. */
    public TrustedClient client() throws TeeException {
        if (!(values.get(UID) instanceof Long uid)) {
            throw invalid("there is no uid");
        }
        Object packageName = values.getOrDefault(PACKAGE_NAME, "");
        if (!(packageName instanceof String text)) {
            throw invalid("the package name is no text");
        }
        return new TrustedClient(uid, text);
    }

    /** Decodes what remains of {@code bytes} as UTF-8. */
    static String text(ByteBuffer bytes) throws TeeException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw invalid("a text is not UTF-8");
        }
    }

    private void readMap() throws TeeException {
        long entries = readHead();
        if (type != MAP || entries > MAX_ENTRIES) {
            throw invalid("they are no map of at most " + MAX_ENTRIES + " entries");
        }
        for (long i = 0; i < entries; i++) {
            long key = readHead();
            if (type != UNSIGNED) {
                throw invalid("a key is no number");
            }
            if (values.put(key, readValue()) != null) {
                throw invalid("key " + key + " stands there twice");
            }
        }
        if (in.hasRemaining()) {
            throw invalid(in.remaining() + " bytes follow the map");
        }
    }

    private Object readValue() throws TeeException {
        long head = readHead();
        return switch (type) {
            case UNSIGNED -> head;
            case BYTES -> readBytes(head);
            case TEXT -> text(readBytes(head));
            default -> throw invalid("a value is neither a number nor a string");
        };
    }

    private ByteBuffer readBytes(long length) throws TeeException {
        requireRemaining(length);
        ByteBuffer bytes = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        return bytes;
    }

    /** Reads major type and argument of the next item; arguments above 2^63 are refused. */
    private long readHead() throws TeeException {
        requireRemaining(1);
        int initial = in.get() & 0xff;
        type = initial >> 5;
        int info = initial & 0x1f;
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw invalid("lengths must be definite");
        }
        int size = 1 << info - 24;
        requireRemaining(size);
        long value = switch (size) {
            case 1 -> in.get() & 0xffL;
            case 2 -> in.getShort() & 0xffffL;
            case 4 -> in.getInt() & 0xffff_ffffL;
            default -> in.getLong();
        };
        if (value < 0) {
            throw invalid("a number is out of range");
        }
        return value;
    }

    private void requireRemaining(long length) throws TeeException {
        if (length > in.remaining()) {
            throw invalid("they end in the middle of an item");
        }
    }

    private static TeeException invalid(String what) {
        return new TeeException(TeeResult.INVALID, "credentials: " + what);
    }
}
