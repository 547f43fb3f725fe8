// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.limit;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.ermine.tee.embedded.limits.OwnerShares;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ContextSharesTest {

    private static final String OWNER = "com.example 1.0.0 [17]";

    private final OwnerShares exported = new OwnerShares("objects", 1, "option");
    private final OwnerShares abandoned = new OwnerShares("bytes", 1, "option");

    private DeviceShares device(OwnerShares last) {
        return new DeviceShares(exported, exported, exported, exported, last);
    }

    /** A share ends when all have left it, and whoever enters next gets another one. */
    private static OwnerShares.Share passedThrough(OwnerShares shares) {
        OwnerShares.Share share = shares.enter(OWNER);
        share.leave();
        return share;
    }

    @Test
    @DisplayName("ERM-23: given a context that has entered the shares of its owner, when it leaves, then they end")
    void leftTogether() {
        ContextShares shares = ContextShares.enter(device(abandoned), OWNER);
        assertSame(shares.exported(), passedThrough(exported));
        assertSame(shares.abandoned(), passedThrough(abandoned));
        shares.leave();
        assertNotSame(shares.exported(), passedThrough(exported));
        assertNotSame(shares.abandoned(), passedThrough(abandoned));
    }

    @Test
    @DisplayName("ERM-23, ERM-29: given a context that cannot enter the last share of its owner, then it has left the "
            + "others")
    void enteredTogether() {
        assertThrows(NullPointerException.class, () -> ContextShares.enter(device(null), OWNER));
        assertNotSame(passedThrough(exported), passedThrough(exported));
    }
}
