// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.limit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.protocol.ObjectNames;

/**
 * The places that bundles have among the TA's open objects. A thread whose bundle has used up its share waits, for a
 * bounded time, until another thread of the same bundle is done: first come, first served within a bundle. Bundles do
 * not wait for each other.
 *
 * <p>Thread-safe. {@code this} guards who waits; nothing is done under it but to count.
 */
public final class Places {

    private final OwnerShares shares;
    private final Supplier<Duration> patience;
    /** Of each bundle that has threads which wait, these threads. */
    private final Map<String, Deque<Thread>> waiting = new HashMap<>();

    /** @param patience how long a thread waits at most */
    public Places(OwnerShares shares, Supplier<Duration> patience) {
        this.shares = shares;
        this.patience = patience;
    }

    /** A place out of a bundle's share, for an object of that name. */
    public Place take(String owner, String name) throws SealedStorageException {
        // There already when it is taken: to make it then might fail.
        Place place = new Owned(owner);
        if (!tryTake(owner)) {
            await(owner, name);
        }
        return place;
    }

    /** Shares became larger: there may be room for those who wait. */
    public synchronized void changed() {
        notifyAll();
    }

    private synchronized boolean tryTake(String owner) {
        return !waiting.containsKey(owner) && hasTaken(owner);
    }

    private boolean hasTaken(String owner) {
        OwnerShares.Share share = shares.enter(owner);
        try {
            return share.tryTake(1);
        } finally {
            share.leave();
        }
    }

    private synchronized void await(String owner, String name) throws SealedStorageException {
        Deque<Thread> queue = waiting.computeIfAbsent(owner, first -> new ArrayDeque<>());
        queue.add(Thread.currentThread());
        try {
            long end = System.nanoTime() + patience.get().toNanos();
            while (queue.peek() != Thread.currentThread() || !hasTaken(owner)) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new SealedStorageException(
                            Reason.BUSY, ObjectNames.quote(name) + " has to wait: " + refusal(owner));
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SealedStorageException(Reason.INTERRUPTED, "interrupted; nothing was changed", e);
        } finally {
            leave(owner, queue);
        }
    }

    private void leave(String owner, Deque<Thread> queue) {
        queue.remove(Thread.currentThread());
        if (queue.isEmpty()) {
            waiting.remove(owner);
        }
        notifyAll();
    }

    private String refusal(String owner) {
        OwnerShares.Share share = shares.enter(owner);
        try {
            return share.refusal();
        } finally {
            share.leave();
        }
    }

    private void giveBack(String owner) {
        shares.giveBack(owner, 1);
        changed();
    }

    /** Given back once, by whoever has it. */
    private final class Owned implements Place {

        private final String owner;

        private Owned(String owner) {
            this.owner = owner;
        }

        @Override
        public String largest() {
            return shares.largest();
        }

        @Override
        public void close() {
            giveBack(owner);
        }
    }
}
