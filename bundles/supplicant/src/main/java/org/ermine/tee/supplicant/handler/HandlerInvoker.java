// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.handler;

import java.util.function.Consumer;
import org.ermine.tee.Errno;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.supplicant.call.HandlerCallback;
import org.ermine.tee.supplicant.call.RunningCall;
import org.ermine.tee.supplicant.call.Watchdog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls handlers: under a lease, with a time limit, and so that nothing they throw gets further than here. Called on
 * the thread that carries out the callback.
 */
public final class HandlerInvoker {

    /** What is done with a handler under its lease, for one request. */
    public interface Invocation<S> {
        void run(Handler<S> handler, S service) throws Exception;
    }

    private static final Logger LOG = LoggerFactory.getLogger(HandlerInvoker.class);

    private final RepeatLog problems = new RepeatLog(LOG::warn);
    private final Watchdog watchdog;

    public HandlerInvoker(Watchdog watchdog) {
        this.watchdog = watchdog;
    }

    /** Calls {@code target} for a bundle that does so itself instead of the TEE: that is a call of its own. */
    public void dispatchLocally(HandlerCallback target, int op, IncomingArguments arguments) throws TeeException {
        RunningCall own = watchdog.enterLocal(target);
        try {
            target.during(own).dispatch(op, arguments);
        } finally {
            watchdog.leave(own);
        }
    }

    /** Tells {@code target} for a bundle, or for a context that ends, that it is released. */
    public void releaseLocally(HandlerCallback target) {
        RunningCall own = watchdog.enterLocal(target);
        try {
            target.during(own).released();
        } finally {
            watchdog.leave(own);
        }
    }

    /** Calls the best handler of {@code slot}. */
    public <S> void dispatch(
            HandlerSlot<S> slot, RunningCall call, IncomingArguments arguments, Invocation<S> invocation)
            throws TeeException {
        HandlerSlot.Lease<S> lease = lease(slot, call);
        Handler<S> handler = lease.handler();
        try {
            refuseAbandoned(handler, call, arguments);
            refuseBeyondShare(handler, call);
            watchdog.limit(call, handler.properties().timeLimit(), handler);
            invocation.run(handler, lease.service());
            if (call.isAnswered()) {
                throw new TeeException(Errno.ENODEV, handler + " answered too late");
            }
        } catch (Throwable thrown) {
            throw resultOf(thrown, handler, call);
        } finally {
            slot.release(handler, call);
        }
    }

    /**
     * Tells the best handler of {@code slot}, if there is one at present, and its bundle has not used up its share of
     * the threads.
     */
    <S> void tell(HandlerSlot<S> slot, RunningCall call, Consumer<S> news) {
        HandlerSlot.Lease<S> lease = slot.leaseNow(call);
        if (lease == null) {
            LOG.debug("{}: nobody is there who could be told", call);
            return;
        }
        Handler<S> handler = lease.handler();
        try {
            refuseBeyondShare(handler, call);
            watchdog.limit(call, handler.properties().timeLimit(), handler);
            news.accept(lease.service());
        } catch (Throwable thrown) {
            resultOf(thrown, handler, call);
        } finally {
            slot.release(handler, call);
        }
    }

    private <S> HandlerSlot.Lease<S> lease(HandlerSlot<S> slot, RunningCall call) throws TeeException {
        try {
            return slot.lease(call);
        } catch (TeeException e) {
            // An errno reaches the TEE only by failing the call: thrown by an object, it would become ERROR.
            Errno errno = e.errno().orElse(Errno.ENODEV);
            call.fail(errno);
            if (errno == Errno.EBUSY) {
                LOG.debug("{} waits: {}", call, e.getMessage());
            } else {
                problems.tell("no handler", () -> call + " failed: " + e.getMessage());
            }
            throw e;
        }
    }

    private static void refuseAbandoned(Handler<?> handler, RunningCall call, IncomingArguments arguments)
            throws TeeException {
        if (arguments.isAbandoned()) {
            call.fail(Errno.ENODEV);
            throw new TeeException(Errno.ENODEV, "nobody waits for the answer of " + handler + " any more");
        }
    }

    private static void refuseBeyondShare(Handler<?> handler, RunningCall call) throws TeeException {
        call.isFor(handler.bundle());
        String refusal = call.thread().refusal(handler.bundle());
        if (refusal != null) {
            call.fail(Errno.EBUSY);
            throw new TeeException(Errno.EBUSY, refusal);
        }
    }

    private void tellOfFailure(Handler<?> handler, RunningCall call, String text) {
        problems.tell(handler.cause(), () -> handler + ": " + call + " failed: " + text);
    }

    /** Returns what the TEE gets. It keeps neither the throwable nor its class, which would pin a class loader. */
    private TeeException resultOf(Throwable thrown, Handler<?> handler, RunningCall call) {
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        String text = FailureText.detailed(thrown);
        if (thrown instanceof TeeException expected && expected.result().isHostable()) {
            LOG.debug("{}: {} answers {}", handler, call, text);
            handler.failed();
            return new TeeException(expected.result(), handler + ": " + text);
        }
        if (call.isAnswered()) {
            LOG.debug("{}: {} ended with {} after it was failed", handler, call, text);
        } else {
            tellOfFailure(handler, call, text);
            handler.failed();
        }
        return new TeeException(TeeResult.ERROR, handler + ": " + text);
    }
}
