// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qcomtee.call.CallingContext;
import org.ermine.tee.qcomtee.call.CallingContexts;
import org.ermine.tee.qcomtee.call.InvocationPool;
import org.ermine.tee.qcomtee.call.Quarantine;
import org.ermine.tee.qcomtee.call.Transport;
import org.ermine.tee.qcomtee.export.AsyncMessages;
import org.ermine.tee.qcomtee.export.ContextObjects;
import org.ermine.tee.qcomtee.export.ExportTable;
import org.ermine.tee.qcomtee.limit.ContextShares;
import org.ermine.tee.qcomtee.limit.DeviceLimits;
import org.ermine.tee.qcomtee.limit.DeviceShares;
import org.ermine.tee.qcomtee.request.RequestQueue;
import org.ermine.tee.qcomtee.teeobject.ObjectTable;
import org.ermine.tee.qcomtee.teeobject.ObjectUses;
import org.ermine.tee.qcomtee.teeobject.ReleaseQueue;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.spi.TeeDriver;
import org.ermine.tee.spi.TeeParams;
import org.ermine.tee.spi.support.SpinTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Qualcomm TEE behind a secure channel: what its contexts share. Owns the table of objects that QTEE knows of the
 * normal world, the release queue with its threads, and the pool of invocations.
 */
public final class QcomTee implements TeeDriver {

    private static final Logger LOG = LoggerFactory.getLogger(QcomTee.class);

    /** How long the threads of the release queue may take to end. */
    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * How long QTEE's callbacks in the course of one release may take together: it holds up one of few threads
     * meanwhile.
     */
    private static final long RELEASE_CALLBACK_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** How long other releases wait for one that takes long. */
    private static final long LONG_RELEASE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final String name;
    private final DeviceLimits limits;
    private final RepeatLog problems;
    private final DeviceShares shares;
    private final ReleaseQueue releases;
    private final Transport transport;
    private final InvocationPool invocations;
    private final QcomContext ownContext;

    private volatile TeeVersion version = new TeeVersion(TeeVersion.QTEE, 0, TeeVersion.OBJECTS, "");

    /** @param name of the device */
    public QcomTee(String name, SecureChannel channel, SharedMemoryManager memory, DeviceLimits limits) {
        this(name, channel, memory, limits, new RepeatLog(LOG::warn));
    }

    /** @param problems where to tell of what QTEE or clients can repeat */
    QcomTee(String name, SecureChannel channel, SharedMemoryManager memory, DeviceLimits limits, RepeatLog problems) {
        this.name = name;
        this.limits = limits;
        this.problems = problems;
        shares = DeviceShares.of(limits);
        releases = new ReleaseQueue(
                name,
                new ReleaseQueue.Bounds(limits.releaseAttempts(), limits.releaseThreads(), LONG_RELEASE_NANOS),
                problems,
                this::release);
        ObjectUses uses = new ObjectUses(releases.objects());
        ExportTable exports = new ExportTable(limits.exports(), shares.exported());
        CallingContext own = caller(new OwnHost(), CallingContexts.OWN_NUMBER, true, uses);
        transport = new Transport(
                name,
                channel,
                memory,
                limits,
                new SpinTime(limits.spinNanos()),
                exports,
                new AsyncMessages(name, exports, problems),
                releases.objects(),
                uses,
                new CallingContexts(name, own),
                new Quarantine(name, problems),
                problems);
        invocations = new InvocationPool(transport);
        ownContext = new QcomContext(transport, invocations, own);
    }

    private CallingContext caller(ContextHost host, int number, boolean privileged, ObjectUses uses) {
        ContextShares entered = ContextShares.enter(shares, host.owner());
        CallingContext made = null;
        try {
            ContextObjects objects = new ContextObjects(
                    host,
                    new ObjectTable(number, releases.objects(), uses),
                    new RequestQueue(host, problems),
                    entered,
                    limits.userObjects());
            made = new CallingContext(number, privileged, objects, entered);
            return made;
        } finally {
            if (made == null) {
                entered.leave();
            }
        }
    }

