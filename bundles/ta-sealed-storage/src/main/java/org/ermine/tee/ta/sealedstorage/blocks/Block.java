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

    /** The least bytes of the file of an object of one chunk: as many as a disk takes for a file anyway. */
    public static final int LEAST_FILE = 4096;

    /** The least plaintext in such a file. */
    private static final int LEAST_CONTENT = LEAST_FILE - storedSize(0);

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

    /**
     * The same as it is stored. What is short is the only chunk of an object, and is followed by zeros that are sealed
     * with it: so all small files have one size, and each can be written over any other.
     */
    public Block padded() {
        boolean only = kind == Kind.CHUNK && number == 0 && last;
        return only && length < LEAST_CONTENT ? chunk(version, number, true, LEAST_CONTENT) : this;
    }

    /** The bytes that a block with so much plaintext takes when it is sealed. */
    public static int storedSize(int length) {
        return BlockHeader.SIZE + length + BlockCipher.TAG_SIZE;
    }

    /** The most bytes of the file of an object that has one chunk, of so much content; in this format exactly. */
    public static int fileSize(int length) {
        return Math.max(LEAST_FILE, storedSize(length));
    }
}
