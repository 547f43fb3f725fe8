// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * What the TA tells who keeps the store of one object.
 *
 * @param key what the TA knows it by
 * @param drawer where it is
 * @param name in its drawer
 * @param description what its client says of it
 * @param association what has to be said again by whoever wants to read it, as a digest
 */
public record StoredObject(
        byte[] key, String drawer, String name, long size, Instant created, byte[] description, byte[] association) {

    private static final char SEPARATOR = 0;

    /** @throws java.nio.BufferUnderflowException if it is cut off */
    public static StoredObject read(ByteBuffer page) {
        long size = page.getLong();
        Instant created = Instant.ofEpochMilli(page.getLong());
        byte[] key = bytes(page);
        String text = new String(key, StandardCharsets.UTF_8);
        int separator = text.indexOf(SEPARATOR);
        String drawer = text.substring(0, Math.max(0, separator));
        return new StoredObject(key, drawer, text.substring(separator + 1), size, created, bytes(page), bytes(page));
    }

    /** For messages. */
    public NamedObject named() {
        return new NamedObject(drawer, name);
    }

    private static byte[] bytes(ByteBuffer page) {
        byte[] bytes = new byte[Short.toUnsignedInt(page.getShort())];
        page.get(bytes);
        return bytes;
    }
}
