// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.fakes;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.CallbackWorkers;

/**
 * Workers without threads: a test says when an announced request is served. What an object is called with outside of
 * the bracket that real workers put round a call fails the test, see {@link #requireBracket}.
 */
public final class FakeWorkers implements CallbackWorkers {

    public final Queue<CallbackSource> announced = new ConcurrentLinkedQueue<>();
    /** Calls that ran or run. */
    public final List<CallbackCall> begun = new CopyOnWriteArrayList<>();

    public final List<CallbackCall> ended = new CopyOnWriteArrayList<>();
    /** Done with each call before it is run. */
    public volatile Consumer<CallbackCall> beforeRun = call -> {};

    volatile long graceNanos;
    private final ThreadLocal<Boolean> serving = ThreadLocal.withInitial(() -> false);
    private final ThreadLocal<Boolean> inBracket = ThreadLocal.withInitial(() -> false);
    private final List<String> strays = new CopyOnWriteArrayList<>();

    /** Serves one announcement. */
    public boolean serve() {
        return serve(announced.remove());
    }

    public boolean serve(CallbackSource source) {
        return serve(source::next);
    }

    /** @param taking how a call is taken */
    public boolean serve(Function<CallbackWorkers, CallbackCall> taking) {
        boolean outer = serving.get();
        serving.set(true);
        try {
            CallbackCall call = taking.apply(this);
            if (call != null) {
                carryOut(call);
            }
            return call != null;
        } finally {
            serving.set(outer);
        }
    }

    private void carryOut(CallbackCall call) {
        boolean outer = inBracket.get();
        beforeRun.accept(call);
        begun.add(call);
        inBracket.set(true);
        try {
            call.run(call.target());
        } finally {
            inBracket.set(outer);
            ended.add(call);
        }
    }

    /** Called by objects: notes a call by a thread that serves, but not in the bracket. */
    public void requireBracket(String what) {
        if (serving.get() && !inBracket.get()) {
            strays.add(what);
        }
    }

    /** What {@link #requireBracket} noted. */
    public List<String> strays() {
        return List.copyOf(strays);
    }

    /** Serves until no announcement is left. */
    public int serveAll() {
        int served = 0;
        while (!announced.isEmpty()) {
            served += serve() ? 1 : 0;
        }
        return served;
    }

    /** Done before an announcement is taken. */
    public volatile Runnable announcing = () -> {};

    @Override
    public void requestQueued(CallbackSource source) {
        announcing.run();
        announced.add(source);
    }

    @Override
    public long graceNanos() {
        return graceNanos;
    }

    public final Queue<String> dispatched = new ConcurrentLinkedQueue<>();
    public final Queue<String> released = new ConcurrentLinkedQueue<>();

    /** Done when a name is looked up. */
    public volatile Runnable lookingUp = () -> {};

    @Override
    public CallbackObject named(String name) {
        lookingUp.run();
        return new CallbackObject() {
            @Override
            public void dispatch(int op, IncomingArguments arguments) {
                dispatched.add(name);
            }

            @Override
            public void released() {
                released.add(name);
            }
        };
    }

    public record NamedObject(String name) implements CallbackObject {
        @Override
        public void dispatch(int op, IncomingArguments arguments) {}
    }

    @Override
    public void contribute(RuntimeDTO runtime) {
        telling.run();
        runtime.handlers = new HandlerDTO[] {new HandlerDTO()};
        runtime.failedHandlers = new FailedHandlerDTO[] {new FailedHandlerDTO()};
    }

    public volatile Runnable changeListener;
    /** Run before they tell what they know. */
    public volatile Runnable telling = () -> {};

    @Override
    public void onChange(Runnable listener) {
        changeListener = listener;
    }
}
