// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * What a bundle says of an object, as the bytes that the TA keeps of it: none if nothing is said, or u8 1, then of each
 * pair u16 bytes of the key, key, u16 bytes of the value, value, little-endian.
 */
public final class MetadataCodec {

    private static final byte PAIRS = 1;

    private MetadataCodec() {}

    /** @throws IllegalArgumentException if it is too much, or no Unicode text */
    public static byte[] encode(Map<String, String> metadata) {
        if (metadata.isEmpty()) {
            return new byte[0];
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(PAIRS);
        metadata.keySet().forEach(key -> Objects.requireNonNull(key, "a key of metadata"));
        new TreeMap<>(metadata).forEach((key, value) -> {
            write(bytes, key, key);
            write(bytes, key, Objects.requireNonNull(value, () -> "the value of metadata " + ObjectNames.quote(key)));
        });
        if (bytes.size() > SealedStorageProtocol.MAX_DESCRIPTION_BYTES) {
            throw new IllegalArgumentException("metadata takes " + bytes.size() + " bytes, "
                    + SealedStorageProtocol.MAX_DESCRIPTION_BYTES + " are allowed");
        }
        return bytes.toByteArray();
    }

    private static void write(ByteArrayOutputStream bytes, String key, String text) {
        byte[] utf8 = encode(key, text);
        bytes.writeBytes(ByteBuffer.allocate(Short.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) utf8.length)
                .array());
        bytes.writeBytes(utf8);
    }

    private static byte[] encode(String key, String text) {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[utf8.remaining()];
            utf8.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("metadata " + ObjectNames.quote(key) + " is no Unicode text", e);
        }
    }

    /** Empty where somebody else described it, in another way. */
    public static Map<String, String> decode(byte[] description) {
        ByteBuffer bytes = ByteBuffer.wrap(description).order(ByteOrder.LITTLE_ENDIAN);
        if (!bytes.hasRemaining() || bytes.get() != PAIRS) {
            return Map.of();
        }
        try {
            Map<String, String> metadata = new TreeMap<>();
            while (bytes.hasRemaining()) {
                metadata.put(read(bytes), read(bytes));
            }
            return metadata;
        } catch (BufferUnderflowException e) {
            // Nothing that this class wrote: the TA vouches for what was said, not for who said it.
            return Map.of();
        }
    }

    private static String read(ByteBuffer bytes) {
        byte[] utf8 = new byte[Short.toUnsignedInt(bytes.getShort())];
        bytes.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
