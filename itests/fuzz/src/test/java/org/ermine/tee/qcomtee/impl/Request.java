// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.nio.ByteBuffer;

/**
 * A callback request as the format has it, read beside the backend and not by its code: a copy of the outbound buffer,
 * and what the response may change of it.
 */
final class Request {

    static final int SIZE = 4096;
    private static final int HEADER = 16;

    private final byte[] bytes = new byte[SIZE];
    private final ByteBuffer view = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    private int end;
    private boolean valid;

    Request(ByteBuffer outbound) {
        outbound.get(0, bytes);
        end = findEnd();
        valid = end >= 0 && hasGoodBuffers();
        end = end < 0 ? SIZE : end;
    }

    boolean hasSaneCounts() {
        return view.getInt(12) >>> 16 == 0;
    }

    int target() {
        return view.getInt(4);
    }

    int op() {
        return view.getInt(8) & 0xffff;
    }

    int count(int kind) {
        return view.getInt(12) >>> 4 * kind & 0xf;
    }

    int buffers() {
        return count(0) + count(1);
    }

    int arguments() {
        return buffers() + count(2) + count(3);
    }

    private int argument(int index) {
        return HEADER + 8 * index;
    }

    int offset(int buffer) {
        return view.getInt(argument(buffer));
    }

    int size(int buffer) {
        return view.getInt(argument(buffer) + 4);
    }

    int inputObject(int index) {
        return view.getInt(argument(buffers() + index));
    }

    int outputObjectAt(int index) {
        return argument(buffers() + count(2) + index);
    }

    byte at(int index) {
        return bytes[index];
    }

    /** Whether the buffers lie where they may. */
    boolean isValid() {
        return valid;
    }

    /** Whether it only counts references: then nobody looks at its arguments. */
    boolean isReference() {
        return op() >= 0xfffe;
    }

    /** Where asynchronous messages start; the end of the buffer if counts and sizes do not tell it. */
    int end() {
        return end;
    }

    /** -1 if there is none. */
    private int findEnd() {
        if (!hasSaneCounts()) {
            return -1;
        }
        long sum = payload();
        for (int i = 0; i < buffers(); i++) {
            sum += (size(i) & 0xffffffffL) + 7 & ~7L;
        }
        return sum > SIZE ? -1 : (int) sum;
    }

    private int payload() {
        return argument(arguments()) + 7 & ~7;
    }

    /** Each that is not empty lies within the message, and on no other. */
    private boolean hasGoodBuffers() {
        boolean[] taken = new boolean[SIZE];
        for (int i = 0; i < buffers(); i++) {
            if (size(i) == 0) {
                continue;
            }
            long from = offset(i) & 0xffffffffL;
            if (from < payload() || from % 8 != 0 || from + size(i) > end) {
                return false;
            }
            for (int at = (int) from; at < from + size(i); at++) {
                if (taken[at]) {
                    return false;
                }
                taken[at] = true;
            }
        }
        return true;
    }

    /** Fails unless the response changed only what it may. */
    void checkResponse(ByteBuffer outbound) {
        boolean good = outbound.getInt(0) == 0;
        if (good && !valid && !isReference()) {
            throw new AssertionError("a malformed request is answered with OK");
        }
        int messageEnd = end;
        boolean[] mayChange = new boolean[messageEnd];
        java.util.Arrays.fill(mayChange, 0, 4, true);
        if (valid && !isReference()) {
            allowOutputs(mayChange, outbound, good);
        }
        for (int i = 0; i < messageEnd; i++) {
            if (!mayChange[i] && outbound.get(i) != bytes[i]) {
                throw new AssertionError("byte " + i + " of the request, outside of its outputs, was written");
            }
        }
        for (int i = messageEnd; i < SIZE; i++) {
            if (outbound.get(i) != 0 && outbound.get(i) != bytes[i]) {
                throw new AssertionError("byte " + i + ", behind the request, was written");
            }
        }
    }

    private void allowOutputs(boolean[] mayChange, ByteBuffer outbound, boolean good) {
        for (int i = count(0); i < buffers(); i++) {
            if (size(i) != 0) {
                java.util.Arrays.fill(mayChange, offset(i), offset(i) + size(i), true);
            }
            if (good) {
                int sizeAt = argument(i) + 4;
                java.util.Arrays.fill(mayChange, sizeAt, sizeAt + 4, true);
                if (Integer.compareUnsigned(outbound.getInt(sizeAt), size(i)) > 0) {
                    throw new AssertionError("output " + i + " grew to " + outbound.getInt(sizeAt));
                }
            }
        }
        for (int i = 0; good && i < count(3); i++) {
            java.util.Arrays.fill(mayChange, outputObjectAt(i), outputObjectAt(i) + 4, true);
        }
    }
}
