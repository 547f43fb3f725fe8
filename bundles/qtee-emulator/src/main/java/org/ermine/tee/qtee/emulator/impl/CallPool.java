// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;

/**
 * The calls in progress, and those that were and will be used again. Entering and leaving takes no lock, unless more calls are in
 * progress than ever before, and allocates nothing. Thread safe.
 *
 * <p>A thread may carry out several calls, one within a callback of the other; at most one of them is not {@linkplain
 * Call#isOutside() outside}, and that is its present one.
 */
final class CallPool {

    /** A power of two, so that all lengths are. */
    private static final int INITIAL = 4;

    private final IntFunction<Call> factory;
    /** Replaced, never changed; grows under the lock. A call belongs to the thread that it names. */
    private volatile Call[] calls = {};

    private volatile boolean closed;

    CallPool(IntFunction<Call> factory) {
        this.factory = factory;
    }

    /**
     * @param target number of the object that is invoked, or {@link Wire#NULL_ID}
     * @throws TeeException ENODEV if the pool was closed
     */
    Call enter(int target) throws TeeException {
        Call call = take(target);
        if (closed) {
            leave(call, target);
            throw new TeeException(Errno.ENODEV, "the emulated QTEE has stopped");
        }
        return call;
    }

    /** @param target as in {@link #enter} */
    void leave(Call call, int target) {
        call.disown(target);
        if (closed) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** The call that the thread carries out at present; null if none. */
    Call current() {
        Thread thread = Thread.currentThread();
        for (Call call : calls) {
            if (call.isOwnedBy(thread) && !call.isOutside()) {
                return call;
            }
        }
        return null;
    }

    /** Runs a task from which the normal world cannot be called. */
    void outside(Runnable task) {
        Call call = current();
        if (call == null) {
            task.run();
            return;
        }
        call.setOutside(true);
        try {
            task.run();
        } finally {
            call.setOutside(false);
        }
    }

    /**
     * Refuses new calls and waits until those in progress have ended.
     *
     * @return how many have not
     */
    synchronized int close(long millis) throws InterruptedException {
        closed = true;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        int left = inProgress();
        while (left != 0) {
            long wait = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (wait <= 0) {
                break;
            }
            wait(wait);
            left = inProgress();
        }
        return left;
    }

    int inProgress() {
        int count = 0;
        for (Call call : calls) {
            if (call.isOwned()) {
                count++;
            }
        }
        return count;
    }

    /** See {@link Call#keepTarget}. Calls that are added meanwhile announce what they invoke later. */
    void keepTarget(int number, HostedObject object) {
        for (Call call : calls) {
            call.keepTarget(number, object);
        }
    }

    private Call take(int target) {
        Thread thread = Thread.currentThread();
        while (true) {
            Call[] present = calls;
            for (int i = 0; i < present.length; i++) {
                Call call = present[(int) (thread.getId() + i) & present.length - 1];
                if (call.own(thread, target)) {
                    return call;
                }
            }
            grow(present);
        }
    }

    private synchronized void grow(Call[] full) {
        if (calls == full) {
            calls = grown(full, Math.max(INITIAL, 2 * full.length));
        }
    }

    private Call[] grown(Call[] present, int length) {
        Call[] more = Arrays.copyOf(present, length);
        for (int i = present.length; i < length; i++) {
            more[i] = factory.apply(i);
        }
        return more;
    }
}
