// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.callback;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.invoke.Backend;
import org.ermine.tee.core.object.CallbackTable;
import org.ermine.tee.core.object.HostedCallback;
import org.ermine.tee.core.object.ObjectConversion;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.core.support.Pool;
import org.ermine.tee.core.support.Watch;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeParam;
import org.ermine.tee.spi.TeeParams;
import org.ermine.tee.spi.callback.CallbackCall;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.callback.SourceLine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the calls of the TEE to callback objects of one context out to the threads of the {@link CallbackWorkers},
 * which run them. Nothing here calls an object.
 *
 * <p>State: {@code catchUp} holds workers that came while requests may have been waiting already. For them each request
 * that is found announces another one, until none is found.
 */
public final class CallbackServer implements CallbackSource {

    private static final Logger LOG = LoggerFactory.getLogger(CallbackServer.class);

    /** How a request is taken from the backend. */
    private interface Receiver {
        boolean receive(SupplicantRequest request) throws TeeException, InterruptedException;
    }

    private final Owner owner;
    private final Backend backend;
    private final CallbackTable callbacks;
    private final ObjectConversion objects;
    private final Watch watch;
    private final Pool<SupplicantRequest> pool;
    private final LongAdder requests = new LongAdder();
    private final AtomicReference<CallbackWorkers> catchUp = new AtomicReference<>();
    private final Receiver first;
    private final Receiver awaited;
    private final String ownerText;
    private final SourceLine.Place place = new SourceLine.Place(this);

    public CallbackServer(
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
        this.first = backend::receive;
        this.awaited = backend::receiveAwaited;
        this.ownerText = owner.toString();
    }

    /** Announces what may have been queued before these workers came. */
    public void catchUp(CallbackWorkers workers) {
        if (callbacks.count() > 0) {
            catchUp.set(workers);
            workers.requestQueued(this);
        }
    }

    @Override
    public CallbackCall next(CallbackWorkers workers) {
        CallbackWorkers late = catchUp.get();
        SupplicantRequest request = receive(first);
        if (late != null) {
            announceNext(late, request);
        }
        return call(request, workers);
    }

    @Override
    public CallbackCall awaited(CallbackWorkers workers) {
        return call(receive(awaited), workers);
    }

    /** @param received the request that was found, or null; it is refused if no other can be announced */
    private void announceNext(CallbackWorkers late, SupplicantRequest received) {
        if (received == null) {
            catchUp.compareAndSet(late, null);
            return;
        }
        boolean announced = false;
        try {
            late.requestQueued(this);
            announced = true;
        } finally {
            if (!announced) {
                giveUp(received);
            }
        }
    }

    /** Ends a request that was received and that no worker will carry out. */
    private void giveUp(SupplicantRequest request) {
        if (!request.isRelease()) {
            refuse(request);
            return;
        }
        long id = request.object();
        done(request);
        HostedCallback ended = callbacks.release(id);
        if (ended != null) {
            ended.notTold();
        }
    }

    /** Returns null if there was no request. */
    private SupplicantRequest receive(Receiver receiver) {
        SupplicantRequest request = pool.take();
        boolean received = false;
        try {
            received = receiver.receive(request);
            return received ? request : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TeeException e) {
            if (!backend.isClosed()) {
                tell("received", () -> "context of " + owner + ": a request cannot be received: " + e.getMessage());
            }
        } finally {
            if (!received) {
                done(request);
            }
        }
        return null;
    }

    /**
     * Returns null if there is nothing to be called: no request, or the release of an object to which there are still
     * references.
     */
    private CallbackCall call(SupplicantRequest request, CallbackWorkers workers) {
        if (request == null) {
            return null;
        }
        if (request.isRelease()) {
            long id = request.object();
            done(request);
            return release(id, workers);
        }
        CallbackCall call = null;
        try {
            requests.increment();
            call = new IncomingCall(this, request, present(callbacks.find(request.object()), workers));
            return call;
        } finally {
            if (call == null) {
                refuse(request);
            }
        }
    }

    /** Fails a request that was taken, so that its client does not wait for an answer for ever. */
    private void refuse(SupplicantRequest request) {
        try {
            fail(request.id());
        } finally {
            done(request);
        }
    }

    private void fail(long requestId) {
        try {
            backend.fail(requestId, Errno.ENOMEM);
        } catch (TeeException e) {
            LOG.debug("context of {}: nobody waits for an answer any more: {}", owner, e.getMessage());
        } catch (Throwable e) {
            failAgain(requestId, e);
        }
    }

    /**
     * Fails a request once more, since the backend broke off. An id is valid for one answer: if the backend had taken
     * the first one, it refuses this one.
     */
    private void failAgain(long requestId, Throwable thrown) {
        try {
            backend.fail(requestId, Errno.ENOMEM);
        } catch (Throwable e) {
            LOG.debug("context of {}: no other answer was taken: {}", owner, FailureText.detailed(e));
        } finally {
            tell(
                    "refuse",
                    () -> "context of " + owner + ": the backend failed to refuse a request: "
                            + FailureText.detailed(thrown));
        }
    }

    private CallbackCall release(long id, CallbackWorkers workers) {
        HostedCallback ended = callbacks.release(id);
        if (ended == null) {
            return null;
        }
        ReleaseCall call = null;
        try {
            watch.released("callback", id);
            call = new ReleaseCall(ended, present(ended.object, workers), ownerText);
            return call;
        } finally {
            if (call == null) {
                ended.notTold();
            }
        }
    }

    /**
     * Returns the object to be called. A name that cannot be found, for want of memory or because the workers are
     * stopping, stands for itself, and fails when it is called: the request was taken, so it has to be answered all the
     * same.
     */
    private static CallbackObject present(CallbackObject object, CallbackWorkers workers) {
        try {
            return CallbackByName.present(object, workers);
        } catch (Throwable e) {
            LOG.debug("{}: {}", object, FailureText.detailed(e));
            return object;
        }
    }

    /** Gives the request back to the pool. Objects that came with it, and that have no owner yet, are released. */
    void done(SupplicantRequest request) {
        try {
            releaseInputs(request.params());
        } finally {
            request.params().clear();
            request.clearClient();
            pool.giveBack(request);
        }
    }

    private void releaseInputs(TeeParams params) {
        for (int i = 0; i < params.count(); i++) {
            if (params.get(i).type() == TeeParam.Type.OBJREF_INPUT) {
                objects.release(params.get(i));
            }
        }
    }

    /** Returns what the TEE gets for a request to an object that cannot be called; 0 if it can be called. */
    int refusal(SupplicantRequest request, CallbackObject target) {
        if (target == null) {
            LOG.debug("context of {}: a request to object {}, which it does not host", owner, request.object());
            return -Errno.ENODEV.number();
        }
        if (target instanceof CallbackByName) {
            LOG.debug("{}: no supplicant is running that could serve it", target);
            return -Errno.ENODEV.number();
        }
        return 0;
    }

    /** Logs what the context's objects can repeat, once for all contexts of its owner. */
    void tell(String cause, Supplier<String> text) {
        watch.tell(cause, text);
    }

    @Override
    public String owner() {
        return ownerText;
    }

    @Override
    public SourceLine.Place place() {
        return place;
    }

    Backend backend() {
        return backend;
    }

    ObjectConversion objects() {
        return objects;
    }

    Watch watch() {
        return watch;
    }

    /** Returns the number of requests so far, without releases. */
    public long requests() {
        return requests.sum();
    }
}
