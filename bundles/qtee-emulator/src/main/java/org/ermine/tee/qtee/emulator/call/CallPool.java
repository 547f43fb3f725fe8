// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.call;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.ermine.tee.Arguments;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.qtee.emulator.normalworld.Callbacks;
import org.ermine.tee.qtee.emulator.object.CallsInProgress;
import org.ermine.tee.qtee.emulator.object.Domain;
import org.ermine.tee.qtee.emulator.object.DomainObject;

/**
 * The calls in progress, and those that were and will be used again. Entering and leaving takes no lock, unless a
 * call is needed where there was none yet, and allocates nothing. Thread safe.
 *
 * <p>A thread may carry out several calls, one within a callback of the other; at most one of them is not {@linkplain
 * TrustedCall#isOutside() outside}, and that is its present one.
 */
public final class CallPool implements CallsInProgress, Callbacks {

    /**
     * A power of two, so that all lengths are. So many that two threads seldom look for their calls at the same place.
     */
    private static final int INITIAL = 64;

    /** Spreads the ids of threads, which follow each other, over the table. */
    private static final long HASH = 0x9e3779b97f4a7c15L;

    private final IntFunction<TrustedCall> factory;
    /**
     * Filled, and replaced by a longer one, under the lock; null where no call was needed yet. A call belongs to the
     * thread that it names.
     */
    private volatile AtomicReferenceArray<TrustedCall> calls = new AtomicReferenceArray<>(INITIAL);
    /** Guarded by the lock. */
    private int made;

    private volatile boolean closed;

    public CallPool(IntFunction<TrustedCall> factory) {
        this.factory = factory;
    }

    /**
     * @param target number of the object that is invoked, or {@link
     *     org.ermine.tee.qtee.emulator.message.TransportFormat#NULL_ID}
     * @throws TeeException ENODEV if the pool was closed
     */
    public TrustedCall enter(int target) throws TeeException {
        TrustedCall call = take(target);
        if (closed) {
            leave(call, target);
            throw new TeeException(Errno.ENODEV, "the emulated QTEE has stopped");
        }
        return call;
    }

    /** @param target as in {@link #enter} */
    public void leave(TrustedCall call, int target) {
        call.giveBack(target);
        if (closed) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** The call that the thread carries out at present; null if none. */
    public TrustedCall current() {
        Thread thread = Thread.currentThread();
        AtomicReferenceArray<TrustedCall> present = calls;
        for (int i = 0; i < present.length(); i++) {
            TrustedCall call = present.get(place(thread, i, present));
            if (call != null && call.isOwnedBy(thread) && !call.isOutside()) {
                return call;
            }
        }
        return null;
    }

    @Override
    public void callBack(int id, int op, Arguments arguments, Domain domain) throws TeeException {
        TrustedCall call = current();
        if (call == null) {
            throw new TeeException(
                    TeeResult.ABORT, "the normal world can be called only in the course of an invocation by it");
        }
        call.callBack(id, op, arguments, domain);
    }

    @Override
    public void showArguments() {
        TrustedCall call = current();
        if (call != null) {
            call.showArguments();
        }
    }

    @Override
    public void outside(Runnable task) {
        TrustedCall call = current();
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
    public synchronized int close(long millis) throws InterruptedException {
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

    public int inProgress() {
        int count = 0;
        AtomicReferenceArray<TrustedCall> present = calls;
        for (int i = 0; i < present.length(); i++) {
            TrustedCall call = present.get(i);
            if (call != null && call.isOwned()) {
                count++;
            }
        }
        return count;
    }

    /**
     * Does {@link TrustedCall#keepTarget} for all calls. Those that are added meanwhile announce what they invoke
     * later.
     */
    @Override
    public void keepTarget(int number, DomainObject object) {
        AtomicReferenceArray<TrustedCall> present = calls;
        for (int i = 0; i < present.length(); i++) {
            TrustedCall call = present.get(i);
            if (call != null) {
                call.keepTarget(number, object);
            }
        }
    }

    private TrustedCall take(int target) {
        Thread thread = Thread.currentThread();
        while (true) {
            AtomicReferenceArray<TrustedCall> present = calls;
            for (int i = 0; i < present.length(); i++) {
                int place = place(thread, i, present);
                TrustedCall call = present.get(place);
                if (call == null) {
                    call = fill(place);
                }
                if (call.take(thread, target)) {
                    return call;
                }
            }
            grow(present);
        }
    }

    /** Where a thread looks for a call, at its first attempt, numbered 0, and the next ones. */
    private static int place(Thread thread, int attempt, AtomicReferenceArray<TrustedCall> calls) {
        int mask = calls.length() - 1;
        return (int) (thread.getId() * HASH >>> Long.numberOfLeadingZeros(mask)) + attempt & mask;
    }

    /** A call for a place where there was none; in the longer table if there is one by now. */
    private synchronized TrustedCall fill(int place) {
        TrustedCall call = calls.get(place);
        if (call == null) {
            call = factory.apply(made);
            made++;
            calls.set(place, call);
        }
        return call;
    }

    private synchronized void grow(AtomicReferenceArray<TrustedCall> full) {
        if (calls == full) {
            AtomicReferenceArray<TrustedCall> longer = new AtomicReferenceArray<>(2 * full.length());
            for (int i = 0; i < full.length(); i++) {
                longer.set(i, full.get(i));
            }
            calls = longer;
        }
    }
}
