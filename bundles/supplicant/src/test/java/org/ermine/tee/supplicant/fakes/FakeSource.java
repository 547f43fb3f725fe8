// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.fakes;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.callback.SourceLine;
import org.ermine.tee.supplicant.worker.WorkerPool;

/** A context with a queue of requests. */
public final class FakeSource implements CallbackSource {

    private final ConcurrentLinkedQueue<FakeCall> queue = new ConcurrentLinkedQueue<>();
    /** What the thread sent last. */
    private final ThreadLocal<FakeCall> own = new ThreadLocal<>();

    public final AtomicInteger turns = new AtomicInteger();
    private final String owner;
    private final SourceLine.Place place = new SourceLine.Place(this);

    public FakeSource() {
        this("test owner");
    }

    public FakeSource(String owner) {
        this.owner = owner;
    }

    @Override
    public String owner() {
        return owner;
    }

    @Override
    public SourceLine.Place place() {
        return place;
    }

    public FakeCall send(WorkerPool pool, CallbackObject target) {
        return send(pool, new FakeCall(target));
    }

    public FakeCall send(WorkerPool pool, FakeCall call) {
        return send(pool::requestQueued, call);
    }

    /** @param workers are told of the call */
    public FakeCall send(Consumer<CallbackSource> workers, FakeCall call) {
        call.isOf(owner);
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