    /** Asks QTEE for its version. To be called once, before the first context is opened. */
    public void start() {
        releases.start();
        try {
            String release = new VersionQuery(ownContext).query();
            version = new TeeVersion(TeeVersion.QTEE, 0, TeeVersion.OBJECTS, release);
            LOG.info("{}: QTEE {}", name, release);
        } catch (TeeException e) {
            LOG.warn("{}: QTEE does not tell its version: {}", name, e.getMessage());
        }
    }

    @Override
    public TeeVersion version() {
        return version;
    }

    @Override
    public DriverContext open(ContextHost host) throws TeeException {
        QcomContext context = context(host, transport.contexts().nextNumber());
        boolean added = false;
        try {
            transport.contexts().add(context.caller());
            added = true;
            return context;
        } finally {
            if (!added) {
                context.release();
            }
        }
    }

    /** A context that this device does not know yet. */
    QcomContext context(ContextHost host, int number) {
        CallingContext caller = caller(host, number, false, transport.uses());
        QcomContext made = null;
        try {
            made = new QcomContext(transport, invocations, caller);
            return made;
        } finally {
            if (made == null) {
                caller.leave();
            }
        }
    }

    @Override
    public HazardSlots slots() {
        return transport.uses().slots();
    }

    @Override
    public int pendingReleases() {
        return releases.pending();
    }

    @Override
    public int abandonedCalls() {
        return transport.quarantine().calls();
    }

    /**
     * Opens no more contexts, waits for the last one and for all releases, within the limit, and ends. What is left is
     * reported and cut off; calls into QTEE that are left end within the grace.
     */
    public void close() {
        long end = System.nanoTime() + limits.closeNanos();
        try {
            awaitContexts(end - System.nanoTime());
            ownContext.closeContext();
            if (!releases.awaitEmpty(end - System.nanoTime())) {
                LOG.warn("{}: {} objects of QTEE could not be released in time", name, releases.pending());
            }
            end();
            if (!releases.awaitStopped(limits.graceNanos() + STOP_NANOS)) {
                LOG.warn(
                        "{}: QTEE does not return from the release of objects; a thread is left behind for each", name);
            }
        } catch (InterruptedException e) {
            LOG.warn("{}: interrupted while waiting for its contexts and releases", name);
            Thread.currentThread().interrupt();
        } finally {
            end();
            invocations.close();
        }
        reportLeft();
    }

    /** Whoever is in QTEE leaves, and nothing is released any more. */
    void end() {
        transport.contexts().end();
        releases.stop();
    }

    private void reportLeft() {
        int held = transport.exports().clear();
        if (held > 0) {
            LOG.warn("{}: QTEE still held {} objects of the normal world", name, held);
        }
        Quarantine quarantine = transport.quarantine();
        if (quarantine.calls() > 0) {
            LOG.warn(
                    "{}: QTEE did not return from {} calls; their {} bytes of message buffers stay out of use",
                    name,
                    quarantine.calls(),
                    quarantine.bytes());
        }
        problems.sumUp();
    }

    private void awaitContexts(long nanos) throws InterruptedException {
        for (CallingContext left : transport.contexts().close(nanos)) {
            String owner = left.host().owner();
            problems.tell(List.of("cut off", owner), () -> name + ": the context of " + owner + " is cut off");
        }
    }

    /** Once QTEE has the message, the object is not to be released again, whatever becomes of the call. */
    private void release(int object) throws TeeException {
        TeeParams none = null;
        try {
            none = new TeeParams(0);
            int result = ownContext.release(object, none, RELEASE_CALLBACK_NANOS);
            if (result != 0) {
                problems.tell(
                        "release", () -> name + ": QTEE answered " + result + " to the release of object " + object);
            }
        } catch (TeeException e) {
            throw none.isHandedOver() ? new TeeException(Errno.ENODEV, e.getMessage(), e) : e;
        } catch (OutOfMemoryError e) {
            if (none == null || !none.isHandedOver()) {
                throw new TeeException(Errno.ENOMEM, "memory ran out before QTEE had the message", e);
            }
            throw e;
        }
    }

    /** What its invocations share. */
    Transport transport() {
        return transport;
    }

    InvocationPool invocations() {
        return invocations;
    }

    ReleaseQueue releases() {
        return releases;
    }
}
