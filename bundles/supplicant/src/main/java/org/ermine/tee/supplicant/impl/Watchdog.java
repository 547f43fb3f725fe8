// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ermine.tee.Errno;
import org.ermine.tee.spi.CallbackCall;
import org.ermine.tee.spi.CallbackMonitor;
import org.ermine.tee.spi.DriverContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a time limit round foreign code. It knows which calls each thread is in; one daemon thread fails those that exceed
 * their limit, reports them by name, interrupts their thread once and has it replaced. That thread sleeps until the earliest
 * deadline that it knows of passes, and looks for others then; a call with a later one does not wake it. So while calls end in
 * time, as nearly all do, it is woken about once in a time limit however many calls there are.
 */
final class Watchdog implements CallbackMonitor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private static final long NEVER = Long.MAX_VALUE;

    private final Duration defaultLimit;
    private final int maxNesting;
    /**
     * Looks for overdue calls. Invariant: it is asked for the earliest deadline of the calls in {@link #limited}, but for one whose
     * thread is about to ask, and while it is looking.
     */
    private final WakeUp wakeUp;
    /** Those that have a limit and have not ended. */
    private final Set<RunningCall> limited = ConcurrentHashMap.newKeySet();

    private final ThreadLocal<CallThread> threads = new ThreadLocal<>();

    /** @param maxNesting in how many calls of the TEE, one within the other, a thread may be */
    Watchdog(Duration defaultLimit, int maxNesting) {
        this(defaultLimit, maxNesting, task -> new WakeUpThread("ermine-supplicant-watchdog", task));
    }

    Watchdog(Duration defaultLimit, int maxNesting, Function<Runnable, WakeUp> wakeUps) {
        this.defaultLimit = defaultLimit;
        this.maxNesting = maxNesting;
        this.wakeUp = wakeUps.apply(this::look);
    }

    /** The calling thread is a worker from now on. */
    void adopt(CallThread worker) {
        threads.set(worker);
    }

    /** The calling thread, null if it is neither a worker nor in a call. */
    CallThread currentThread() {
        return threads.get();
    }

    /** The limit of a {@link HandlerCallback} begins when a handler is found for it, not while it waits for one. */
    @Override
    public void begin(CallbackCall call) {
        RunningCall running = enter(call);
        if (!(call.target() instanceof HandlerCallback)) {
            limit(running, defaultLimit, running::target, () -> {});
        }
        if (call.op() != DriverContext.OP_RELEASE && running.thread().depth() > maxNesting) {
            refuse(running);
        }
    }

    /** A stack that ends in the midst of something would leave it half done: here one can still refuse. */
    private void refuse(RunningCall call) {
        String refusal = call + " is refused: " + maxNesting + " callbacks are nested on "
                + call.thread().name() + " already";
        LOG.warn(refusal);
        call.fail(Errno.ENOMEM);
        throw new IllegalStateException(refusal);
    }

    @Override
    public void end(CallbackCall call) {
        RunningCall running = currentThread().innermost();
        if (running == null || !running.carriesOut(call)) {
            throw new IllegalStateException("the end of a call that did not begin on this thread");
        }
        leave(running);
    }

    /** @param call null if it is not the TEE that calls */
    RunningCall enter(CallbackCall call) {
        CallThread thread = threads.get();
        if (thread == null) {
            thread = new CallThread(Thread.currentThread(), null);
            threads.set(thread);
        }
        RunningCall running = new RunningCall(call, thread);
        thread.enter(running);
        return running;
    }

    void leave(RunningCall call) {
        limited.remove(call);
        if (call.thread().leave(call) && call.thread().isWorkerOf(null)) {
            threads.remove();
        }
        if (call.stuck) {
            LOG.info("{} ended after {} ms, long after its time limit", call, call.ageMillis());
        }
    }

    /**
     * Limits a call.
     *
     * @param limit null for the configured one
     * @param handler names who is called, for the report
     * @param overdue called when the limit passes
     */
    void limit(RunningCall call, Duration limit, Supplier<String> handler, Runnable overdue) {
        long nanos = (limit == null ? defaultLimit : limit).toNanos();
        long deadline = wakeUp.now() + nanos;
        call.limitedBy(new RunningCall.Limit(deadline, handler, overdue));
        limited.add(call);
        wakeUp.by(deadline);
    }

    /** A call that is added while this goes on is either seen here or asks for another look itself. */
    private void look() {
        long now = wakeUp.now();
        long earliest = NEVER;
        List<RunningCall> overdue = new ArrayList<>();
        for (RunningCall call : limited) {
            long deadline = call.limit().deadline();
            if (deadline <= now) {
                overdue.add(call);
            } else {
                earliest = Math.min(earliest, deadline);
            }
        }
        wakeUp.by(earliest);
        overdue.forEach(this::expireQuietly);
    }

    private void expireQuietly(RunningCall call) {
        limited.remove(call);
        try {
            expire(call);
        } catch (RuntimeException e) {
            LOG.error("{} exceeded its time limit and could not be ended", call, e);
        }
    }

    private static void expire(RunningCall call) {
        if (!call.fail(Errno.ETIMEDOUT)) {
            return;
        }
        call.limit().overdue().run();
        LOG.warn(
                "{}: {} is still at work after {} ms, on thread {}; failed with TIMEOUT, the thread is replaced",
                call.limit().handler().get(),
                call,
                call.ageMillis(),
                call.thread().name());
        if (!call.thread().hold(call)) {
            LOG.error("all worker threads are held by handlers; requests wait until one of them returns");
        }
        call.thread().interrupt(call);
    }

    @Override
    public void close() {
        wakeUp.end(() -> {}, Duration.ZERO);
    }
}
