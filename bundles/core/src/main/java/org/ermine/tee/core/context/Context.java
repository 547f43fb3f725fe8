// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.context;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.SharedMemory;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.core.callback.CallbackByName;
import org.ermine.tee.core.callback.CallbackServer;
import org.ermine.tee.core.invoke.Backend;
import org.ermine.tee.core.invoke.CallFrames;
import org.ermine.tee.core.invoke.Invoker;
import org.ermine.tee.core.object.CallbackTable;
import org.ermine.tee.core.object.HeldObject;
import org.ermine.tee.core.object.HostedCallback;
import org.ermine.tee.core.object.Memories;
import org.ermine.tee.core.object.ObjectConversion;
import org.ermine.tee.core.object.ObjectInvoker;
import org.ermine.tee.core.object.ObjectList;
import org.ermine.tee.core.object.ObjectOwner;
import org.ermine.tee.core.object.ObjectSurvey;
import org.ermine.tee.core.object.RootHandle;
import org.ermine.tee.core.rights.Credentials;
import org.ermine.tee.core.rights.Identity;
import org.ermine.tee.core.rights.OpenedServices;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.core.support.PresentWorkers;
import org.ermine.tee.core.support.Watch;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.ObjectDTO;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.support.StackReserve;

/**
 * One open of a device. It owns the objects, the callback objects and the shared memory of one owner, and ends in two
 * steps. {@link #close} is the owner's: everything in progress fails, and the owner's reference is released when the
 * last call has left the backend. The backend's data is released when the last reference is gone, which the TEE may
 * keep for long afterwards.
 *
 * <p>State: {@code closing}, {@code closed} and {@code ownerGone} go from false to true once each, in this order. They
 * say that the close has begun, that nothing is left to be closed, and that the owner's reference is released.
 * Everything else that changes belongs to another class: the gate to {@link Backend}, the references to {@link Host},
 * and what the context holds to {@link ObjectList}, {@link CallbackTable} and {@link Memories}.
 */
public final class Context implements ObjectOwner {

    private static final RequestDTO[] NO_REQUESTS = {};

    private final ContextOpener opener;
    private final PresentWorkers workers;
    /** The key of this context in the device's table, so that to remove it there needs no memory. */
    private final Long id;

    private final OwnerShares.Share place;

    private final long openedAt = System.currentTimeMillis();
    private final long opened = System.nanoTime();
    private final Host host;
    private final Backend backend;
    private final ObjectList objects;
    private final Memories memories;
    private final OpenedServices services;
    private final Identity identity;
    private final CallbackTable callbacks;
    private final CallbackServer server;
    private final Invoker invoker;
    private final RootHandle root = new RootHandle(this);
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicBoolean ownerGone = new AtomicBoolean();
    private volatile boolean closed;
    /** What the TEE held when the context was closed, in order to report what keeps it. */
    private volatile List<HeldObject> heldAtClose = List.of();

    /**
     * @param opener the device handle by which it is opened
     * @param id unique among all contexts
     * @param place the share of its owner in which the device counts it
     */
    public Context(DeviceParts device, ContextOpener opener, long id, OwnerShares.Share place) throws TeeException {
        Owner owner = opener.owner();
        this.opener = opener;
        this.workers = new PresentWorkers(device.workers());
        this.id = id;
        this.place = place;
        memories = new Memories(device.memory(), owner);
        services = new OpenedServices(opener.rights());
        callbacks = new CallbackTable(owner, device.problems());
        identity = new Identity(owner, device.name(), opener.rights(), callbacks);
        host = new Host(owner, memories, device.workers(), services, identity, device.problems(), this::release);
        objects = new ObjectList(this, device.lostHandles());
        ObjectConversion conversion = new ObjectConversion(objects, memories, callbacks);
        Watch watch = new Watch(device.observer(), device.problems(), device.name(), id, owner);
        DriverContext driver = device.driver().open(host);
        boolean made = false;
        try {
            backend = new Backend(
                    driver,
                    device.frames(),
                    number(driver, device.frames(), id),
                    owner,
                    device.problems(),
                    this::releaseOwnerReference);
            server = new CallbackServer(owner, backend, callbacks, conversion, watch, device.requests());
            invoker = new Invoker(this, backend, conversion, watch, workers);
            host.server(server);
            made = true;
        } finally {
            if (!made) {
                driver.closeContext();
                driver.release();
            }
        }
    }

    /**
     * Returns the number by which its calls are announced: that of the driver, or else one made of its id, since there
     * are never so many contexts at once.
     */
    private static int number(DriverContext driver, CallFrames frames, long id) {
        int number = driver.number(frames.slots());
        return number > 0 ? number : 1 + Math.toIntExact(id % Integer.MAX_VALUE);
    }

    @Override
    public TeeDevice device() {
        return opener;
    }

    @Override
    public TeeObject root() {
        return root;
    }

    @Override
    public CallbackObject credentials() {
        return new Credentials(owner(), openedAt);
    }

    @Override
    public CallbackObject callback(String name) throws TeeException {
        requireOpen();
        workers.require("callback '" + name + "' cannot be served").named(name);
        return new CallbackByName(name, workers);
    }

