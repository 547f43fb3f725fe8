// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * The releases that QTEE is to be told of, in the order in which the objects were dropped. One that failed is set aside for a pause
 * of its own, which grows with its failures, and comes again after those that were dropped before that. When several that were not
 * tried before fail one after the other, it is the device that is short of something, and all of them pause.
 *
 * <p>{@link #add} and {@link #isEmpty} can be called by any thread. The rest is guarded by the lock of the owner.
 */
final class DueReleases {

    static final long NEVER = Long.MAX_VALUE;

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private record Retry(SecureObject object, long due) implements Comparable<Retry> {
        @Override
        public int compareTo(Retry other) {
            return Long.signum(due - other.due);
        }
    }

    private final DroppedObjects dropped = new DroppedObjects();
    /** Those that were taken out of {@code dropped}. */
    private SecureObject ready;

    private final PriorityQueue<Retry> aside = new PriorityQueue<>();
    /** First failures without a success between them. */
    private int failuresInRow;
    /** Until when all pause; valid while there are two in a row. */
    private long pauseEnd;

    void add(SecureObject object) {
        dropped.add(object);
    }

    /** Whether no object was dropped since all were taken. */
    boolean nothingNew() {
        return dropped.isEmpty();
    }

    /** Whether none is ready but those that were set aside. */
    boolean nothingReady() {
        return ready == null && nothingNew();
    }

    /** Takes the next one; null if none is due yet. */
    SecureObject poll(long now) {
        if (isPausing(now)) {
            return null;
        }
        if (ready == null && !aside.isEmpty() && aside.peek().due - now <= 0) {
            return aside.poll().object;
        }
        if (ready == null) {
            ready = dropped.takeAll();
        }
        SecureObject object = ready;
        if (object != null) {
            ready = object.next();
            object.next(null);
        }
        return object;
    }

    /** How long none is due unless one is added; {@link #NEVER} if none is set aside. */
    long untilDue(long now) {
        if (isPausing(now)) {
            return pauseEnd - now;
        }
        return aside.isEmpty() ? NEVER : Math.max(0, aside.peek().due - now);
    }

    /** Whether all pause, those too that are added now. */
    boolean isPausing(long now) {
        return failuresInRow > 1 && pauseEnd - now > 0;
    }

    void succeeded() {
        failuresInRow = 0;
    }

    /** One that was taken is to be tried again later. */
    void failed(SecureObject object, long now) {
        if (object.failures() == 1) {
            pauseEnd = now + pause(failuresInRow);
            failuresInRow++;
        }
        boolean kept = false;
        try {
            aside.add(new Retry(object, now + pause(object.failures())));
            kept = true;
        } finally {
            if (!kept) {
                dropped.add(object);
            }
        }
    }

    private static long pause(int failures) {
        return Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(failures, 10) >> 1);
    }
}
