// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.impl;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.limits.RepeatLog;
import org.ermine.tee.spi.ContextHost;
import org.ermine.tee.spi.DriverContext;
import org.ermine.tee.spi.HazardSlots;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.spi.SpinTime;
import org.ermine.tee.spi.TeeDriver;
import org.ermine.tee.spi.TeeParams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Qualcomm TEE behind a secure channel: what its contexts share. Owns the table of objects that QTEE knows of the normal
 * world, the release queue with its threads, and the pool of invocations.
 *
 * <p>{@code this} guards {@code contextsMade}, {@code closing} and changes of {@code contexts}.
 */
public final class QcomTee implements TeeDriver {

    private static final Logger LOG = LoggerFactory.getLogger(QcomTee.class);

    /** How long the threads of the release queue may take to end. */
    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long QTEE's callbacks in the course of one release may take together: it holds up one of few threads meanwhile. */
    private static final long RELEASE_CALLBACK_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The number of the device's own context. */
    private static final int OWN_NUMBER = 1;

    /** How long other releases wait for one that takes long. */
    private static final long LONG_RELEASE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final String name;
    private final SecureChannel channel;
    private final SharedMemoryManager memory;
    private final Limits limits;
    private final SpinTime spinTime;
    private final ExportTable exports;
    private final AsyncMessages asyncMessages;
    private final ReleaseQueue releases;
    private final Quarantine quarantine = new Quarantine();
    private final Shares shares;
    private final RepeatLog problems;
    private final ObjectUses uses;
    private final InvocationPool invocations;
    private final QcomContext ownContext;
    /** By their numbers. Changed under the monitor only. */
    private final Map<Integer, QcomContext> contexts = new ConcurrentHashMap<>();

    private volatile TeeVersion version = new TeeVersion(TeeVersion.QTEE, 0, TeeVersion.OBJECTS, "");
    private int contextsMade;
    private boolean closing;
    private volatile boolean over;

    /** @param name of the device */
    public QcomTee(String name, SecureChannel channel, SharedMemoryManager memory, Limits limits) {
        this(name, channel, memory, limits, new RepeatLog(LOG::warn));
    }

    /** @param problems where to tell of what QTEE or clients can repeat */
    QcomTee(String name, SecureChannel channel, SharedMemoryManager memory, Limits limits, RepeatLog problems) {
        this.name = name;
        this.problems = problems;
        this.channel = channel;
        this.memory = memory;
        this.limits = limits;
        this.spinTime = new SpinTime(limits.spinNanos());
        shares = Shares.of(limits);
        exports = new ExportTable(limits.exports(), shares.exported());
        asyncMessages = new AsyncMessages(name, exports, problems);
        releases = new ReleaseQueue(
                name,
                new ReleaseQueue.Bounds(limits.releaseAttempts(), limits.releaseThreads(), LONG_RELEASE_NANOS),
                problems,
                this::release);
        uses = new ObjectUses(releases.objects());
        invocations = new InvocationPool(this, uses);
        ownContext = new QcomContext(this, new OwnHost(), OWN_NUMBER);
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
    public synchronized DriverContext open(ContextHost host) throws TeeException {
        if (closing) {
            throw new TeeException(Errno.EINVAL, "device " + name + " is going away");
        }
        QcomContext context = new QcomContext(this, host, nextContextNumber());
        boolean added = false;
        try {
            contexts.put(context.number(), context);
            added = true;
            return context;
        } finally {
            if (!added) {
                context.release();
            }
        }
    }

    @Override
    public HazardSlots slots() {
        return uses.slots();
    }

    @Override
    public int pendingReleases() {
        return releases.pending();
    }

    @Override
    public int abandonedCalls() {
        return quarantine.calls();
    }

    synchronized void released(QcomContext context) {
        contexts.remove(context.number(), context);
        notifyAll();
    }

    /**
     * Opens no more contexts, waits for the last one and for all releases, within the limit, and ends. What is left is
     * reported and cut off; calls into QTEE that are left end within the grace.
     */
    public void close() {
        long end = System.nanoTime() + limits.closeNanos();
        try {
            awaitContexts(end);
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
        over = true;
        releases.stop();
    }

    private void reportLeft() {
        int held = exports.clear();
        if (held > 0) {
            LOG.warn("{}: QTEE still held {} objects of the normal world", name, held);
        }
        if (quarantine.calls() > 0) {
            LOG.warn(
                    "{}: QTEE did not return from {} calls; their {} bytes of message buffers stay out of use",
                    name,
                    quarantine.calls(),
                    quarantine.bytes());
        }
        problems.sumUp();
    }

    private synchronized void awaitContexts(long end) throws InterruptedException {
        closing = true;
        long left = end - System.nanoTime();
        while (!contexts.isEmpty() && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
        for (QcomContext context : contexts.values()) {
            String owner = context.host().owner();
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

    InvocationPool invocations() {
        return invocations;
    }

    /** Which objects of its contexts are being invoked. */
    ObjectUses uses() {
        return uses;
    }

    /** A context that an invocation is in, by its number; null if it was cut off. */
    QcomContext context(int number) {
        return number == OWN_NUMBER ? ownContext : contexts.get(number);
    }

    /** A number for a context of a client: one that no other has. */
    private int nextContextNumber() {
        int number;
        do {
            number = OWN_NUMBER + 1 + Math.floorMod(contextsMade++, Integer.MAX_VALUE - OWN_NUMBER);
        } while (contexts.containsKey(number));
        return number;
    }

    SecureChannel channel() {
        return channel;
    }

    SharedMemoryManager memory() {
        return memory;
    }

    /** Whether the device is at its end: whoever is in QTEE leaves. */
    boolean isOver() {
        return over;
    }

    Quarantine quarantine() {
        return quarantine;
    }

    /** What the owners of contexts have of the device. */
    Shares shares() {
        return shares;
    }

    /** Where to tell of what QTEE or a client can repeat. */
    RepeatLog problems() {
        return problems;
    }

    Limits limits() {
        return limits;
    }

    /** That of clients which wait for callbacks. */
    SpinTime spinTime() {
        return spinTime;
    }

    ExportTable exports() {
        return exports;
    }

    AsyncMessages asyncMessages() {
        return asyncMessages;
    }

    /** The references on objects of QTEE. */
    SecureObjects secureObjects() {
        return releases.objects();
    }

    ReleaseQueue releases() {
        return releases;
    }

    /** The context for the device's own business: the one that may do what clients may not. */
    QcomContext ownContext() {
        return ownContext;
    }

    String name() {
        return name;
    }
}
