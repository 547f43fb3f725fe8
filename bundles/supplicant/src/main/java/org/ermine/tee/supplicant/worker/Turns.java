// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.SourceLine;

/**
 * The turns that are due, and whose turns occupy the workers at present. No owner occupies all of them: its turns wait
 * until one of its own ends, while a worker is left for those of others. A turn is due to the owner of a context. When
 * it turns out that the call reaches another bundle, as a listener's does, it is that one's, and waits for the end of
 * one of its turns if need be; but no more of them wait than a fixed number for each bundle. Only to postpone a call
 * needs memory: no turn is lost for want of it. Guarded by the pool's lock.
 */
public final class Turns {

    /** With so many calls to one owner that wait for its turns, no request may wait too. */
    public static final int MOST_POSTPONED = 256;
    /** With so many not even a release, which comes once for each object and for which no client waits. */
    public static final int MOST_WITH_RELEASES = 4096;

    /** How many workers the turns of one owner may occupy. */
    private final int share;

    private final SourceLine due = new SourceLine();
    /** For each worker that is occupied by a turn, whose turn that is. */
    private final String[] occupants;

    private int occupied;

    /**
     * @param workers how many workers there are; where there is but one, nothing can be left
     * @param maxThreads how many there are with those that are lent, and with one that ends what is left
     */
    Turns(int workers, int maxThreads) {
        share = Math.max(1, workers - 1);
        occupants = new String[maxThreads];
    }

    void add(CallbackSource source) {
        due.add(source);
    }

    /** How many turns are due, whether they may begin or not. */
    int count() {
        return due.turns();
    }

    /** Whether a turn may begin. */
    boolean isDue() {
        return firstThatMayBegin() != null;
    }

    private SourceLine.Place firstThatMayBegin() {
        SourceLine.Place place = due.first();
        while (place != null && !mayBegin(place.source().owner())) {
            place = place.next();
        }
        return place;
    }

    /** Whether the owner occupies less than its share. */
    boolean mayBegin(String owner) {
        int own = 0;
        for (int i = 0; i < occupied; i++) {
            if (occupants[i].equals(owner)) {
                own++;
            }
        }
        return own < share;
    }

    /** The source that has the next turn, which is due no more; null if none may begin. */
    CallbackSource poll() {
        return take(firstThatMayBegin());
    }

    private CallbackSource take(SourceLine.Place place) {
        return place == null ? null : due.take(place);
    }

    /** A worker is occupied by a turn of {@code owner}, or is so again; by none if that is null. */
    void occupied(String owner) {
        if (owner != null) {
            occupants[occupied++] = owner;
        }
    }

    /** It is occupied no more: the turn ended, or the worker is lent. */
    void left(String owner) {
        for (int i = 0; i < occupied; i++) {
            if (occupants[i].equals(owner)) {
                occupants[i] = occupants[--occupied];
                occupants[occupied] = null;
                return;
            }
        }
    }

    /**
     * A call waits for a turn of {@code owner}.
     *
     * @return false if too many do already
     */
    boolean postpone(String owner, CallbackCall call) {
        Postponed calls = postponed(owner);
        if (calls.place().turns() >= mostBeside(call)) {
            return false;
        }
        // Should memory run out, then rather a turn without a call is left than a call without a turn.
        add(calls);
        calls.add(call);
        return true;
    }

    /** How many calls to one owner may wait so that this one may too. */
    static int mostBeside(CallbackCall call) {
        return call.op() == DriverContext.OP_RELEASE ? MOST_WITH_RELEASES : MOST_POSTPONED;
    }

    private Postponed postponed(String owner) {
        for (SourceLine.Place place = due.first(); place != null; place = place.next()) {
            if (place.source() instanceof Postponed calls && owner.equals(calls.owner())) {
                return calls;
            }
        }
        return new Postponed(owner);
    }

    /**
     * The call for which the calling thread waits, if it is one that waits for a turn: it waits no more. Null
     * otherwise.
     */
    CallbackCall takeAwaited() {
        for (SourceLine.Place place = due.first(); place != null; place = place.next()) {
            CallbackCall call = place.source() instanceof Postponed calls ? calls.takeAwaited() : null;
            if (call != null) {
                due.takeInPlace(place);
                return call;
            }
        }
        return null;
    }

    /** Drops all turns but those of calls that were taken already: whoever took them has to end them. */
    void clear() {
        SourceLine.Place place = due.first();
        while (place != null) {
            SourceLine.Place next = place.next();
            if (!(place.source() instanceof Postponed)) {
                due.remove(place);
            }
            place = next;
        }
    }

    boolean isEmpty() {
        return due.first() == null;
    }

    /** Where any of the calls is that wait for a turn, whoever occupies the workers; null if none does. */
    CallbackSource pollPostponed() {
        SourceLine.Place place = due.first();
        while (place != null && !(place.source() instanceof Postponed)) {
            place = place.next();
        }
        return take(place);
    }
}
