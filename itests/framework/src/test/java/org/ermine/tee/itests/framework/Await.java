// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what comes about in the background. */
final class Await {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Await() {}

    /** Waits until there is nothing that speaks against it. */
    static void none(String what, Supplier<?> objection) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Object last = objection.get();
        while (!isNone(last)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ": after " + PATIENCE.toSeconds() + " s still " + last);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            last = objection.get();
        }
    }

    private static boolean isNone(Object objection) {
        return String.valueOf(objection).isEmpty()
                || objection instanceof Iterable<?> all && !all.iterator().hasNext();
    }
}
