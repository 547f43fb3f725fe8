// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.spi.CallbackMonitor;
import org.ermine.tee.spi.CallbackSource;
import org.ermine.tee.spi.CallbackWorkers;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the requests of one context to its callback objects, on threads of the {@link CallbackWorkers}. A request that was
 * received is answered exactly once, whatever the object does.
 *
 * <p>State: {@code catchUp} holds workers that came while requests may have waited already. For them each request that is found
 * announces another one, until none is found.
 */
final class CallbackServer implements CallbackSource {

    private static final Logger LOG = LoggerFactory.getLogger(CallbackServer.class);

    private final Owner owner;
    private final Backend backend;
    private final CallbackTable callbacks;
    private final ObjectConversion objects;
    private final Watch watch;
    private final Pool<SupplicantRequest> pool;
    private final LongAdder requests = new LongAdder();
    private final AtomicReference<CallbackWorkers> catchUp = new AtomicReference<>();

    CallbackServer(
            Owner owner,
            Backend backend,
            CallbackTable callbacks,
            ObjectConversion objects,
            Watch watch,
            Pool<SupplicantRequest> pool) {
        this.owner = owner;
        this.backend = backend;
        this.callbacks = callbacks;
        this.objects = objects;
        this.watch = watch;
        this.pool = pool;
    }

    /** Announces what may have been queued before these workers came. */
    void catchUp(CallbackWorkers workers) {
        if (callbacks.count() > 0) {
            catchUp.set(workers);
            workers.requestQueued(this);
        }
    }

    @Override
    public boolean serveNext(CallbackMonitor monitor) {
        SupplicantRequest request = pool.take();
        try {
            CallbackWorkers late = catchUp.get();
            boolean received = receive(request);
            if (late != null) {
                announceNext(late, received);
            }
            if (received) {
                serve(request, monitor);
            }
            return received;
        } finally {
            request.params().clear();
            pool.give(request);
        }
    }

    private void announceNext(CallbackWorkers late, boolean received) {
        if (received) {
            late.requestQueued(this);
        } else {
            catchUp.compareAndSet(late, null);
        }
    }

    private boolean receive(SupplicantRequest request) {
        try {
            return backend.receive(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TeeException e) {
            if (!backend.isClosed()) {
                LOG.error("context of {}: a request cannot be received: {}", owner, e.getMessage());
            }
        }
        return false;
    }

    private void serve(SupplicantRequest request, CallbackMonitor monitor) {
        if (request.isRelease()) {
            release(request.object(), monitor);
        } else {
            requests.increment();
            watched(request, monitor);
        }
    }

    private void watched(SupplicantRequest request, CallbackMonitor monitor) {
        TeeObserver observer = watch.observer();
        if (observer == null) {
            dispatch(request, monitor);
            return;
        }
        int result = TeeResult.ERROR.code();
        Object begun = watch.begin(observer, TeeObserver.Activity.CALLBACK);
        long start = System.nanoTime();
        try {
            result = dispatch(request, monitor);
        } finally {
            long nanos = System.nanoTime() - start;
            watch.end(
                    observer,
                    TeeObserver.Activity.CALLBACK,
                    begun,
                    new TeeObserver.Ended(request.object(), request.op(), nanos, request.waited(start), result));
        }
    }

    /** How many requests there were, other than releases. */
    long requests() {
        return requests.sum();
    }

    private void release(long id, CallbackMonitor monitor) {
        HostedObject ended = callbacks.release(id);
        if (ended == null) {
            return;
        }
        watch.released("callback", id);
        CallbackObject target = present(ended.object);
        IncomingCall call = new IncomingCall(backend, owner, 0, DriverContext.OP_RELEASE, target, false);
        try {
            monitor.begin(call);
            ended.notifyReleased(target);
        } finally {
            monitor.end(call);
        }
    }

    /** The object itself where what stands for it cannot be found: it then says so. */
    private static CallbackObject present(CallbackObject object) {
        try {
            return NamedCallback.present(object);
        } catch (TeeException e) {
            LOG.debug("{}: {}", object, e.getMessage());
            return object;
        }
    }

    private int dispatch(SupplicantRequest request, CallbackMonitor monitor) {
        CallbackObject target = present(callbacks.find(request.object()));
        IncomingCall call = new IncomingCall(backend, owner, request.id(), request.op(), target, true);
        try (IncomingParameters parameters = new IncomingParameters(objects, request.params(), call)) {
            int result = TeeResult.ERROR.code();
            try {
                result = serve(request, call, parameters, monitor);
                return result;
            } finally {
                answer(request, call, parameters, result);
            }
        }
    }

    private static void answer(
            SupplicantRequest request, IncomingCall call, IncomingParameters parameters, int result) {
        if (result == 0) {
            call.answer(parameters, request.params());
        } else {
            call.answer(result);
        }
    }

    /** The object's result; or an errno if the request cannot be served. */
    private int serve(
            SupplicantRequest request, IncomingCall call, IncomingParameters parameters, CallbackMonitor monitor) {
        try {
            parameters.read();
        } catch (TeeException e) {
            LOG.warn("{}: refused: {}", call, e.getMessage());
            return -Errno.EINVAL.number();
        }
        if (call.target() == null) {
            LOG.debug("context of {}: a request to object {}, which it does not host", owner, request.object());
            return -Errno.ENODEV.number();
        }
        if (call.target() instanceof NamedCallback) {
            LOG.debug("{}: no supplicant is running that could serve it", call.target());
            return -Errno.ENODEV.number();
        }
        return dispatch(call, parameters, monitor);
    }

    private static int dispatch(IncomingCall call, IncomingParameters parameters, CallbackMonitor monitor) {
        try {
            monitor.begin(call);
            call.target().dispatch(call.op(), parameters);
            return 0;
        } catch (Throwable thrown) {
            return failed(call, thrown);
        } finally {
            monitor.end(call);
        }
    }

    private static int failed(IncomingCall call, Throwable thrown) {
        if (Failure.isAnswer(thrown) || call.isAnswered()) {
            // Whoever failed it meanwhile has said why.
            LOG.debug("{}: {}", call, Failure.text(thrown));
        } else {
            LOG.warn("{} failed: {}", call, Failure.text(thrown));
        }
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return Failure.result(thrown);
    }
}
