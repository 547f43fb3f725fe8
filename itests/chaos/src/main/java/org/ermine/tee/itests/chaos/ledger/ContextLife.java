// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

/** A context, as far as it decides what may happen to its requests. */
public final class ContextLife {

    private static final long OPEN = Long.MAX_VALUE;

    private final Owner owner;
    private final long openedNanos = System.nanoTime();
    private volatile long closedNanos = OPEN;

    /** It is about to be opened. */
    public ContextLife(Owner owner) {
        this.owner = owner;
    }

    /** Its owner is about to close it, under whatever is still at work in it. */
    public void closing() {
        closedNanos = System.nanoTime();
    }

    Owner owner() {
        return owner;
    }

    long openedNanos() {
        return openedNanos;
    }

    boolean isClosing() {
        return closedNanos != OPEN;
    }

    /** Until when something could be done to it. */
    long endNanos() {
        return isClosing() ? closedNanos : System.nanoTime();
    }
}
