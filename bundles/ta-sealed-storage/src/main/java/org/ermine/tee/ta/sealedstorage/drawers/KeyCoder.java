// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.drawers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes or reads the keys of one node, in their order: of each how many bytes of UTF-8 it begins with as the one
 * before does, u8, how many others it has, u16, and these. Used once, by one thread.
 */
public final class KeyCoder {

    private static final int HEAD_SIZE = 1 + 2;
    private static final int MOST_SHARED = 255;

    private byte[] before = {};

    /** How many bytes the next key takes. */
    public int size(String key) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        int shared = shared(utf8);
        before = utf8;
        return HEAD_SIZE + utf8.length - shared;
    }

    public void write(ByteBuffer room, String key) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        int shared = shared(utf8);
        before = utf8;
        room.put((byte) shared).putShort((short) (utf8.length - shared));
        room.put(utf8, shared, utf8.length - shared);
    }

    private int shared(byte[] utf8) {
        int different = Arrays.mismatch(before, utf8);
        return Math.min(different < 0 ? utf8.length : different, MOST_SHARED);
    }

    /** @throws java.nio.BufferUnderflowException if it is cut off */
    public String read(ByteBuffer bytes) {
        int shared = Math.min(Byte.toUnsignedInt(bytes.get()), before.length);
        int others = Short.toUnsignedInt(bytes.getShort());
        byte[] utf8 = Arrays.copyOf(before, shared + others);
        bytes.get(utf8, shared, others);
        before = utf8;
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
