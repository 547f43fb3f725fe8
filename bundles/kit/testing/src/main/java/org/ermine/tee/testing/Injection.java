// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A {@link Fault} that waits at a {@link Point}. Closed, it strikes no more, and delays of it end. Thread safe. */
public final class Injection implements AutoCloseable {

    private final Point point;
    private final Fault fault;
    private final AtomicInteger claimed = new AtomicInteger();
    private final AtomicInteger strikes = new AtomicInteger();
    private final CountDownLatch struck = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    Injection(Point point, Fault fault) {
        this.point = point;
        this.fault = fault;
    }

    Point point() {
        return point;
    }

    Fault fault() {
        return fault;
    }

    /** Whether it strikes who comes by now. */
    boolean claim() {
        return closed.getCount() > 0 && claimed.getAndUpdate(n -> Math.min(n + 1, fault.times())) < fault.times();
    }

    /** What the fault does has begun. */
    void strike() {
        strikes.incrementAndGet();
        struck.countDown();
    }

    /** Waits for the end of this injection. */
    void awaitEnd(Duration limit) throws InterruptedException {
        closed.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** How often it struck. */
    public int strikes() {
        return strikes.get();
    }

    /**
     * Waits until it strikes for the first time.
     *
     * @throws AssertionError if it did not in time
     */
    public void awaitStrike(Duration limit) throws InterruptedException {
        if (!struck.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("nobody came by " + point + " within " + limit + ": no " + fault);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    @Override
    public String toString() {
        return fault + " at " + point;
    }
}
