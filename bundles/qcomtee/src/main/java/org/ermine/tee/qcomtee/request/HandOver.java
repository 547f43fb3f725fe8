// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.Errno;
import org.ermine.tee.qcomtee.request.UserRequest.State;

/**
 * Where a request stands, and whose its arguments are: one word, moved by compare-and-set alone, and the place where
 * its client looks for the answer, which is written once, when the client may go on.
 *
 * <pre>
 * QUEUED --take--> PROCESSING --takeAnswer--> ANSWERING --answer--> PROCESSED
 *    |                 |
 *    +-----------------+--leave--> LEFT
 *    +-----------------+--close--> CLOSED
 * </pre>
 *
 * <p><b>Who owns the arguments</b>: the client, except while a receiver holds them, from {@link #take} to {@link
 * #giveBack}, and in ANSWERING, when the answering thread does. While shared memory is copied for the request its
 * client is kept too. It leaves in none of these cases; a close tells it at once, but it goes on when nobody holds
 * anything any more.
 *
 * <p>The word carries the number of the use, since a client uses its record again: whoever comes late, with what it
 * knows of an earlier use, moves nothing. Word and answer stand on cache lines of their own: a client that looks for
 * its answer does not slow down whoever moves the word. A client is woken only for what it sleeps for.
 *
 * <p>The outcome stands beside what the client looks at, so that it does not have to fetch the word. It is written
 * before the client may go on, by the one thread that lets it go on: whoever answers, or, after a close, whoever sees
 * that nobody holds anything any more.
 */
final class HandOver {

    private static final int STATE_BITS = 3;
    private static final int STATE = (1 << STATE_BITS) - 1;
    /** A receiver has the arguments. */
    private static final int HELD = 1 << STATE_BITS;
    /** Memory that the client shares is being copied. */
    private static final int COPIED = HELD << 1;

    private static final int KEPT = HELD | COPIED;
    private static final int FLAGS = KEPT | STATE;
    private static final long USE = FLAGS + 1L;

    private static final State[] STATES = State.values();

    // What stands where, on three cache lines: one of the client, one of whoever works on the request, and that of the
    // answer. Nothing stands on the first one, with the length, which both read each time.
    private static final int CURRENT_USE = 16;
    private static final int WORD = 32;
    private static final int SETTLED = 48;
    private static final int OUTCOME = SETTLED + 1;
    private static final int SLEEP = OUTCOME + 1;
    private static final int WOKEN = SLEEP + 1;
    private static final int CELLS = 64;

    /** What a client sleeps for. */
    enum Sleep {
        NOT,
        /** Until it may go on. */
        FOR_THE_ANSWER,
        /** Until nobody keeps it, so that it can leave. */
        TO_LEAVE
    }

    private final AtomicLongArray cells = new AtomicLongArray(CELLS);
    /** Set by the client before it queues the request. */
    private Thread client;

    private static long in(long word, State state) {
        return word & ~STATE | state.ordinal();
    }

    private static State stateOf(long word) {
        return STATES[(int) word & STATE];
    }

    private long word() {
        return cells.get(WORD);
    }

    private boolean move(long from, long to) {
        return cells.compareAndSet(WORD, from, to);
    }

    // ---- The client's.

    /** Begins another use, in QUEUED, by the calling thread. */
    void begin() {
        client = Thread.currentThread();
        long use = cells.getPlain(CURRENT_USE) + USE;
        cells.setPlain(CURRENT_USE, use);
        cells.set(WORD, use | State.QUEUED.ordinal());
    }

    /** Clears the client's thread, so that a record that is not in use keeps no thread alive. */
    void end() {
        client = null;
    }

    /** The client's thread; null between uses. */
    Thread client() {
        return client;
    }

    /** Whether the client may go on: it is answered or closed, and its arguments are its own. */
    boolean isSettled() {
        return cells.get(SETTLED) == cells.getPlain(CURRENT_USE);
    }

    /** When its client was last woken, in this use or an earlier one. */
    long woken() {
        return cells.get(WOKEN);
    }

    /**
     * 0, a positive result or a negative errno. For the client, which has seen that it is {@linkplain #isSettled
     * settled}.
     */
    int outcome() {
        return (int) cells.getPlain(OUTCOME);
    }

    State state() {
        return stateOf(word());
    }

