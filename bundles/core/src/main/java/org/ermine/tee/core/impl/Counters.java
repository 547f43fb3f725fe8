// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.util.concurrent.atomic.AtomicLong;

/** What is counted across all devices: the ids of contexts and the changes that {@code TeeRuntime} reports. */
final class Counters {

    private final AtomicLong contextIds = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();

    long nextContextId() {
        return contextIds.incrementAndGet();
    }

    /** A device or a context came or went. */
    void changed() {
        changes.incrementAndGet();
    }

    long changes() {
        return changes.get();
    }
}
