// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.teeobject;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * The releases that QTEE is to be told of, in the order in which the objects were dropped. One that failed is set aside
 * for a pause of its own, which grows with its failures, and comes again after those that were dropped before that.
 * When several that were not tried before fail one after the other, it is the device that is short of something, and
 * all of them pause.
 *
 * <p>{@link #add} and {@link #nothingNew} can be called by any thread. The rest is guarded by the lock of the owner.
 */
final class DueReleases {

    static final long NEVER = Long.MAX_VALUE;

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private record Retry(int object, long due) implements Comparable<Retry> {
        @Override
        public int compareTo(Retry other) {
            return Long.signum(due - other.due);
        }
    }

    private final SecureObjects objects;
    private final DroppedObjects dropped;
    /** Those that were taken out of {@code dropped}. */
    private int ready = SecureObjects.NONE;

    private final PriorityQueue<Retry> aside = new PriorityQueue<>();
    /** First failures without a success between them. */
    private int failuresInRow;
    /** Until when all pause; valid while there are two in a row. */
    private long pauseEnd;

    DueReleases(SecureObjects objects) {
        this.objects = objects;
        dropped = new DroppedObjects(objects);
    }

    void add(int object) {
        dropped.add(object);
    }

    /** Whether no object was dropped since all were taken. */
    boolean nothingNew() {
        return dropped.isEmpty();
    }

    /** Whether none is ready but those that were set aside. */
    boolean nothingReady() {
        return ready == SecureObjects.NONE && nothingNew();
    }

    /** Takes the next one; {@link SecureObjects#NONE} if none is due yet. */
    int poll(long now) {
        if (isPausing(now)) {
            return SecureObjects.NONE;
        }
        if (ready == SecureObjects.NONE && !aside.isEmpty() && aside.peek().due - now <= 0) {
            return aside.poll().object;
        }
        if (ready == SecureObjects.NONE) {
            ready = dropped.takeAll();
        }
        int object = ready;
        if (object != SecureObjects.NONE) {
            ready = objects.link(object);
            objects.unlink(object);
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
    void failed(int object, long now) {
        if (objects.failures(object) == 1) {
            pauseEnd = now + pause(failuresInRow);
            failuresInRow++;
        }
        boolean kept = false;
        try {
            aside.add(new Retry(object, now + pause(objects.failures(object))));
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
