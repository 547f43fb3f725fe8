// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import org.ermine.tee.CallbackObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A callback object that the TEE holds, or that is on its way there. Its counters belong to the {@link CallbackTable}, and are
 * guarded by the table's monitor.
 */
final class HostedObject {

    private static final Logger LOG = LoggerFactory.getLogger(HostedObject.class);

    final long id;
    final CallbackObject object;
    final long since = System.nanoTime();
    private final Owner owner;

    /** Hand-overs that were neither taken back nor released. */
    int references;
    /** Hand-overs of which it is not yet known whether they reached the TEE. */
    int pending;
    /** Whether one of them did. */
    boolean reached;

    HostedObject(long id, CallbackObject object, Owner owner) {
        this.id = id;
        this.object = object;
        this.owner = owner;
    }

    /** Tells the object that the TEE holds it no more: foreign code, to be called without a lock. */
    void notifyReleased() {
        notifyReleased(object);
    }

    /** @param present the object itself, or what stands behind it at present */
    void notifyReleased(CallbackObject present) {
        try {
            present.released();
        } catch (Throwable e) {
            LOG.warn("{} of {}: released() failed with {}", this, owner, Failure.text(e));
        }
    }

    /** For example {@code callback object 3 (com.example.Time)}. */
    @Override
    public String toString() {
        return "callback object " + id + " (" + object.getClass().getName() + ")";
    }
}