    @Override
    public SharedMemory allocate(long size) throws TeeException {
        requireOpen();
        return memories.allocate(size);
    }

    @Override
    public SharedMemory register(ByteBuffer direct) throws TeeException {
        requireOpen();
        return memories.register(direct);
    }

    @Override
    public boolean isClosed() {
        return closing.get();
    }

    @Override
    public void close() {
        StackReserve.require();
        closeWithin();
    }

    /** Closes it as {@link #close} does, within an operation, which has checked the stack already. */
    public void closeWithin() {
        closeWithin(opener::runForeign);
    }

    /** @param foreign runs the owner's code, which may not return; nothing of Ermine's waits for it */
    public void closeWithin(Consumer<Runnable> foreign) {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        try {
            backend.close();
        } finally {
            closeOwnAndTell(callbacks.close(), foreign);
        }
    }

    private void closeOwnAndTell(HostedCallback held, Consumer<Runnable> foreign) {
        try {
            closeOwn(held);
        } finally {
            if (held != null) {
                foreign.accept(held::notifyAllReleased);
            }
        }
    }

    /** @param held the first of the objects that are to be told of their release, or null */
    private void closeOwn(HostedCallback held) {
        try {
            heldAtClose = HeldObject.of(held, memories);
        } finally {
            releaseOwned();
        }
    }

    private void releaseOwned() {
        try {
            objects.clear();
            memories.close();
        } finally {
            opener.closed(this);
            closed = true;
            if (backend.isIdle()) {
                releaseOwnerReference();
            }
        }
    }

    private void releaseOwnerReference() {
        if (closed && ownerGone.compareAndSet(false, true)) {
            host.release();
        }
    }

    /** Ends the context without its last reference, since the device goes and cannot wait any longer. */
    public void cutOff() {
        host.cutOff();
    }

    private void release() {
        try {
            backend.release();
        } finally {
            opener.released(this);
        }
    }

    /** In which the device counts it. */
    public OwnerShares.Share place() {
        return place;
    }

    /** Whether its owner may still do everything that it did with the context. */
    public boolean isPermitted() {
        return opener.isPermitted() && services.arePermitted() && identity.isPermitted();
    }

    /** Returns its id, which is unique among all contexts. */
    public Long id() {
        return id;
    }

    /** Tells the context that its workers are about to go, and how long requests wait for others. */
    public void workersGoing(long graceNanos) {
        host.workersGoing(graceNanos);
    }

    @Override
    public Owner owner() {
        return opener.owner();
    }

    @Override
    public ObjectInvoker invoker() {
        return invoker;
    }

    /** Tells the context that the workers are gone, so that threads that wait for them look again. */
    public void workersChanged() {
        backend.workersChanged();
    }

    /** Announces requests that are waiting to workers that came. */
    public void catchUp(CallbackWorkers arrived) {
        server.catchUp(arrived);
    }

    /** Returns the number of invocations so far. */
    public long invocations() {
        return backend.invocations();
    }

    /** Returns the number of requests so far, without releases. */
    public long requests() {
        return server.requests();
    }

    /** Describes at most {@code limit} of its objects. */
    public List<ObjectDTO> describeObjects(int limit) {
        return new ObjectSurvey(objects, callbacks, memories).describe(limit);
    }

    /** Describes its present state. */
    public ContextDTO describe() {
        ContextDTO dto = new ContextDTO();
        describe(dto);
        return dto;
    }

    /** @param dto possibly that of another context before, so that all of it is written */
    void describe(ContextDTO dto) {
        dto.id = id;
        dto.owner = opener.ownerName();
        dto.ownerBundleId = owner().bundleId();
        dto.openedAt = openedAt;
        dto.closed = isClosed();
        dto.references = host.references();
        dto.invocations = backend.invocations();
        dto.callbacks = server.requests();
        dto.callbackObjects = callbacks.count();
        dto.sharedMemories = memories.count();
        dto.teeObjects = 0;
        dto.requests = NO_REQUESTS;
        backend.describe(dto);
    }

    /** Returns what keeps this context, which is closed, so that an operator can find out what does not release it. */
    public String remains() {
        StringBuilder text = new StringBuilder();
        text.append("context ").append(id).append(" of ").append(owner());
        text.append(", opened ").append(seconds(opened)).append(" s ago: ");
        text.append(host.references()).append(" reference(s), ");
        text.append(backend.inside()).append(" call(s) in the TEE");
        for (HeldObject object : heldAtClose) {
            if (object.mayBeHeld(memories)) {
                text.append("; ")
                        .append(object)
                        .append(" held for ")
                        .append(seconds(object.since()))
                        .append(" s");
            }
        }
        return text.toString();
    }

    private static long seconds(long since) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
    }

    private void requireOpen() throws TeeException {
        if (isClosed()) {
            throw new TeeException(Errno.ENODEV, "the context of " + owner() + " is closed");
        }
    }

    /** For example {@code context 3 of com.example 1.0.0 [17]}. */
    @Override
    public String toString() {
        return "context " + id + " of " + owner();
    }
}
