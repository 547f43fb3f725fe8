// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A message in a buffer: a header that ends with target, operation and counts, an argument of eight bytes each, then
 * the payload.
 * The secure world's own notion of the format, which shares nothing with that of the backend. Used by one thread.
 */
final class ForeignLayout {

    /** Of a message to the secure world: target, operation, counts. */
    static final int INBOUND_HEADER = 12;
    /** Of a message from there: a result in front of the same. */
    static final int OUTBOUND_HEADER = 16;

    static final int RELEASE = 0xffff;
    static final int RETAIN = 0xfffe;
    static final int PRIMORDIAL = 0x80000000;

    private static final int ARGUMENT = 8;

    private final ByteBuffer buffer;
    private final int header;

    ForeignLayout(ByteBuffer buffer, int header) {
        this.buffer = buffer;
        this.header = header;
    }

    static int rounded(int size) {
        return size + 7 & ~7;
    }

    static boolean isNormalWorld(int id) {
        return id < 0;
    }

    int target() {
        return buffer.getInt(header - 12);
    }

    int op() {
        return buffer.getInt(header - 8) & 0xffff;
    }

    int counts() {
        return buffer.getInt(header - 4);
    }

    private int argument(int index) {
        return header + ARGUMENT * index;
    }

    int word(int index) {
        return buffer.getInt(argument(index));
    }

    void word(int index, int value) {
        buffer.putInt(argument(index), value);
    }

    int size(int index) {
        return buffer.getInt(argument(index) + 4);
    }

    void size(int index, int value) {
        buffer.putInt(argument(index) + 4, value);
    }

    /** Where the payload starts. */
    int payload(ForeignMessage message) {
        return rounded(argument(message.arguments()));
    }

    /** Where the message ends, by the sizes of its buffers. */
    int end(ForeignMessage message) {
        int end = payload(message);
        for (byte[] input : message.inputs()) {
            end += rounded(input.length);
        }
        for (int room : message.room()) {
            end += rounded(room);
        }
        return end;
    }

    void header(int target, int op, int counts) {
        buffer.putInt(header - 12, target);
        buffer.putInt(header - 8, op);
        buffer.putInt(header - 4, counts);
    }

    byte[] bytes(int offset, int size) {
        byte[] bytes = new byte[size];
        buffer.get(offset, bytes);
        return bytes;
    }

    void bytes(int offset, byte[] content) {
        buffer.put(offset, content);
    }

    /** A message to the secure world has to look like this: no freedom is left to its writer. */
    void requireCanonical(ForeignMessage message) {
        requireEqual(message.op(), op(), "operation");
        requireEqual(message.counts(), counts(), "counts");
        int at = payload(message);
        int index = 0;
        for (byte[] input : message.inputs()) {
            requireBuffer(index++, at, input);
            at += rounded(input.length);
        }
        for (int room : message.room()) {
            requireBuffer(index++, at, new byte[room]);
            at += rounded(room);
        }
    }

    private void requireBuffer(int index, int offset, byte[] content) {
        requireEqual(offset, word(index), "offset of buffer " + index);
        requireEqual(content.length, size(index), "size of buffer " + index);
        byte[] padded = Arrays.copyOf(content, rounded(content.length));
        if (!Arrays.equals(padded, bytes(offset, padded.length))) {
            throw new AssertionError("buffer " + index + " arrives with other bytes");
        }
    }

    void requireZeros(int from) {
        for (int i = from; i < buffer.capacity(); i++) {
            if (buffer.get(i) != 0) {
                throw new AssertionError("byte " + i + " is garbage");
            }
        }
    }

    /**
     * Writes one asynchronous release.
     *
     * @return where the next may follow
     */
    int release(int at, int version, List<Integer> ids) {
        buffer.putInt(at, version);
        buffer.putInt(at + 4, RELEASE);
        buffer.putInt(at + 8, ids.size());
        for (int i = 0; i < ids.size(); i++) {
            buffer.putInt(at + 12 + 4 * i, ids.get(i));
        }
        return rounded(at + 12 + 4 * ids.size());
    }

    static void requireEqual(long expected, long actual, String what) {
        if (expected != actual) {
            throw new AssertionError(what + ": " + actual + ", not " + expected);
        }
    }
}
