// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

/**
 * A callback object that a client passed to the secure world. It is to be told once that it is released. Guarded by
 * this.
 */
public final class HandedOver {

    private final Ledger ledger;
    private final Request request;
    private int released;

    HandedOver(Ledger ledger, Request request) {
        this.ledger = ledger;
        this.request = request;
    }

    /** The callback object is told. */
    public void released() {
        int times;
        synchronized (this) {
            times = ++released;
        }
        if (times > 1) {
            ledger.fault(
                    Fault.RELEASED_TWICE, "the callback object of " + request + " was released " + times + " times");
        }
        ledger.released(this);
    }

    boolean isOwed() {
        return request.owesRelease();
    }

    @Override
    public String toString() {
        return "the callback object of " + request;
    }
}
