// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.concurrency;

import org.ermine.tee.fakes.FakeHost;

/** Core's side of a context, which announces requests, and knows whether one was queued. */
public final class AnnouncingHost extends FakeHost {

    private final Runnable announcement;
    private boolean queued;

    public AnnouncingHost() {
        this(() -> {});
    }

    /** @param announcement is run for each request, after it was queued */
    public AnnouncingHost(Runnable announcement) {
        super("test");
        this.announcement = announcement;
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
}
