// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.ermine.tee.spi.CallbackCall;
import org.ermine.tee.spi.CallbackSource;
import org.ermine.tee.spi.DriverContext;

/**
 * The turns that are due, and whose turns occupy the workers at present. No owner occupies all of them: its turns wait until one
 * of its own ends, while a worker is left for those of others. A turn is due to the owner of a context. When it turns out that the
 * call reaches another bundle, as a listener's does, it is that one's, and waits for the end of one of its turns if need be.
 * Guarded by the pool's lock.
 */
final class Turns {

    /** How many calls to one owner wait for its turns: each has a client that waits, or is a release. */
    static final int MOST_POSTPONED = 256;

    /** How many workers the turns of one owner may occupy. */
    private final int share;
    /** Turns due by source, in the order in which sources get them. */
    private final LinkedHashMap<CallbackSource, Integer> due = new LinkedHashMap<>();

    private int count;
    /** For each worker that is occupied by a turn, whose turn that is. */
    private final List<String> occupants = new ArrayList<>();

    /** @param workers how many workers there are; where there is but one, nothing can be left */
    Turns(int workers) {
        share = Math.max(1, workers - 1);
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
     * A call waits for a turn of {@code owner}. The telling of a release always may: nobody could be told that it was refused.
     *
     * @return false if too many do already
     */
    boolean postpone(String owner, CallbackCall call) {
        if (call.op() != DriverContext.OP_RELEASE
                && postponed(each -> each.owner().equals(owner)).count() >= MOST_POSTPONED) {
            return false;
        }
        add(new Postponed(owner, call));
        return true;
    }

    /** The call for which this thread waits, if it is one that waits for a turn: it waits no more. Null otherwise. */
    CallbackCall takeAwaitedBy(Thread thread) {
        return postponed(each -> each.isAwaitedBy(thread))
                .findFirst()
                .map(each -> take(each, 1).next())
                .orElse(null);
    }

    /** Drops all turns but those of calls that were taken already: who took them has to end them. */
    void clear() {
        due.keySet().removeIf(source -> !(source instanceof Postponed));
        count = due.values().stream().mapToInt(Integer::intValue).sum();
    }

    boolean isEmpty() {
        return due.isEmpty();
    }

    /** Any of the calls that wait for a turn, whoever occupies the workers; null if none does. */
    CallbackSource pollPostponed() {
        // A worker that was left behind may come by when no class can be loaded any more.
        return isEmpty()
                ? null
                : postponed(each -> true).findFirst().map(each -> take(each, 1)).orElse(null);
    }

    private Stream<Postponed> postponed(Predicate<Postponed> which) {
        return due.keySet().stream()
                .filter(Postponed.class::isInstance)
                .map(Postponed.class::cast)
                .filter(which);
    }
}
