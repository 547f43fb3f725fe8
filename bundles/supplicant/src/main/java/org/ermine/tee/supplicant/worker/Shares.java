// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import java.util.HashMap;
import java.util.Map;
import org.ermine.tee.supplicant.options.SupplicantConfiguration;

/**
 * How many threads each owner of callbacks keeps from serving others. Threads that wait for an owner, or that it holds,
 * are lent for it; it holds those whose callbacks do not return. When an owner has used up its share, only its own
 * calls fail. Guarded by the pool's lock.
 */
final class Shares {

    private final int share;
    private final Map<String, Integer> lent = new HashMap<>();
    private final Map<String, Integer> held = new HashMap<>();

    Shares(int share) {
        this.share = share;
    }

    boolean mayLend(String owner) {
        return lent.getOrDefault(owner, 0) < share;
    }

    /**
     * Returns whether a thread may be lent for a slow call of the owner. Half of its share is left for calls that have
     * to wait.
     */
    boolean mayLendSlow(String owner) {
        return lent.getOrDefault(owner, 0) < share / 2;
    }

    void lent(String owner) {
        lent.merge(owner, 1, Integer::sum);
    }

    void reclaimed(String owner) {
        decrement(lent, owner);
    }

    /** Counts one more thread that the owner holds. Returns true if that uses the share up. */
    boolean held(String owner) {
        return held.merge(owner, 1, Integer::sum) == share;
    }

    void returned(String owner) {
        decrement(held, owner);
    }

    boolean hasHeld() {
        return !held.isEmpty();
    }

    private static void decrement(Map<String, Integer> counts, String owner) {
        counts.computeIfPresent(owner, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Returns why callbacks of this owner cannot be carried out now, or null if they can. */
    String refusal(String owner) {
        int threads = held.getOrDefault(owner, 0);
        return threads < share
                ? null
                : threads + " worker threads are held by callbacks of " + owner
                        + " that do not return, its share (option maxThreadsPerOwner of "
                        + SupplicantConfiguration.PID + ")";
    }

    String lendingRefusal(String owner) {
        return lent.getOrDefault(owner, 0) + " worker threads wait for " + owner
                + " or are held by it, its share (option maxThreadsPerOwner of " + SupplicantConfiguration.PID + ")";
    }
}
