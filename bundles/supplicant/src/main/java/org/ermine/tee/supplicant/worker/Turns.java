// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.SourceLine;

/**
 * The turns that are due, and the owners whose turns occupy the workers at present. No owner occupies all workers: its
 * turns wait until one of its own ends, and a worker is left for those of others. A turn is due to the owner of a
 * context. When it turns out that the call reaches another bundle, as a listener's does, it becomes a turn of that
 * bundle, and waits for the end of another one of its turns if need be. The number of calls that wait so is bounded for
 * each bundle. Only to postpone a call needs memory: no turn is lost for want of it. Guarded by the pool's lock.
 */
public final class Turns {

    /** When so many calls to one owner wait for its turns, no further request may wait. */
    public static final int MOST_POSTPONED = 256;
    /** When so many wait, not even a release may: it comes once for each object, and no client waits for it. */
    public static final int MOST_WITH_RELEASES = 4096;

    /** How many workers the turns of one owner may occupy. */
    private final int share;

    private final SourceLine due = new SourceLine();
    /** The owner of the turn that occupies a worker, for each worker that is occupied. */
    private final String[] occupants;

    private int occupied;

    /**
     * @param workers how many workers there are; if there is only one, none can be left for others
     * @param maxThreads how many there are with those that are lent, and with one that ends what is left
     */
    Turns(int workers, int maxThreads) {
        share = Math.max(1, workers - 1);
        occupants = new String[maxThreads];
    }

    void add(CallbackSource source) {
        due.add(source);
    }

    /** Returns how many turns are due, whether they may begin or not. */
    int count() {
        return due.turns();
    }

    /** Returns whether there is a turn that may begin. */
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

    /** Returns whether the owner occupies less than its share. */
    boolean mayBegin(String owner) {
        int own = 0;
        for (int i = 0; i < occupied; i++) {
            if (occupants[i].equals(owner)) {
                own++;
            }
        }
        return own < share;
    }

    /** Takes the next turn that may begin, and returns its source; null if there is none. */
    CallbackSource poll() {
        return take(firstThatMayBegin());
    }

    private CallbackSource take(SourceLine.Place place) {
        return place == null ? null : due.take(place);
    }

    /** Notes that a turn of {@code owner} occupies a worker, for the first time or again; nothing if that is null. */
    void occupied(String owner) {
        if (owner != null) {
            occupants[occupied++] = owner;
        }
    }

    /** Notes that a turn of {@code owner} does not occupy a worker any more: it ended, or the worker is lent. */
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
     * Has a call wait for a turn of {@code owner}.
     *
     * @return false if too many do already
     */
    boolean postpone(String owner, CallbackCall call) {
        Postponed calls = postponed(owner);
        if (calls.place().turns() >= mostBeside(call)) {
            return false;
        }
        // If memory runs out in between, a turn without a call is left, which does no harm, and no call without a turn.
        add(calls);
        calls.add(call);
        return true;
    }

    /** Returns how many calls to one owner may wait beside this one. */
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
     * Removes the call for whose answer the calling thread waits, if that call waits for a turn, and returns it; null
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

    /** Removes all turns but those of calls that were taken already, which have to be run. */
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

    /**
     * Takes the turn of a call that waits, whoever occupies the workers, and returns its source; null if none waits.
     */
    CallbackSource pollPostponed() {
        SourceLine.Place place = due.first();
        while (place != null && !(place.source() instanceof Postponed)) {
            place = place.next();
        }
        return take(place);
    }
}
