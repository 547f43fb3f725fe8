// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ermine.tee.spi.CallbackSource;

/**
 * The turns that are due, and whose turns occupy the workers at present. No owner of contexts occupies all of them: its turns wait
 * until one of its own ends, while a worker is left for those of others. Guarded by the pool's lock.
 */
final class Turns {

    /** How many workers the turns of one owner may occupy. */
    private final int share;
    /** Turns due by source, in the order in which sources get them. */
    private final LinkedHashMap<CallbackSource, Integer> due = new LinkedHashMap<>();
    /** For each worker that is occupied by a turn, whose turn that is. */
    private final List<String> occupants = new ArrayList<>();

    /** @param workers how many workers there are; where there is but one, nothing can be left */
    Turns(int workers) {
        share = Math.max(1, workers - 1);
    }

    void add(CallbackSource source) {
        due.merge(source, 1, Integer::sum);
    }

    /** Whether one may begin. */
    boolean isDue() {
        for (CallbackSource source : due.keySet()) {
            if (mayBegin(source)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the owner of this source occupies less than its share. */
    boolean mayBegin(CallbackSource source) {
        String owner = source.owner();
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
            if (mayBegin(entry.getKey())) {
                return take(entry.getKey(), entry.getValue());
            }
        }
        return null;
    }

    private CallbackSource take(CallbackSource source, int count) {
        due.remove(source);
        if (count > 1) {
            due.put(source, count - 1);
        }
        return source;
    }

    /** A worker is occupied by a turn of {@code owner}, or is so again. */
    void occupied(String owner) {
        occupants.add(owner);
    }

    /** It is occupied no more: the turn ended, or the worker is lent. */
    void left(String owner) {
        occupants.remove(owner);
    }

    void clear() {
        due.clear();
    }
}
