// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.spi.CallbackMonitor;
import org.ermine.tee.spi.CallbackSource;

/** A context with a queue of requests. */
final class FakeSource implements CallbackSource {

    private final ConcurrentLinkedQueue<FakeCall> queue = new ConcurrentLinkedQueue<>();
    final AtomicInteger turns = new AtomicInteger();

    FakeCall send(WorkerPool pool, CallbackObject target) {
        return send(pool, new FakeCall(target));
    }

    FakeCall send(WorkerPool pool, FakeCall call) {
        queue.add(call);
        pool.requestQueued(this);
        return call;
    }

    @Override
    public boolean serveNext(CallbackMonitor monitor) {
        turns.incrementAndGet();
        FakeCall call = queue.poll();
        if (call == null) {
            return false;
        }
        call.carryOut(monitor);
        return true;
    }
}
