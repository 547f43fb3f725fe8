// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.util.Set;
import org.ermine.tee.trusted.TrustedClient;

/**
 * A client environment: who registered, and which services it may open. Every object id belongs to one client: the same object
 * has different ids with different clients, each with a count of references of its own. Immutable.
 */
final class Client {

    private final TrustedClient identity;
    private final Set<Integer> services;

    /** @param services the UIDs that it may open; null for all */
    Client(TrustedClient identity, Set<Integer> services) {
        this.identity = identity;
        this.services = services == null ? null : Set.copyOf(services);
    }

    TrustedClient identity() {
        return identity;
    }

    boolean mayOpen(int uid) {
        return services == null || services.contains(uid);
    }
}
