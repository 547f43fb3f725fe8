// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.fakes;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.fakes.IdleSource;
import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.supplicant.worker.WorkerPool;

/** A context with a queue of requests. */
public final class FakeSource extends IdleSource {

    private final ConcurrentLinkedQueue<FakeCall> queue = new ConcurrentLinkedQueue<>();
    /** The request that the thread sent last. */
    private final ThreadLocal<FakeCall> own = new ThreadLocal<>();

    public final AtomicInteger turns = new AtomicInteger();

    public FakeSource() {
        this("test owner");
    }

    public FakeSource(String owner) {
        super(owner);
    }

    public FakeCall send(WorkerPool pool, CallbackObject target) {
        return send(pool, new FakeCall(target));
    }

    public FakeCall send(WorkerPool pool, FakeCall call) {
        return send(pool::requestQueued, call);
    }

    /** @param workers are told of the call */
    public FakeCall send(Consumer<CallbackSource> workers, FakeCall call) {
        call.isOf(owner());
        call.client = Thread.currentThread();
        queue.add(call);
        own.set(call);
        workers.accept(this);
        return call;
    }

    @Override
    public CallbackCall next(CallbackWorkers workers) {
        turns.incrementAndGet();
        return queue.poll();
    }

    /** A thread sends one request at a time. */
    @Override
    public CallbackCall awaited(CallbackWorkers workers) {
        FakeCall call = own.get();
        return call != null && queue.remove(call) ? call : null;
    }
}
