// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.context;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.ermine.tee.TeeException;
import org.ermine.tee.core.callback.CallbackServer;
import org.ermine.tee.core.object.Memories;
import org.ermine.tee.core.rights.Identity;
import org.ermine.tee.core.rights.OpenedServices;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.references.ReferenceCount;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.MemoryRegion;
import org.ermine.tee.spi.callback.CallbackThread;
import org.ermine.tee.spi.callback.CallbackWorkers;

/**
 * A context as its backend sees it: the reference count, and the way to the workers that serve its requests.
 *
 * <p>State: {@code references} starts at 1, which is the owner's. At 0 the context has ended, and stays so.
 * {@code ended} makes sure that this happens once, even if the context is cut off before the last reference is
 * released. {@code unservedFrom} matters only while there are no workers.
 */
final class Host implements ContextHost {

    private final Owner owner;
    private final Memories memories;
    private final Supplier<CallbackWorkers> workers;
    private final OpenedServices services;
    private final Identity identity;
    private final RepeatLog problems;
    private final Runnable end;
    private final ReferenceCount references = new ReferenceCount();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile CallbackServer server;
    /** When requests that are waiting for workers are given up, while there are none. */
    private volatile long unservedFrom = System.nanoTime();

    /** @param end is run once, when the last reference is gone or the context is cut off */
    Host(
            Owner owner,
            Memories memories,
            Supplier<CallbackWorkers> workers,
            OpenedServices services,
            Identity identity,
            RepeatLog problems,
            Runnable end) {
        this.owner = owner;
        this.memories = memories;
        this.workers = workers;
        this.services = services;
        this.identity = identity;
        this.problems = problems;
        this.end = end;
    }

    /** Sets the server, before the first user object can go over to the TEE, and so before there can be a request. */
    void server(CallbackServer server) {
        this.server = server;
    }

    @Override
    public void retain() {
        if (!references.tryRetain()) {
            throw new IllegalStateException("the context of " + owner + " is over: it has no references");
        }
    }

    @Override
    public void release() {
        if (isLastReleased()) {
            end();
        }
    }

    /** A backend that releases what it does not hold is told of in the log, and does no harm. */
    private boolean isLastReleased() {
        try {
            return references.release();
        } catch (IllegalStateException e) {
            problems.tell(
                    List.of("not held", owner),
                    () -> "context of " + owner + ": a reference was released that nobody held");
            return false;
        }
    }

    /** Ends the context although there are references. Their releases have no effect afterwards. */
    void cutOff() {
        end();
    }

    int references() {
        return references.get();
    }

    @Override
    public void requestQueued() {
        CallbackWorkers present = workers.get();
        if (present != null) {
            present.requestQueued(server);
        }
    }

    @Override
    public void awaiting() {
        CallbackThread.Carrier carrier = CallbackThread.current();
        if (carrier != null) {
            carrier.awaiting(server);
        }
    }

    @Override
    public void blocked() {
        CallbackThread.Carrier carrier = CallbackThread.current();
        if (carrier != null) {
            carrier.blocked();
        }
    }

    @Override
    public long graceLeft() {
        boolean served = workers.get() != null || CallbackThread.current() != null;
        return served ? Long.MAX_VALUE : unservedFrom - System.nanoTime();
    }

    /**
     * Notes that the workers that serve this context are about to go.
     *
     * @param graceNanos how long requests wait for others
     */
    void workersGoing(long graceNanos) {
        unservedFrom = System.nanoTime() + graceNanos;
    }

    @Override
    public MemoryRegion memory(long id) {
        return memories.region(id);
    }

    @Override
    public void requireService(String uid) throws TeeException {
        services.require(uid);
    }

    @Override
    public void requireIdentity(long credentials) throws TeeException {
        identity.require(credentials);
    }

    @Override
    public String owner() {
        return owner.toString();
    }

    private void end() {
        if (ended.compareAndSet(false, true)) {
            end.run();
        }
    }
}