    /** Whether the client has to stay until it is settled, or until nobody keeps it any more. */
    boolean isKept() {
        long word = word();
        State state = stateOf(word);
        boolean waits = state == State.QUEUED || state == State.PROCESSING;
        return !isSettled() && (!waits || (word & KEPT) != 0);
    }

    boolean isCopied() {
        return (word() & COPIED) != 0;
    }

    /**
     * Says so before the client looks once more whether it has to, so that nobody is woken in vain, and nobody is not.
     */
    void sleep(Sleep what) {
        cells.set(SLEEP, what.ordinal());
    }

    /** The client gives its request up; false if it is answered or closed, or held: then it has to stay. */
    boolean leave() {
        long word = word();
        State state = stateOf(word);
        return (word & KEPT) == 0
                && (state == State.QUEUED || state == State.PROCESSING)
                && move(word, in(word, State.LEFT));
    }

    // ---- A receiver's.

    /** The calling thread has the arguments; false if it was closed. */
    boolean take() {
        long word = word();
        return stateOf(word) == State.QUEUED && move(word, in(word, State.PROCESSING) | HELD);
    }

    /**
     * A holder fails the request; false if it was closed. To be {@linkplain #answer answered}, and then {@linkplain
     * #giveBack given back}.
     */
    boolean takeFailed() {
        long word = word();
        return stateOf(word) == State.PROCESSING && move(word, in(word, State.ANSWERING));
    }

    /** The arguments are the client's again. */
    void giveBack() {
        long word = word();
        while (!move(word, word & ~HELD)) {
            word = word();
        }
        settleIfDone(word & ~HELD);
    }

    // ---- An answering thread's.

    /** The calling thread has the arguments; false if no answer is due. */
    boolean takeAnswer() {
        long word = word();
        return (word & FLAGS) == State.PROCESSING.ordinal() && move(word, in(word, State.ANSWERING));
    }

    /** What was taken is answered. */
    void answer(int outcome) {
        long word = word();
        long answered = in(word, State.PROCESSED);
        if (stateOf(word) != State.ANSWERING || !move(word, answered)) {
            throw new IllegalStateException("a request is completed twice");
        }
        cells.setPlain(OUTCOME, outcome);
        settleIfDone(answered);
    }

    // ---- For copies of shared memory.

    /** A copy of memory that the client of one use of a record shares. */
    record Copy(HandOver handOver, long use) {

        /** False if it was ended before. */
        boolean end() {
            return handOver.endCopy(use);
        }
    }

    /**
     * Keeps the client of a request that is being processed; null if there is none, or it is kept for something else.
     */
    Copy beginCopy() {
        long word = word();
        Copy copy = new Copy(this, word & -USE);
        boolean begun = (word & FLAGS) == State.PROCESSING.ordinal() && move(word, word | COPIED);
        return begun ? copy : null;
    }

    /** The client goes on, whatever becomes of the copy; false if it has ended. */
    boolean leaveCopyBehind() {
        return endCopy(cells.getPlain(CURRENT_USE));
    }

    private boolean endCopy(long use) {
        long word = word();
        while ((word & -USE) == use && (word & COPIED) != 0) {
            if (move(word, word & ~COPIED)) {
                settleIfDone(word & ~COPIED);
                return true;
            }
            word = word();
        }
        return false;
    }

    // ---- The end.

    /** Fails it with ENODEV; false if it was answered or left, or is being answered. */
    boolean close() {
        long word = word();
        while (stateOf(word) == State.QUEUED || stateOf(word) == State.PROCESSING) {
            long closed = in(word, State.CLOSED);
            if (move(word, closed)) {
                settleIfDone(closed);
                return true;
            }
            word = word();
        }
        return false;
    }

    /** @param word that the calling thread has set: so exactly one thread settles a use, the one that makes it done */
    private void settleIfDone(long word) {
        State state = stateOf(word);
        boolean done = (word & KEPT) == 0 && (state == State.PROCESSED || state == State.CLOSED);
        if (done) {
            if (state == State.CLOSED) {
                cells.setPlain(OUTCOME, -Errno.ENODEV.number());
            }
            cells.set(SETTLED, word & -USE);
        }
        int sleeping = (int) cells.get(SLEEP);
        if (sleeping == Sleep.TO_LEAVE.ordinal() || done && sleeping == Sleep.FOR_THE_ANSWER.ordinal()) {
            cells.set(WOKEN, System.nanoTime());
            LockSupport.unpark(client);
        }
    }
}
