// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.trusted.TrustedClient;

/**
 * A client environment: who registered, which services it may open, and how many objects it holds. Every object id belongs to
 * one client: the same object has different ids with different clients, each with a count of its own. Thread safe.
 */
final class Client {

    private final TrustedClient identity;
    private final Set<Integer> services;
    private final AtomicInteger objects = new AtomicInteger();

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

    int objects() {
        return objects.get();
    }

    void added() {
        objects.incrementAndGet();
    }

    void removed() {
        objects.decrementAndGet();
    }
}
