// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.ta.sealedstorage.blocks;

/**
 * What a sealed block is.
 *
 * @param kind what it holds
 * @param version of which version it is a part
 * @param number which part: the chunk's number, the node's in its file, or the slot of a former index
 * @param last whether it is the last part
 * @param length bytes of plaintext
 */
public record Block(Kind kind, ObjectVersion version, int number, boolean last, int length) {

    /** What a block holds. */
    public enum Kind {
        /** All of an index, in the former format. */
        INDEX,
        CHUNK,
        /** A node of the index. */
        NODE
    }

    public static Block node(ObjectVersion version, int number, int length) {
        return new Block(Kind.NODE, version, number, false, length);
    }

    public static Block chunk(ObjectVersion version, int number, boolean last, int length) {
        return new Block(Kind.CHUNK, version, number, last, length);
    }

    /** The bytes that a block with so much plaintext takes when it is sealed. */
    public static int storedSize(int length) {
        return BlockHeader.SIZE + length + BlockCipher.TAG_SIZE;
    }
}
