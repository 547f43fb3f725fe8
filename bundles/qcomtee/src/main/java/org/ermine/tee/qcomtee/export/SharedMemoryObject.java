// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.export;

import org.ermine.tee.embedded.references.ReferenceCount;
import org.ermine.tee.spi.MemoryRegion;

/** Shared memory that a client handed to QTEE, or QTEE's mapping of it. Holds the memory while QTEE refers to it. */
public final class SharedMemoryObject implements ExportedObject {

    private final ReferenceCount references = new ReferenceCount();
    private final ContextObjects context;
    private final MemoryRegion region;

    /** @param region with a reference that passes to the object, also on an exception */
    public static SharedMemoryObject of(ContextObjects context, MemoryRegion region) {
        SharedMemoryObject made = null;
        try {
            made = new SharedMemoryObject(context, region);
            return made;
        } finally {
            if (made == null) {
                region.release();
            }
        }
    }

    private SharedMemoryObject(ContextObjects context, MemoryRegion region) {
        this.context = context;
        this.region = region;
        context.host().retain();
    }

    @Override
    public ContextObjects context() {
        return context;
    }

    public MemoryRegion region() {
        return region;
    }

    @Override
    public boolean tryRetain() {
        return references.tryRetain();
    }

    @Override
    public void release() {
        if (references.release()) {
            try {
                region.release();
            } finally {
                context.host().release();
            }
        }
    }
}
