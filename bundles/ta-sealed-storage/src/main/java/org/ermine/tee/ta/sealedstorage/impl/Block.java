// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.impl;

/**
 * What a sealed block is.
 *
 * @param kind what it holds
 * @param version of which version it is a part
 * @param number which part: the chunk's number, or the index slot
 * @param last whether it is the last part
 * @param length bytes of plaintext
 */
record Block(Kind kind, ObjectVersion version, int number, boolean last, int length) {

    /** What a block holds. */
    enum Kind {
        INDEX,
        CHUNK
    }

    static Block index(ObjectVersion version, int slot, int length) {
        return new Block(Kind.INDEX, version, slot, true, length);
    }

    static Block chunk(ObjectVersion version, int number, boolean last, int length) {
        return new Block(Kind.CHUNK, version, number, last, length);
    }

    /** The bytes that a block with so much plaintext takes when it is sealed. */
    static int storedSize(int length) {
        return BlockHeader.SIZE + length + BlockCipher.TAG_SIZE;
    }
}
