// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.message;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Objects of the normal world that the secure world holds no more, and of which the normal world must still be told.
 * They travel as asynchronous messages in the unused tail of an outbound buffer. Thread safe.
 */
public final class AsyncReleases {

    private static final int VERSION = 0x0001_0002;
    private static final int HEADER_SIZE = 12;
    private static final int MOST_KEPT = 4096;

    /**
     * First in, first out: the ids between {@code first} and {@code end}. Guarded by this; never held while calling
     * out.
     */
    private int[] ids = new int[64];

    private int first;
    private int end;
    /** {@code end - first}, to be read without the lock. */
    private volatile int pending;

    public synchronized void add(int id) {
        if (end == ids.length) {
            ids = Arrays.copyOfRange(ids, first, first + Math.max(64, 2 * (end - first)));
            end -= first;
            first = 0;
        }
        ids[end++] = id;
        pending = end - first;
    }

    public int pending() {
        return pending;
    }

    /**
     * Writes as many releases as fit between {@code from}, a multiple of 8, and {@code limit}, and marks the end.
     *
     * @param urgent ids that must not be announced before this very buffer is handed over
     * @param urgentCount how many of them; what does not fit is announced later
     * @return up to where it wrote; all that follows is as it was
     */
    public int write(ByteBuffer out, int from, int limit, int[] urgent, int urgentCount) {
        int count = 0;
        int next = from;
        if (urgentCount != 0 || pending != 0) {
            int room = Math.max(0, (limit - from - HEADER_SIZE) / 4);
            int at = from + HEADER_SIZE;
            for (; count < urgentCount && count < room; count++) {
                out.putInt(at + 4 * count, urgent[count]);
            }
            for (int i = count; i < urgentCount; i++) {
                add(urgent[i]);
            }
            count += drain(out, at + 4 * count, room - count);
        }
        if (count != 0) {
            out.putInt(from, VERSION);
            out.putInt(from + 4, TransportFormat.OP_RELEASE);
            out.putInt(from + 8, count);
            next = from + TransportFormat.aligned(HEADER_SIZE + 4 * count);
            if ((count & 1) == 0) {
                out.putInt(next - 4, 0);
            }
        }
        if (next + 4 <= limit) {
            out.putInt(next, 0);
        }
        return next;
    }

    private synchronized int drain(ByteBuffer out, int at, int room) {
        int count = Math.min(room, end - first);
        for (int i = 0; i < count; i++) {
            out.putInt(at + 4 * i, ids[first++]);
        }
        if (first == end) {
            first = 0;
            end = 0;
            if (ids.length > MOST_KEPT) {
                ids = new int[64];
            }
        }
        pending = end - first;
        return count;
    }
}
