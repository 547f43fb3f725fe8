// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.concurrency;

import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.MemoryRegion;

/** Core's side of a context: counts what the backend takes and gives back. */
public final class CountingHost implements ContextHost {

    private final AtomicInteger references = new AtomicInteger();
    private final Runnable announcement;
    private boolean queued;

    public CountingHost() {
        this(() -> {});
    }

    /** @param announcement is run for each request, after it was queued */
    public CountingHost(Runnable announcement) {
        this.announcement = announcement;
    }

    public int references() {
        return references.get();
    }

    @Override
    public void retain() {
        references.incrementAndGet();
    }

    @Override
    public void release() {
        references.decrementAndGet();
    }

    @Override
    public void requestQueued() {
        noteQueued();
        announcement.run();
    }

    private synchronized void noteQueued() {
        queued = true;
        notifyAll();
    }

    public synchronized void awaitQueued() {
        try {
            while (!queued) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void awaiting() {
        // Clients are no workers.
    }

    @Override
    public MemoryRegion memory(long id) {
        return null;
    }

    @Override
    public void requireService(String uid) {
        // This client may open all.
    }

    @Override
    public void requireIdentity(long credentials) {
        // This client may be whoever it says.
    }

    @Override
    public String owner() {
        return "test";
    }
}
