// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import static org.ermine.tee.itests.concurrency.Threads.join;
import static org.ermine.tee.itests.concurrency.Threads.require;
import static org.ermine.tee.itests.concurrency.Threads.start;
import static org.ermine.tee.itests.concurrency.Threads.together;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.fakes.IdleSource;
import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.CallbackThread;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.supplicant.call.CallCarrier;
import org.ermine.tee.supplicant.call.CallThread;
import org.ermine.tee.supplicant.call.HandlerCallback;
import org.ermine.tee.supplicant.call.RunningCall;
import org.ermine.tee.supplicant.call.Watchdog;
import org.ermine.tee.supplicant.support.WakeUp;

/** Workers, and turns that are announced to them. A turn that nobody takes ends the scenario as one that hangs. */
final class WorkerScenarios {

    private WorkerScenarios() {}

    /** Two requests are announced at once to one worker: both are served. */
    record TwoAnnouncements() implements Runnable {
        @Override
        public void run() {
            Workers workers = new Workers(1, 1);
            Source source = new Source();
            together(() -> workers.pool.requestQueued(source), () -> workers.pool.requestQueued(source));
            source.awaitServed(2);
            workers.close();
        }
    }

    /**
     * Two requests are announced at once to one worker that looks out, or is about to do so no more: both are served.
     */
    record AnnouncementsBesideLookout() implements Runnable {
        @Override
        public void run() {
            Workers workers = new Workers(1, 1, 1);
            Source source = new Source();
            together(() -> workers.pool.requestQueued(source), () -> workers.pool.requestQueued(source));
            source.awaitServed(2);
            workers.close();
        }
    }

    /**
     * A turn is handed to a worker that is about to look out no more: the two threads agree on whether it was handed
     * over.
     */
    record HandBesideGiveUp() implements Runnable {
        @Override
        public void run() {
            Lookout lookout = new Lookout();
            Source source = new Source();
            boolean[] handed = new boolean[1];
            boolean[] got = new boolean[1];
            require(lookout.begin(), "somebody looks out");
            together(
                    () -> handed[0] = lookout.hand(source),
                    () -> got[0] = !lookout.giveUp() && lookout.take() == source);
            require(handed[0] == got[0], "handed over: " + handed[0] + ", got: " + got[0]);
            require(lookout.begin(), "the place is not free");
        }
    }

    /**
     * Two threads hand a turn to one worker while it is recalled: it gets one of them, or hears that it is recalled.
     */
    record TwoHands() implements Runnable {
        @Override
        public void run() {
            Lookout lookout = new Lookout();
            Source one = new Source();
            Source other = new Source();
            boolean[] done = new boolean[3];
            require(lookout.begin(), "somebody looks out");
            Thread recalling = start(() -> done[2] = lookout.recall());
            together(() -> done[0] = lookout.hand(one), () -> done[1] = lookout.hand(other));
            join(recalling);
            CallbackSource taken = lookout.take();
            require(taken == (done[0] ? one : done[1] ? other : null), "a turn is lost");
            require((done[0] ? 1 : 0) + (done[1] ? 1 : 0) + (done[2] ? 1 : 0) == 1, "not exactly one of them");
        }
    }

    /** A worker has to wait for a request that is announced meanwhile: another one serves that. */
    record LendBesideAnnouncement() implements Runnable {
        @Override
        public void run() {
            Workers workers = new Workers(1, 2);
            Source inner = new Source();
            Source outer = new Source() {
                @Override
                public CallbackCall next(CallbackWorkers workers) {
                    return new Call(() -> {
                        CallbackThread.current().blocked();
                        inner.awaitServed(1);
                        count();
                    });
                }
            };
            together(() -> workers.pool.requestQueued(outer), () -> workers.pool.requestQueued(inner));
            outer.awaitServed(1);
            workers.close();
        }
    }

    /**
     * The only worker is in a slow call, and is lent for that while a request is announced: another one serves that.
     */
    record LendSlowBesideAnnouncement() implements Runnable {
        @Override
        public void run() {
            Workers workers = new Workers(1, 4);
            Source inner = new Source();
            Source begun = new Source();
            AtomicReference<CallThread> slow = new AtomicReference<>();
            Source outer = new Source() {
                @Override
                public CallbackCall next(CallbackWorkers workers) {
                    return new Call(() -> {
                        slow.set(((CallCarrier) CallbackThread.current()).thread());
                        begun.count();
                        inner.awaitServed(1);
                        count();
                    });
                }
            };
            workers.pool.requestQueued(outer);
            begun.awaitServed(1);
            boolean[] lent = new boolean[1];
            together(
                    () -> workers.pool.requestQueued(inner),
                    () -> lent[0] = slow.get().lendIfSlow(0));
            require(lent[0] || slow.get().lendIfSlow(0), "the worker is not lent though a turn waits");
            inner.awaitServed(1);
            outer.awaitServed(1);
            workers.close();
        }
    }

    /** An owner may occupy one worker of two, and two of its requests are announced at once: both are served. */
    record TurnsOfOneOwner() implements Runnable {
        @Override
        public void run() {
            Workers workers = new Workers(2, 2);
            Source one = new Source();
            Source other = new Source();
            together(() -> workers.pool.requestQueued(one), () -> workers.pool.requestQueued(other));
            one.awaitServed(1);
            other.awaitServed(1);
            workers.close();
        }
    }

    /** A request is announced while the workers end: none of them stays. */
    record CloseBesideAnnouncement() implements Runnable {
        @Override
        public void run() {
            Workers workers = new Workers(1, 1);
            Source source = new Source();
            together(workers::close, () -> workers.pool.requestQueued(source));
            workers.close();
        }
    }

    private static final class Workers {

        private final Watchdog watchdog = new Watchdog(Duration.ofDays(1), 10, task -> new NoTime());
        final WorkerPool pool;

        Workers(int workers, int maxThreads) {
            this(workers, maxThreads, 0);
        }

        Workers(int workers, int maxThreads, long spinNanos) {
            pool = new WorkerPool(null, workers, maxThreads, maxThreads, watchdog, spinNanos);
        }

        void close() {
            require(pool.close(Duration.ofDays(1)).equals(List.of()), "workers are left");
            watchdog.close();
        }
    }

    /** In an exploration no time passes, so that nobody looks for what takes too long. */
    private static final class NoTime implements WakeUp {

        @Override
        public long now() {
            return 0;
        }

        @Override
        public void by(long time) {
            // That time never comes.
        }

        @Override
        public boolean end(Runnable last, Duration wait) {
            last.run();
            return true;
        }
    }

    private static class Source extends IdleSource {

        private int served;

        Source() {
            super("test");
        }

        @Override
        public CallbackCall next(CallbackWorkers workers) {
            count();
            return null;
        }

        final synchronized void count() {
            served++;
            notifyAll();
        }

        synchronized void awaitServed(int requests) {
            try {
                while (served < requests) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A call of a handler, so that the watchdog's timer has nothing to do with it. */
    private record Call(Runnable work) implements CallbackCall, HandlerCallback {

        @Override
        public CallbackObject target() {
            return this;
        }

        @Override
        public void run(CallbackObject object) {
            work.run();
        }

        @Override
        public CallbackObject during(RunningCall call) {
            return this;
        }

        @Override
        public String called(int calledOp) {
            return null;
        }

        @Override
        public void dispatch(int op, IncomingArguments arguments) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int op() {
            return 0;
        }

        @Override
        public String owner() {
            return "test";
        }

        @Override
        public boolean fail(Errno errno) {
            return true;
        }

        @Override
        public boolean isAnswered() {
            return false;
        }
    }
}
