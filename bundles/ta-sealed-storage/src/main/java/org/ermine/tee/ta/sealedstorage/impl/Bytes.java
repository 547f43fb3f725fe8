// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A sequence of bytes, equal by content. Immutable. */
final class Bytes {

    static final Bytes NONE = new Bytes(new byte[0]);

    private final byte[] content;

    /** @param content is not changed by anybody from now on */
    private Bytes(byte[] content) {
        this.content = content;
    }

    static Bytes of(byte[] content) {
        return new Bytes(content.clone());
    }

    /** The next bytes of a buffer. */
    static Bytes read(ByteBuffer from, int size) {
        byte[] content = new byte[size];
        from.get(content);
        return new Bytes(content);
    }

    int size() {
        return content.length;
    }

    boolean isEmpty() {
        return content.length == 0;
    }

    void write(ByteBuffer to) {
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
