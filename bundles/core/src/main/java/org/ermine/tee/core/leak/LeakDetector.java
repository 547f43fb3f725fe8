// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.leak;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.ermine.tee.TeeObject;
import org.ermine.tee.core.object.ObjectOwner;
import org.ermine.tee.core.object.TrackedReference;
import org.ermine.tee.embedded.threads.ServiceThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds TEE objects whose handles were lost without being closed, counts them, has them logged with their owner, and
 * releases them. It has a thread of its own from {@link #start} to {@link #stop}.
 */
public final class LeakDetector {

    private static final Logger LOG = LoggerFactory.getLogger(LeakDetector.class);
    private static final Duration STOP = Duration.ofSeconds(1);

    private final ReferenceQueue<TeeObject> lostHandles = new ReferenceQueue<>();
    private final AtomicLong leaked = new AtomicLong();
    private final LeakLog log;
    private final ServiceThread thread;

    public LeakDetector(String device, long logIntervalNanos) {
        this.log = new LeakLog(device, logIntervalNanos);
        this.thread = new ServiceThread("ermine-leaks-" + device, this::releaseLost, LOG::error);
    }

    public void start() {
        thread.start();
    }

    /** Waits a moment for the thread to end. */
    public void stop() {
        thread.stop();
        try {
            thread.awaitEnd(STOP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the queue in which the garbage collector puts the references whose handles are gone. */
    public ReferenceQueue<TeeObject> lostHandles() {
        return lostHandles;
    }

    public long leaked() {
        return leaked.get();
    }

    private void releaseLost() throws InterruptedException {
        Reference<?> lost = lostHandles.remove(waitMillis());
        while (lost != null) {
            release((TrackedReference) lost);
            lost = lostHandles.poll();
        }
        log.report(System.nanoTime());
    }

    /**
     * Returns how long to wait for the next lost handle; 0, which is without limit, if nothing is to be logged later.
     */
    private long waitMillis() {
        long nanos = log.nextDue(System.nanoTime());
        return nanos == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
    }

    private void release(TrackedReference reference) {
        ObjectOwner context = reference.owner();
        if (!context.isClosed() && reference.close()) {
            leaked.incrementAndGet();
            log.lost(context.owner(), System.nanoTime());
        }
    }
}
