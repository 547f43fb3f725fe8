// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.device;

import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.options.CoreConfiguration;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.embedded.limits.OwnerShares;

/**
 * Limits the contexts of a device, and of each owner, from their opening until the TEE has released them. Thread-safe,
 * without locks.
 */
public final class ContextPlaces {

    private static final int DEFAULT_MOST = 32_768;
    private static final int DEFAULT_PERCENT = 50;

    private final int most;
    private final OwnerShares shares;
    /** The number of all contexts, which is never more than {@code most}. */
    private final AtomicInteger taken = new AtomicInteger();

    /** @param percent which part of {@code most} may belong to one owner */
    public ContextPlaces(int most, int percent) {
        this.most = most;
        shares = new OwnerShares(
                "open contexts",
                OwnerShares.part(most, percent),
                "ownerSharePercent of " + CoreConfiguration.PID + ", " + percent + " of " + most);
    }

    static ContextPlaces byDefault() {
        return new ContextPlaces(DEFAULT_MOST, DEFAULT_PERCENT);
    }

    /**
     * Takes a place for a context, out of the share of its owner.
     *
     * @return that share, to which it is to be {@linkplain #giveBack given back}
     * @throws TeeException ENOSPC if there are too many contexts, or if the owner has used up its share
     */
    OwnerShares.Share take(Owner owner) throws TeeException {
        OwnerShares.Share share = shares.enter(owner.toString());
        try {
            if (!share.tryTake(1)) {
                throw new TeeException(Errno.ENOSPC, "one more context: " + share.refusal());
            }
        } finally {
            share.leave();
        }
        if (taken.getAndUpdate(count -> count < most ? count + 1 : count) >= most) {
            share.giveBack(1);
            throw new TeeException(
                    Errno.ENOSPC,
                    "there are " + most + " contexts, the limit (option contexts of " + CoreConfiguration.PID + ")"
                            + shares.largest());
        }
        return share;
    }

    /** Needs no memory. */
    void giveBack(OwnerShares.Share share) {
        taken.decrementAndGet();
        share.giveBack(1);
    }
}
