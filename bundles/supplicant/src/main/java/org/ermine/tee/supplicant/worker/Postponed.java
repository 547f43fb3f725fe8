// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.worker;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.callback.SourceLine;

/**
 * The calls that workers took from their contexts, and that reach a bundle which occupies its share of the workers:
 * they wait for turns of that bundle, as calls of one source of its own. Thread safe.
 */
final class Postponed implements CallbackSource {

    private final String owner;
    private final SourceLine.Place place = new SourceLine.Place(this);
    private final Queue<Waiting> calls = new ConcurrentLinkedQueue<>();

    /** @param client the thread that waits for the answer, or null; a call must not be asked for it once it is run */
    private record Waiting(CallbackCall call, Thread client) {}

    /** @param owner the bundle */
    Postponed(String owner) {
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

    void add(CallbackCall call) {
        calls.add(new Waiting(call, call.client()));
    }

    @Override
    public CallbackCall next(CallbackWorkers workers) {
        Waiting first = calls.poll();
        return first == null ? null : first.call();
    }

    @Override
    public CallbackCall awaited(CallbackWorkers workers) {
        return takeAwaited();
    }

    /** Removes the call for whose answer the calling thread waits, and returns it; null if there is none. */
    CallbackCall takeAwaited() {
        for (Waiting each : calls) {
            if (each.client() == Thread.currentThread() && calls.remove(each)) {
                return each.call();
            }
        }
        return null;
    }
}
