// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.util.Set;
import org.ermine.tee.limits.OwnerShares;
import org.ermine.tee.trusted.TrustedClient;

/**
 * A client environment: who registered, and which services it may open. Every object id belongs to one client: the same object
 * has different ids with different clients, each with a count of references of its own. Immutable.
 */
final class Client {

    private final TrustedClient identity;
    private final Set<Integer> services;
    private final OwnerShares.Share share;

    /**
     * @param services the UIDs that it may open; null for all
     * @param shares what clients have of the objects: those with the same identity have one share
     */
    Client(TrustedClient identity, Set<Integer> services, OwnerShares shares) {
        this.identity = identity;
        share = shares.enter(identity.packageName() + " (uid " + identity.uid() + ")");
        this.services = services == null ? null : Set.copyOf(services);
    }

    TrustedClient identity() {
        return identity;
    }

    /** What it has of the objects. */
    OwnerShares.Share share() {
        return share;
    }

    boolean mayOpen(int uid) {
        return services == null || services.contains(uid);
    }
}
