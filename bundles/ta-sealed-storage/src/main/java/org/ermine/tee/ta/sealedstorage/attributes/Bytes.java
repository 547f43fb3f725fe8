// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.attributes;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A sequence of bytes, equal by content. Immutable. */
public final class Bytes {

    public static final Bytes NONE = new Bytes(new byte[0]);

    private final byte[] content;

    /** @param content is not changed by anybody from now on */
    private Bytes(byte[] content) {
        this.content = content;
    }

    public static Bytes of(byte[] content) {
        return new Bytes(content.clone());
    }

    /** The next bytes of a buffer. */
    public static Bytes read(ByteBuffer from, int size) {
        byte[] content = new byte[size];
        from.get(content);
        return new Bytes(content);
    }

    public int size() {
        return content.length;
    }

    public boolean isEmpty() {
        return content.length == 0;
    }

    public void write(ByteBuffer to) {
        to.put(content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }
}
