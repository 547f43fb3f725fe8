// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import org.ermine.tee.spi.MemoryRegion;

/** Shared memory that a client handed to QTEE, or QTEE's mapping of it. Holds the memory while QTEE refers to it. */
final class MemoryObject implements HostedObject {

    private final ReferenceCount references = new ReferenceCount();
    private final QcomContext context;
    private final MemoryRegion region;

    /** @param region with a reference that passes to this object */
    MemoryObject(QcomContext context, MemoryRegion region) {
        this.context = context;
        this.region = region;
        context.host().retain();
    }

    @Override
    public QcomContext context() {
        return context;
    }

    MemoryRegion region() {
        return region;
    }

    @Override
    public boolean tryRetain() {
        return references.tryRetain();
    }

    @Override
    public void put() {
        if (references.release()) {
            try {
                region.release();
            } finally {
                context.host().put();
            }
        }
    }
}
