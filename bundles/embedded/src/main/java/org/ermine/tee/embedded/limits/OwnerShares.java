// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.embedded.limits;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/**
 * How much of a bounded resource each owner has, and that none has more than its share: who uses up its own fails
 * alone. An owner is who answers for what it takes, as a rule a bundle, by a text that tells it from all others.
 *
 * <p>An owner's {@link Share} is there while somebody has entered and not left, and while the owner has something:
 * nobody gets a fresh one by coming back. Who still refers to one that has ended takes from the one that the owner has
 * by then. Thread-safe; to take and to give back allocates nothing and takes no lock, but for the last of an owner.
 */
public final class OwnerShares {

    /** Used by a share that is there no more. */
    private static final long ENDED = Long.MIN_VALUE;

    private final Map<String, Share> shares = new ConcurrentHashMap<>();
    private final String resource;
    private final String option;
    private volatile long most;

    /**
     * @param resource what is shared, in the plural, for messages: for example {@code "open contexts"}
     * @param most how much one owner may have; not negative
     * @param option where the operator sets that, for messages: for example {@code "ownerSharePercent of org.example"}
     */
    public OwnerShares(String resource, long most, String option) {
        this.resource = resource;
        this.option = option;
        this.most = most;
    }

    /** How much of {@code limit} are {@code percent}, at least 1: a share that lets its owner do something. */
    public static long part(long limit, int percent) {
        return Math.max(1, limit / 100 * percent + limit % 100 * percent / 100);
    }

    /** How much one owner may have from now on. What somebody has beyond it stays. */
    public void most(long most) {
        this.most = most;
    }

    /**
     * The share of an owner, for one more of those who take from it; each {@linkplain Share#leave leaves} it in the
     * end.
     */
    public Share enter(String owner) {
        return shares.compute(owner, (name, share) -> {
            Share entered = share == null ? new Share(name) : share;
            entered.takers++;
            return entered;
        });
    }

    /** Gives back what an owner took from a share that was left since. */
    public void giveBack(String owner, long amount) {
        Share share = enter(owner);
        share.giveBack(amount);
        share.leave();
    }

    /** How much an owner has at present. */
    public long used(String owner) {
        Share share = shares.get(owner);
        return share == null ? 0 : Math.max(0, share.used.get());
    }

    /**
     * Who has the most, for an error about what all have together: for example {@code "; com.example 1.0.0 [17] has 90
     * of it"}.
     */
    public String largest() {
        return shares.values().stream()
                .max(Comparator.comparingLong(Share::used))
                .map(share -> "; " + share.owner + " has " + share.used() + " of it")
                .orElse("");
    }

    /** What one owner has of the resource. */
    public final class Share {

        private final String owner;
        private final AtomicLong used = new AtomicLong();
        /** Changed within {@code shares.compute} only. */
        private volatile int takers;
        /** Made beforehand, as whoever leaves may have no memory. */
        private final BiFunction<String, Share, Share> leaving = (name, share) -> left();

        private Share(String owner) {
            this.owner = owner;
        }

        /**
         * Takes so much.
         *
         * @return false if the owner would have more than its share; nothing is taken then
         */
        public boolean tryTake(long amount) {
            long before;
            do {
                before = used.get();
                if (before == ENDED) {
                    return tryTakeFromPresent(amount);
                }
                if (amount > most - before) {
                    return false;
                }
            } while (!used.compareAndSet(before, before + amount));
            return true;
        }

        private boolean tryTakeFromPresent(long amount) {
            Share present = enter(owner);
            try {
                return present.tryTake(amount);
            } finally {
                present.leave();
            }
        }

        /** Counts what the owner has come to have without being asked; it may be beyond its share. */
        public void add(long amount) {
            long before;
            do {
                before = used.get();
            } while (before != ENDED && !used.compareAndSet(before, before + amount));
            if (before == ENDED) {
                Share present = enter(owner);
                present.add(amount);
                present.leave();
            }
        }

        /** Gives back what was taken or added. */
        public void giveBack(long amount) {
            if (used.get() == ENDED) {
                OwnerShares.this.giveBack(owner, amount);
            } else if (used.addAndGet(-amount) == 0 && takers == 0) {
                shares.computeIfPresent(owner, (name, share) -> share.tryEnd() ? null : share);
            }
        }

        /** Within {@code shares.compute} only: it ends and leaves the table in one step. */
        private boolean tryEnd() {
            return takers == 0 && used.compareAndSet(0, ENDED);
        }

        /** How much the owner has. */
        public long used() {
            long here = used.get();
            return here == ENDED ? OwnerShares.this.used(owner) : here;
        }

        /** Whether the owner can take nothing more. */
        public boolean isUsedUp() {
            return used() >= most;
        }

        /**
         * Why the owner can take no more, for an error: whose share is used up, how much it is, and where it is set.
         * For example {@code "com.example 1.0.0 [17] has used up its share of open contexts: it has 10 of 10 (option
         * ...)"}.
         */
        public String refusal() {
            return owner + " has used up its share of " + resource + ": it has " + used() + " of " + most + " (option "
                    + option + ")";
        }

        /** One of those who entered takes no more. What it took counts until it is given back. */
        public void leave() {
            shares.compute(owner, leaving);
        }

        /** Within {@code shares.compute} only; null if it has ended. */
        private Share left() {
            takers--;
            return tryEnd() ? null : this;
        }
    }
}
