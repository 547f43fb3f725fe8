// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos.ledger;

import java.util.concurrent.atomic.AtomicLong;

/** An activation of the trusted side. Objects that it hosts end with it. */
public final class SecureSide {

    private final Ledger ledger;
    private final AtomicLong objects = new AtomicLong();

    SecureSide(Ledger ledger) {
        this.ledger = ledger;
    }

    public void reached(long number) {
        ledger.reached(number);
    }

    public void created() {
        objects.incrementAndGet();
    }

    public void released() {
        if (objects.decrementAndGet() < 0) {
            ledger.fault(Fault.RELEASED_TWICE, "an object of the secure world was released twice");
        }
    }

    /** Objects that were not released. */
    long objects() {
        return objects.get();
    }
}
