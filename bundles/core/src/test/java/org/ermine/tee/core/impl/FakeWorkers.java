// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.CallbackCall;
import org.ermine.tee.spi.CallbackMonitor;
import org.ermine.tee.spi.CallbackSource;
import org.ermine.tee.spi.CallbackWorkers;

/** Workers without threads: a test says when an announced request is served. */
final class FakeWorkers implements CallbackWorkers, CallbackMonitor {

    final Queue<CallbackSource> announced = new ConcurrentLinkedQueue<>();
    final List<CallbackSource> awaiting = new CopyOnWriteArrayList<>();
    final AtomicInteger blocked = new AtomicInteger();
    final List<CallbackCall> begun = new CopyOnWriteArrayList<>();
    final List<CallbackCall> ended = new CopyOnWriteArrayList<>();

    /** Serves one announcement. */
    boolean serve() {
        return announced.remove().serveNext(this);
    }

    /** Serves until no announcement is left. */
    int serveAll() {
        int served = 0;
        while (!announced.isEmpty()) {
            served += serve() ? 1 : 0;
        }
        return served;
    }

    @Override
    public void requestQueued(CallbackSource source) {
        announced.add(source);
    }

    @Override
    public void awaiting(CallbackSource source, BooleanSupplier done) {
        awaiting.add(source);
    }

    @Override
    public void blocked() {
        blocked.incrementAndGet();
    }

    final Queue<String> dispatched = new ConcurrentLinkedQueue<>();

    @Override
    public CallbackObject named(String name) {
        return (op, arguments) -> dispatched.add(name);
    }

    record NamedObject(String name) implements CallbackObject {
        @Override
        public void dispatch(int op, org.ermine.tee.IncomingArguments arguments) {}
    }

    @Override
    public void describe(RuntimeDTO runtime) {
        runtime.handlers = new HandlerDTO[] {new HandlerDTO()};
        runtime.failedHandlers = new FailedHandlerDTO[] {new FailedHandlerDTO()};
    }

    volatile Runnable changeListener;

    @Override
    public void onChange(Runnable listener) {
        changeListener = listener;
    }

    @Override
    public void begin(CallbackCall call) {
        begun.add(call);
    }

    @Override
    public void end(CallbackCall call) {
        ended.add(call);
    }
}
