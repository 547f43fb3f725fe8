// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.concurrent.locks.LockSupport;
import org.ermine.tee.Errno;

/**
 * How an invoking thread waits for callbacks: until a deadline that starts with the first of them, and as long as it is not
 * interrupted. An interrupt is taken note of and given back at the end, so that the thread can still wait for those who hold
 * its arguments at that moment. Once interrupted, no further callback of the invocation is waited for.
 */
final class ClientWait {

    private long limit;
    private long deadline;
    private boolean started;
    private boolean interrupted;
    private boolean givenUp;

    /** A new invocation of the calling thread, whose callbacks may take {@code nanos} together. */
    void begin(long nanos) {
        limit = nanos;
        started = false;
        interrupted = false;
        givenUp = false;
    }

    /** The thread cannot go on with the invocation, and waits for no callback of it any more. */
    void giveUp() {
        givenUp = true;
    }

    /** The invocation is over: the thread gets its interrupt status back. */
    void end() {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** ENODEV if the thread was interrupted or gave up, ETIMEDOUT if the time is over, otherwise null. */
    Errno reasonToLeave() {
        if (Thread.interrupted()) {
            interrupted = true;
        }
        if (interrupted || givenUp) {
            return Errno.ENODEV;
        }
        return remaining() <= 0 ? Errno.ETIMEDOUT : null;
    }

    /** Nanoseconds that are left. */
    long remaining() {
        if (!started) {
            started = true;
            deadline = System.nanoTime() + limit;
        }
        return deadline - System.nanoTime();
    }

    /** Waits until unparked, interrupted, or the time is over. */
    void park(Object blocker) {
        LockSupport.parkNanos(blocker, Math.max(1, remaining()));
    }

    /** Waits for those who hold the arguments: they finish soon, and unpark the thread. Takes note of an interrupt. */
    void parkUntilLetGo(Object blocker) {
        LockSupport.park(blocker);
        interrupted |= Thread.interrupted();
    }
}
