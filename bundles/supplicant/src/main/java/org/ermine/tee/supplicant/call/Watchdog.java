// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackThread;
import org.ermine.tee.supplicant.options.SupplicantConfiguration;
import org.ermine.tee.supplicant.support.WakeUp;
import org.ermine.tee.supplicant.support.WakeUpThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a bracket round foreign code, with a time limit. Each call carries its deadline; one daemon thread looks through
 * the calls of all threads, fails those that exceed their limit, reports them by name, interrupts their thread once and
 * has it replaced. That thread sleeps until the earliest deadline that it knows of passes, and looks for others then; a
 * call with a later one does not wake it. So while calls end in time, as nearly all do, it is woken about once in a
 * time limit however many calls there are.
 */
public final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final RepeatLog problems;
    private final RepeatLog news;
    private final Duration defaultLimit;
    private final int maxNesting;
    /**
     * Looks for overdue calls. Invariant: it is asked for the earliest deadline of the calls of {@link #threads}, but
     * for one whose thread is about to ask, and while it is looking.
     */
    private final WakeUp wakeUp;
    /**
     * Those in calls that may have a limit: workers from their first call to their end, others for as long as they are
     * in one.
     */
    private final Set<CallThread> threads;

    /** What else is done at each look, or null. */
    private volatile Chore chore;

    /** @param maxNesting in how many calls of the TEE, one within the other, a thread may be */
    public Watchdog(Duration defaultLimit, int maxNesting) {
        this(defaultLimit, maxNesting, task -> new WakeUpThread("ermine-supplicant-watchdog", task));
    }

    public Watchdog(Duration defaultLimit, int maxNesting, Function<Runnable, WakeUp> wakeUps) {
        this(
                defaultLimit,
                maxNesting,
                wakeUps,
                new RepeatLog(LOG::warn),
                new RepeatLog(LOG::info),
                ConcurrentHashMap.newKeySet());
    }

    /**
     * @param news where to tell of what became of problems
     * @param threads where to keep those that it watches: empty and thread safe
     */
    public Watchdog(
            Duration defaultLimit,
            int maxNesting,
            Function<Runnable, WakeUp> wakeUps,
            RepeatLog problems,
            RepeatLog news,
            Set<CallThread> threads) {
        this.problems = problems;
        this.news = news;
        this.defaultLimit = defaultLimit;
        this.maxNesting = maxNesting;
        this.threads = threads;
        this.wakeUp = wakeUps.apply(this::look);
    }

    /**
     * Carries a call out on the calling worker: the one place where foreign code is called there. It has a time limit,
     * and leaves the thread as it found it. The limit of a {@link HandlerCallback} begins when a handler is found for
     * it, not while it waits for one.
     *
     * <p>Whatever happens here, the call is run, since a client waits for its answer, and since that gives back what
     * came with it. A call that cannot begin is failed first.
     */
    public void carryOut(CallThread worker, CallbackCall call) {
        RunningCall running = entered(worker, call);
        CallbackObject object = call.target();
        try {
            object = begin(running, object);
        } finally {
            try {
                call.run(object);
            } finally {
                leave(running);
            }
        }
    }

    /** A call that cannot be put into a bracket is failed, and then run without one: its object is not called. */
    private RunningCall entered(CallThread worker, CallbackCall call) {
        boolean entered = false;
        try {
            RunningCall running = new RunningCall(call, worker);
            enter(worker, running);
            entered = true;
            return running;
        } finally {
            if (!entered) {
                runFailed(call);
            }
        }
    }

    private static void runFailed(CallbackCall call) {
        try {
            call.fail(Errno.ENOMEM);
        } finally {
            call.run(call.target());
        }
    }

    /** Returns the object to be called. */
    private CallbackObject begin(RunningCall call, CallbackObject target) {
        try {
            failIfRefused(call);
            return limited(call, target);
        } catch (Throwable e) {
            call.fail(Errno.ENOMEM);
            problems.tell("begin", () -> call + " cannot begin: " + FailureText.detailed(e));
            return target;
        }
    }

    private CallbackObject limited(RunningCall call, CallbackObject target) {
        if (target instanceof HandlerCallback handler) {
            return handler.during(call);
        }
        limit(call, defaultLimit, call);
        return target;
    }

    /**
     * Fails a call that must not begin: it is not carried out then. A stack that ends in the midst of something would
     * leave it half done, so nesting is bounded here, where nothing was begun.
     */
    private void failIfRefused(RunningCall call) {
        if (call.thread().isLeftBehind()) {
            call.fail(Errno.ENODEV);
        } else if (!call.isRelease() && call.thread().depth() > maxNesting) {
            problems.tell(
                    "nesting",
                    () -> call + " is refused: " + maxNesting + " callbacks are nested on "
                            + call.thread().name() + " already, the limit (option maxNesting of "
                            + SupplicantConfiguration.PID + ")");
            call.fail(Errno.ENOMEM);
        } else if (!(call.target() instanceof HandlerCallback)) {
            failIfShareIsUsedUp(call);
        }
    }

    private static void failIfShareIsUsedUp(RunningCall call) {
        String refusal = call.thread().refusal(call.owner());
        if (refusal != null) {
            LOG.debug("{} is refused: {}", call, refusal);
            call.fail(Errno.EBUSY);
        }
    }

    /** Begins a call of {@code target} by a bundle of this framework, on the calling thread. */
    public RunningCall enterLocal(CallbackObject target) {
        CallThread thread = currentThread();
        RunningCall running = RunningCall.local(target, thread);
        enter(thread, running);
        return running;
    }

    /** Adds the call to those of the thread. A look that begins after this has returned sees the thread. */
    void enter(CallThread thread, RunningCall call) {
        if (!thread.enter(call)) {
            return;
        }
        boolean known = false;
        try {
            threads.add(thread);
            known = true;
        } finally {
            if (!known) {
                thread.undoEnter(call);
            }
        }
    }

    /** A thread that is no worker, and is in a call, is found among those that are watched. */
    private CallThread currentThread() {
        if (CallbackThread.current() instanceof CallCarrier worker) {
            return worker.thread();
        }
        for (CallThread thread : threads) {
            if (thread.is(Thread.currentThread())) {
                return thread;
            }
        }
        return new CallThread(Thread.currentThread(), null);
    }

    public void leave(RunningCall call) {
        if (call.thread().leave(call) && !call.thread().isWorker()) {
            hasEnded(call.thread());
        }
        if (call.stuck) {
            Called called = call.called();
            news.tell(
                    called.cause(),
                    () -> called.name() + ": " + call + " ended after " + call.ageMillis()
                            + " ms, long after its time limit");
        }
    }

    /** Tells that the thread is in no call, and will be in none. */
    public void hasEnded(CallThread thread) {
        threads.remove(thread);
    }

    /**
     * Limits a call.
     *
     * @param limit null for the configured one
     * @param called who is reported if it passes
     */
    public void limit(RunningCall call, Duration limit, Called called) {
        long nanos = (limit == null ? defaultLimit : limit).toNanos();
        long deadline = wakeUp.now() + nanos;
        call.limitedBy(deadline, called);
        wakeUp.by(deadline);
    }

    /**
     * Ends the calls whose deadline has passed, and asks to be called again at the next deadline. A call that is
     * limited while this goes on is either seen here or asks for another look itself.
     */
    private void look() {
        long now = wakeUp.now();
        long earliest = RunningCall.NEVER;
        List<RunningCall> overdue = new ArrayList<>();
        for (CallThread thread : threads) {
            earliest = Math.min(earliest, thread.nextDeadline(now, overdue));
        }
        wakeUp.by(earliest);
        try {
            expireAll(overdue.iterator());
        } finally {
            doChore();
        }
    }

    private void doChore() {
        Chore also = chore;
        if (also != null && also.task().getAsBoolean()) {
            lookWithin(also.everyNanos());
        }
    }

    /** Has it look within that time. If that is not possible it is only logged, so that no request fails for it. */
    public void lookWithin(long nanos) {
        try {
            wakeUp.by(wakeUp.now() + nanos);
        } catch (Throwable e) {
            problems.tell("look", () -> "slow calls are not looked for now: " + FailureText.detailed(e));
        }
    }

    /**
     * Has it do something at each look.
     *
     * @param task returns whether it is to be done again soon
     * @param nanos how soon at the latest
     */
    public void alsoLook(BooleanSupplier task, long nanos) {
        chore = new Chore(task, nanos);
    }

    private record Chore(BooleanSupplier task, long everyNanos) {}

    /** Expires all of them, also when of one not even the log can be told. */
    private void expireAll(Iterator<RunningCall> overdue) {
        try {
            while (overdue.hasNext()) {
                expireQuietly(overdue.next());
            }
        } finally {
            if (overdue.hasNext()) {
                expireAll(overdue);
            }
        }
    }

    private void expireQuietly(RunningCall call) {
        try {
            expire(call);
        } catch (Throwable e) {
            problems.tell(
                    "not ended",
                    () -> call + " exceeded its time limit and could not be ended: " + FailureText.detailed(e));
        }
    }

    /** Also replaces the thread of a call that was answered or failed before, and does not return. */
    private void expire(RunningCall call) {
        try {
            failOverdue(call);
        } finally {
            replaceThread(call);
        }
    }

    private void failOverdue(RunningCall call) {
        boolean failed = call.fail(Errno.ETIMEDOUT);
        Called called = call.called();
        called.failed();
        problems.tell(called.cause(), () -> overdue(call, failed));
    }

    private void replaceThread(RunningCall call) {
        boolean othersAreLeft = call.thread().hold(call);
        call.thread().interrupt(call);
        if (!othersAreLeft) {
            problems.tell(
                    "threads",
                    () -> "all worker threads are held by handlers, as many as there may be (option maxThreads of "
                            + SupplicantConfiguration.PID + "); requests wait until one of them returns");
        }
    }

    private static String overdue(RunningCall call, boolean failed) {
        return call.called().name() + ": " + call + " is still at work after " + call.ageMillis()
                + " ms (option timeLimitMillis of " + SupplicantConfiguration.PID
                + ", or the handler's own limit), on thread " + call.thread().name() + "; "
                + (failed ? "failed with TIMEOUT" : "it was answered before") + ", the thread is replaced";
    }

    @Override
    public void close() {
        wakeUp.end(() -> {}, Duration.ZERO);
        problems.sumUp();
        news.sumUp();
    }
}
