// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ermine.tee.spi.CallbackCall;
import org.ermine.tee.spi.CallbackSource;
import org.ermine.tee.spi.DriverContext;

/**
 * The turns that are due, and whose turns occupy the workers at present. No owner occupies all of them: its turns wait until one
 * of its own ends, while a worker is left for those of others. A turn is due to the owner of a context. When it turns out that the
 * call reaches another bundle, as a listener's does, it is that one's, and waits for the end of one of its turns if need be; but no
 * more of them wait than a fixed number for each bundle. Guarded by the pool's lock.
 */
final class Turns {

    /** With so many calls to one owner that wait for its turns, no request may wait too. */
    static final int MOST_POSTPONED = 256;
    /** With so many not even a release, which comes once for each object and for which no client waits. */
    static final int MOST_WITH_RELEASES = 4096;

    /** How many workers the turns of one owner may occupy. */
    private final int share;
    /** Turns due by source, in the order in which sources get them. */
    private final LinkedHashMap<CallbackSource, Integer> due = new LinkedHashMap<>();

    private int count;
    /** For each worker that is occupied by a turn, whose turn that is. */
    private final List<String> occupants;

    /**
     * @param workers how many workers there are; where there is but one, nothing can be left
     * @param maxThreads how many there are with those that are lent: a turn that begins or ends needs no memory
     */
    Turns(int workers, int maxThreads) {
        share = Math.max(1, workers - 1);
        occupants = new ArrayList<>(maxThreads);
    }

    void add(CallbackSource source) {
        due.merge(source, 1, Integer::sum);
        count++;
    }

    /** How many are due, whether they may begin or not. */
    int count() {
        return count;
    }

    /** Whether one may begin. */
    boolean isDue() {
        for (CallbackSource source : due.keySet()) {
            if (mayBegin(source.owner())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the owner occupies less than its share. */
    boolean mayBegin(String owner) {
        int occupied = 0;
        for (int i = 0; i < occupants.size(); i++) {
            if (occupants.get(i).equals(owner)) {
                occupied++;
            }
        }
        return occupied < share;
    }

    /** The source that has the next turn, which is due no more; null if none may begin. */
    CallbackSource poll() {
        for (Map.Entry<CallbackSource, Integer> entry : due.entrySet()) {
            if (mayBegin(entry.getKey().owner())) {
                return take(entry.getKey(), entry.getValue());
            }
        }
        return null;
    }

    private CallbackSource take(CallbackSource source, int turns) {
        due.remove(source);
        if (turns > 1) {
            due.put(source, turns - 1);
        }
        count--;
        return source;
    }

    /** A worker is occupied by a turn of {@code owner}, or is so again; by none if that is null. */
    void occupied(String owner) {
        if (owner != null) {
            occupants.add(owner);
        }
    }

    /** It is occupied no more: the turn ended, or the worker is lent. */
    void left(String owner) {
        occupants.remove(owner);
    }

    /**
     * A call waits for a turn of {@code owner}.
     *
     * @return false if too many do already
     */
    boolean postpone(String owner, CallbackCall call) {
        Postponed calls = postponed(owner);
        if (due.getOrDefault(calls, 0) >= mostBeside(call)) {
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
        for (CallbackSource source : due.keySet()) {
            if (source instanceof Postponed calls && owner.equals(calls.owner())) {
                return calls;
            }
        }
        return new Postponed(owner);
    }

    /** The call for which the calling thread waits, if it is one that waits for a turn: it waits no more. Null otherwise. */
    CallbackCall takeAwaited() {
        for (CallbackSource source : due.keySet()) {
            CallbackCall call = source instanceof Postponed calls ? calls.awaited() : null;
            if (call != null) {
                due.computeIfPresent(source, (key, turns) -> turns == 1 ? null : turns - 1);
                count--;
                return call;
            }
        }
        return null;
    }

    /** Drops all turns but those of calls that were taken already: who took them has to end them. */
    void clear() {
        due.keySet().removeIf(source -> !(source instanceof Postponed));
        count = due.values().stream().mapToInt(Integer::intValue).sum();
    }

    boolean isEmpty() {
        return due.isEmpty();
    }

    /** Where any of the calls is that wait for a turn, whoever occupies the workers; null if none does. */
    CallbackSource pollPostponed() {
        for (Map.Entry<CallbackSource, Integer> entry : due.entrySet()) {
            if (entry.getKey() instanceof Postponed) {
                return take(entry.getKey(), entry.getValue());
            }
        }
        return null;
    }
}
