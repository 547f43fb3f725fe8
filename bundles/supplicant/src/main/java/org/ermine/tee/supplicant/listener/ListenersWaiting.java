// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import java.util.concurrent.TimeUnit;
import org.ermine.tee.supplicant.handler.Handler;
import org.ermine.tee.supplicant.support.WakeUp;

/**
 * The listeners that one cause keeps from being registered: how many they are, when one of them is tried again, and
 * whether the log told of the cause. Times are those of one {@link WakeUp}.
 */
final class ListenersWaiting {

    static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(30);
    /** How long a cause that has ended is remembered, so that one that comes and goes is not told each time. */
    static final long REMEMBERED = TimeUnit.MINUTES.toNanos(10);

    /** The cause in words, as it was when the pauses began. */
    private String reason;
    /** The first handler that waits. */
    private Handler<?> example;

    private int count;
    private long ended;
    private long pause = FIRST_PAUSE;
    private long due;
    private boolean told;

    String reason() {
        return reason;
    }

    void add(Handler<?> handler) {
        if (count == 0) {
            example = handler;
        }
        count++;
    }

    void remove(long now) {
        count--;
        if (count == 0) {
            ended = now;
            example = null;
            reset();
        }
    }

    /** Returns whether no listener waits for it. */
    boolean isOver() {
        return count == 0;
    }

    boolean isForgotten(long now) {
        return isOver() && now - ended >= REMEMBERED;
    }

    /** Notes that an attempt failed. */
    void failed(String inWords, long now) {
        if (pause == FIRST_PAUSE) {
            reason = inWords;
        }
        due = now + pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE);
    }

    /** Makes the next attempt due and lets the pauses begin anew, since what was the cause may have changed. */
    void reset() {
        due = 0;
        pause = FIRST_PAUSE;
    }

    long due() {
        return due;
    }

    boolean isDue(long now) {
        return now >= due;
    }

    /** Returns what the log is to tell of the cause, once; null if there is nothing new. */
    String takeNews() {
        if (told || isOver()) {
            return null;
        }
        told = true;
        String others = count == 1 ? "" : " and " + (count - 1) + " more";
        return example + others + ": " + reason;
    }
}
