// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.object;

import java.util.List;
import java.util.Set;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qtee.emulator.limit.SecureHeap;
import org.ermine.tee.trusted.TrustedClient;

/**
 * A client environment: who registered, and which services it may open. Every object id belongs to one client: the same
 * object has different ids with different clients, each with a count of references of its own. Immutable.
 */
public final class Client {

    private final TrustedClient identity;
    private final Set<Integer> services;
    private final OwnerShares.Share share;

    private Client(TrustedClient identity, Set<Integer> services, OwnerShares.Share share) {
        this.identity = identity;
        this.share = share;
        this.services = services == null ? null : Set.copyOf(services);
    }

    /**
     * A client, which counts for its share as the objects do that would take as much of the heap.
     *
     * @param services the UIDs that it may open; null for all
     * @param shares what clients have of the objects: those with the same identity have one share
     * @param problems where to tell of a share that is used up, as only a number reaches its client
     * @throws TeeException NOSLOTS if it is
     */
    public static Client enter(TrustedClient identity, Set<Integer> services, OwnerShares shares, RepeatLog problems)
            throws TeeException {
        OwnerShares.Share share = shares.enter(identity.packageName() + " (uid " + identity.uid() + ")");
        boolean entered = false;
        try {
            Client client = new Client(identity, services, share);
            entered = share.tryTake(SecureHeap.CLIENT_IN_OBJECTS);
            if (!entered) {
                problems.tell(List.of("share"), share::refusal);
                throw new TeeException(TeeResult.NOSLOTS, share.refusal());
            }
            return client;
        } finally {
            if (!entered) {
                share.leave();
            }
        }
    }

    /** The environment is gone; there may still be objects of the client. */
    public void leave() {
        share.giveBack(SecureHeap.CLIENT_IN_OBJECTS);
        share.leave();
    }

    public TrustedClient identity() {
        return identity;
    }

    /** What it has of the objects. */
    OwnerShares.Share share() {
        return share;
    }

    public boolean mayOpen(int uid) {
        return services == null || services.contains(uid);
    }
}
