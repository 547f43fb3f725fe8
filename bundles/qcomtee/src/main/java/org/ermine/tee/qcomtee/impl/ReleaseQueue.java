// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.limits.RepeatLog;
import org.ermine.tee.spi.ServiceThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells QTEE, in order and one after the other, which of its objects the normal world holds no more. One thread of its own does
 * it, so that nobody who drops a reference waits for QTEE.
 *
 * <p>{@code lock} guards all fields; it is not held while QTEE is called.
 */
final class ReleaseQueue {

    /** How an object is released. */
    interface Release {
        /** @param name the object's id on the wire */
        void release(int name) throws TeeException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(ReleaseQueue.class);

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);
    /** Long against waking a thread, which would cost each client that releases an object more than the release. */
    private static final long LOOK_AGAIN = TimeUnit.MICROSECONDS.toNanos(500);

    private static final int INITIAL_CAPACITY = 64;

    private final Release release;
    private final String device;
    private final int attempts;
    private final RepeatLog problems = new RepeatLog(LOG::warn);
    private final ServiceThread thread;

    private final ReentrantLock lock = new ReentrantLock();
    /** Something was released, or the queue was stopped. */
    private final Condition changed = lock.newCondition();
    /** For the thread alone: there is an entry, or the queue was stopped. */
    private final Condition due = lock.newCondition();
    /** A ring: names in the low half, failed attempts in the high half. */
    private long[] ring = new long[INITIAL_CAPACITY];

    private int first;
    private int count;
    /** The entry under way while {@code busy}; also read by the thread itself. */
    private long current;

    private boolean busy;
    /** Whether the thread has to be woken for an entry: otherwise it is at work, or looks again by itself soon. */
    private boolean asleep;

    private boolean stopped;

    /** @param attempts how often one object is tried before it is given up */
    ReleaseQueue(String device, int attempts, Release release) {
        this.device = device;
        this.attempts = attempts;
        this.release = release;
        thread = new ServiceThread("ermine-release-" + device, ReleaseQueue.class, this::releaseNext, LOG::error);
    }

    void start() {
        thread.start();
    }

    void add(int name) {
        lock.lock();
        try {
            append(Integer.toUnsignedLong(name));
            if (asleep) {
                due.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Objects that QTEE has not been told of, the one under way included. */
    int pending() {
        lock.lock();
        try {
            return count + (busy ? 1 : 0);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is pending; false if the time did not suffice. */
    boolean awaitEmpty(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while ((count > 0 || busy) && left > 0) {
                left = changed.awaitNanos(left);
            }
            return count == 0 && !busy;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread, after the release under way. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            thread.stopAfterTurn();
            due.signal();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the end of the thread. */
    boolean awaitStopped(long nanos) throws InterruptedException {
        boolean ended = thread.awaitEnd(Duration.ofNanos(nanos));
        if (ended) {
            problems.sumUp();
        }
        return ended;
    }

    private void releaseNext() throws InterruptedException {
        if (!take()) {
            return;
        }
        boolean done = true;
        try {
            done = tryRelease((int) current, (int) (current >>> 32));
        } finally {
            finish(done);
        }
    }

    /** Takes the next entry; false if there is none any more. */
    private boolean take() throws InterruptedException {
        lock.lock();
        try {
            awaitEntry();
            if (stopped) {
                return false;
            }
            current = ring[first];
            first = first + 1 & ring.length - 1;
            count--;
            busy = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Who releases one object soon releases another: the thread looks once more by itself before it has to be woken. */
    private void awaitEntry() throws InterruptedException {
        long left = LOOK_AGAIN;
        while (left > 0 && count == 0 && !stopped) {
            left = due.awaitNanos(left);
        }
        while (count == 0 && !stopped) {
            asleep = true;
            try {
                due.await();
            } finally {
                asleep = false;
            }
        }
    }

    /** False if it is to be tried again. */
    private boolean tryRelease(int name, int failures) {
        try {
            release.release(name);
            return true;
        } catch (TeeException e) {
            if (e.errno().filter(Errno.ENODEV::equals).isPresent() || failures + 1 >= attempts) {
                problems.tell(
                        "given up",
                        () -> device + ": object " + name + " of QTEE is given up after " + (failures + 1)
                                + " attempts: " + e.getMessage());
                return true;
            }
            LOG.debug("object {} of QTEE is released later: {}", name, e.getMessage());
            return false;
        } catch (RuntimeException | Error e) {
            problems.tell("failed", () -> device + ": the release of object " + name + " of QTEE failed: " + e);
            return true;
        } finally {
            // What code of the secure world left behind, where that runs on this thread, cuts no pause short.
            Thread.interrupted();
        }
    }

    private void finish(boolean done) throws InterruptedException {
        lock.lock();
        try {
            busy = false;
            if (done) {
                changed.signalAll();
            } else {
                append(current + (1L << 32));
                pause((int) (current >>> 32));
            }
        } finally {
            lock.unlock();
        }
    }

    private void pause(int failures) throws InterruptedException {
        long left = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(failures, 10));
        while (left > 0 && !stopped) {
            left = due.awaitNanos(left);
        }
    }

    private void append(long entry) {
        if (count == ring.length) {
            long[] larger = Arrays.copyOf(ring, 2 * count);
            System.arraycopy(ring, 0, larger, count, first);
            ring = larger;
        }
        ring[first + count & ring.length - 1] = entry;
        count++;
    }
}
