// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.ermine.tee.Errno;
import org.ermine.tee.spi.CallbackCall;
import org.ermine.tee.spi.CallbackMonitor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a time limit round foreign code. It knows which calls each thread is in; one daemon thread fails those that exceed
 * their limit, reports them by name, interrupts their thread once and has it replaced.
 */
final class Watchdog implements CallbackMonitor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final Duration defaultLimit;
    private final ScheduledThreadPoolExecutor timer;
    private final ThreadLocal<CallThread> threads = new ThreadLocal<>();

    Watchdog(Duration defaultLimit) {
        this.defaultLimit = defaultLimit;
        this.timer = new ScheduledThreadPoolExecutor(
                1, DaemonThreads.named("ermine-supplicant-watchdog"), new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
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
        call.cancelLimit();
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
        call.limitedBy(timer.schedule(() -> expire(call, handler, overdue), nanos, TimeUnit.NANOSECONDS));
    }

    private static void expire(RunningCall call, Supplier<String> handler, Runnable overdue) {
        if (!call.fail(Errno.ETIMEDOUT)) {
            return;
        }
        overdue.run();
        LOG.warn(
                "{}: {} is still at work after {} ms, on thread {}; failed with TIMEOUT, the thread is replaced",
                handler.get(),
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
        timer.shutdownNow();
    }
}
