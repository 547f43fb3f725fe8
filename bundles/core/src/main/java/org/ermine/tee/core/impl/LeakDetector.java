// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds TEE objects whose handles were lost without being closed, counts them, has them logged with their owner, and releases
 * them. Has a thread of its own, from {@link #start} to {@link #stop}.
 */
final class LeakDetector implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(LeakDetector.class);
    private static final long STOP_MILLIS = 1000;

    private final ReferenceQueue<ObjectHandle> lostHandles = new ReferenceQueue<>();
    private final AtomicLong leaked = new AtomicLong();
    private final LeakLog log;
    private final Thread thread;

    LeakDetector(String device, long logIntervalNanos) {
        this.log = new LeakLog(device, logIntervalNanos);
        this.thread = DaemonThreads.create(this, "ermine-leaks-" + device);
    }

    void start() {
        thread.start();
    }

    /** Waits a moment for the thread to end. */
    void stop() {
        thread.interrupt();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where the garbage collector puts the references whose handles are gone. */
    ReferenceQueue<ObjectHandle> lostHandles() {
        return lostHandles;
    }

    long leaked() {
        return leaked.get();
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Reference<?> lost = lostHandles.remove(waitMillis());
                while (lost != null) {
                    release((TrackedReference) lost);
                    lost = lostHandles.poll();
                }
                log.report(System.nanoTime());
            }
        } catch (InterruptedException e) {
            LOG.debug("{} ends", thread.getName());
        }
    }

    /** 0, which waits for ever, if there is nothing to be logged later. */
    private long waitMillis() {
        long nanos = log.nextDue(System.nanoTime());
        return nanos == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
    }

    private void release(TrackedReference reference) {
        Context context = reference.context();
        if (!context.isClosed() && reference.close()) {
            leaked.incrementAndGet();
            log.lost(context.owner(), System.nanoTime());
        }
    }
}
