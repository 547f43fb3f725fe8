// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeVersion;
import org.ermine.tee.core.context.Context;
import org.ermine.tee.core.context.ContextOpener;
import org.ermine.tee.core.context.ContextSurvey;
import org.ermine.tee.core.context.DeviceParts;
import org.ermine.tee.core.invoke.CallFrames;
import org.ermine.tee.core.leak.LeakDetector;
import org.ermine.tee.core.rights.OwnerRights;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.core.support.Pool;
import org.ermine.tee.embedded.limits.OwnerShares;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.OwnerThreads;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.spi.SupplicantRequest;
import org.ermine.tee.spi.TeeDriver;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.spi.TeeParams;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.support.Separately;
import org.ermine.tee.spi.support.StackReserve;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver and its contexts. A device knows nothing of services: {@code PublishedDevice} registers them, and tests use
 * a device without.
 *
 * <p>{@code contextCount} counts the contexts that are not released, and decides whether new ones may be opened.
 * {@code contexts} holds them by id, in that order. {@code past} holds the counts of released contexts. Its monitor
 * guards them together with the removal from {@code contexts}, so that nothing is counted twice or not at all. A
 * context that is opened while {@link #stop} runs is either closed by stop, or its opener finds that the device
 * refuses, and closes it.
 */
public final class Device {

    private static final Logger LOG = LoggerFactory.getLogger(Device.class);
    private static final int REQUEST_BYTES = 4096;
    private static final Duration LEAK_LOG_INTERVAL = Duration.ofSeconds(10);

    private final String name;
    private final TeeDriver driver;
    private final TeeVersion version;
    private final Counters counters;
    private final ContextCount contextCount = new ContextCount();
    private final ContextPlaces places;
    private final RepeatLog problems = new RepeatLog(LOG::warn);
    private final NavigableMap<Long, Context> contexts = new ConcurrentSkipListMap<>();
    private final DeviceParts parts;
    private final Past past = new Past();
    private final LeakDetector leaks;
    private final OwnerThreads<Owner> ownerThreads;

    /** The sums of the counts of all released contexts. */
    private static final class Past {
        private long invocations;
        private long callbacks;
    }

    /**
     * Makes a device that shares nothing with others.
     *
     * @param workers returns the workers that serve callback requests at present, or null for none
     */
    public Device(String name, TeeDriver driver, SharedMemoryManager memory, Supplier<CallbackWorkers> workers) {
        this(
                name,
                driver,
                memory,
                workers,
                new Counters(),
                new AtomicReference<>(),
                LEAK_LOG_INTERVAL,
                ContextPlaces.byDefault());
    }

    public Device(
            String name,
            TeeDriver driver,
            SharedMemoryManager memory,
            Supplier<CallbackWorkers> workers,
            Counters counters,
            AtomicReference<TeeObserver> observer,
            Duration leakLogInterval,
            ContextPlaces places) {
        this.name = name;
        this.places = places;
        this.driver = driver;
        this.version = driver.version();
        this.counters = counters;
        this.leaks = new LeakDetector(name, leakLogInterval.toNanos());
        this.ownerThreads = new OwnerThreads<>("ermine-close-" + name, problems);
        this.parts = new DeviceParts(
                name,
                driver,
                memory,
                workers,
                observer,
                new CallFrames(TeeParams.MAX, driver.slots()),
                new Pool<>(() -> new SupplicantRequest(TeeParams.MAX, REQUEST_BYTES)),
                leaks.lostHandles(),
                problems);
        leaks.start();
    }

    /**
     * Opens a context.
     *
     * @throws TeeException ENODEV if the device is going away, ENOMEM if a resource is short, ENOSPC if there are too
     *     many contexts or the owner has used up its share of them
     */
    public TeeContext open(Owner owner) throws TeeException {
        return new DeviceHandle(this, owner, OwnerRights.ALL).open();
    }

    Context open(ContextOpener opener) throws TeeException {
        if (!contextCount.enter()) {
            throw goingAway();
        }
        Context context = openCounted(opener);
        counters.contextChanged();
        if (contextCount.isRefusing()) {
            context.closeWithin();
            throw goingAway();
        }
        return context;
    }

    private Context openCounted(ContextOpener opener) throws TeeException {
        OwnerShares.Share place = null;
        Context context = null;
        boolean opened = false;
        try {
            place = places.take(opener.owner());
            context = new Context(parts, opener, counters.nextContextId(), place);
            contexts.put(context.id(), context);
            opened = true;
            return context;
        } finally {
            if (!opened) {
                undoOpen(place, context);
            }
        }
    }

    /**
     * Undoes what was begun.
     *
     * @param place null if there was none
     * @param context null if it was not made; otherwise its release gives its place back
     */
    private void undoOpen(OwnerShares.Share place, Context context) {
        if (context == null) {
            if (place != null) {
                places.giveBack(place);
            }
            contextCount.leave();
        } else {
            context.closeWithin();
        }
    }

    /** Lets no context be opened any more. */
    public void refuse() {
        contextCount.refuse();
    }

    /**
     * Closes all contexts, and waits until they are released and their callback objects have been told. Contexts that
     * are not released in time, or when the waiting thread is interrupted, are logged and cut off. Code of owners that
     * does not return is logged and no longer waited for. May be called more than once.
     */
    public void stop(Duration wait) {
        StackReserve.require();
        long end = System.nanoTime() + wait.toNanos();
        refuse();
        Separately.forEach(contexts.values(), Context::closeWithin, this::closeFailed);
        if (!awaitReleased(wait)) {
            LOG.warn("device {}: {} context(s) are not released after {}", name, contextCount.count(), wait);
            Separately.forEach(contexts.values(), this::cutOff, this::closeFailed);
        }
        leaks.stop();
        problems.sumUp();
        for (Owner owner : ownerThreads.awaitAll(Duration.ofNanos(end - System.nanoTime()))) {
            LOG.warn("device {}: released() of a callback object of {} does not return: not waited for", name, owner);
        }
    }

    /** Logs that a context was closed, but that a part of its end failed. */
    void closeFailed(Context context, Throwable thrown) {
        problems.tell(
                List.of("not closed", context.owner()),
                () -> "device " + name + ": " + context + " was not closed in order: " + FailureText.detailed(thrown));
    }

    private boolean awaitReleased(Duration wait) {
        try {
            return contextCount.awaitNone(wait.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return contextCount.count() == 0;
        }
    }

    private void cutOff(Context context) {
        problems.tell(List.of("cut off", context.owner()), () -> "device " + name + ": cut off " + context.remains());
        context.cutOff();
    }

    /** Removes a context that has ended. Its place is another's first: that needs no memory. */
    void released(Context context) {
        places.giveBack(context.place());
        try {
            remove(context);
        } finally {
            contextCount.leave();
        }
    }

    private void remove(Context context) {
        synchronized (past) {
            contexts.remove(context.id());
            past.invocations += context.invocations();
            past.callbacks += context.requests();
        }
        counters.contextChanged();
    }

    /**
     * Runs code of a client that may not return. While the device stops it runs on a thread of its own, so that a
     * client cannot hold the device up.
     */
    void runForeign(Owner owner, Runnable code) {
        if (contextCount.isRefusing()) {
            ownerThreads.execute(owner, code);
        } else {
            code.run();
        }
    }

    /**
     * Runs code of a client that may not return on a thread of its own.
     *
     * @return whether it ended in time; if not, it is no longer waited for
     */
    boolean runForeign(Owner owner, List<Runnable> code, Duration patience) {
        return ownerThreads.execute(owner, code, patience);
    }

    /** Closes the contexts whose owners may no longer do what they did with them. */
    public void permissionsChanged() {
        StackReserve.require();
        Separately.forEach(contexts.values(), this::closeUnlessPermitted, this::closeUnchecked);
    }

    private void closeUnlessPermitted(Context context) {
        if (!context.isClosed() && !context.isPermitted()) {
            problems.tell(
                    List.of("not permitted", context.owner()),
                    () -> "device " + name + ": " + context
                            + " is closed: what its owner did with it is not permitted any more");
            context.closeWithin(code -> ownerThreads.execute(context.owner(), code));
        }
    }

    private void closeUnchecked(Context context, Throwable thrown) {
        problems.tell(
                List.of("not checked", context.owner()),
                () -> "device " + name + ": " + context + " is closed: it cannot be checked: "
                        + FailureText.detailed(thrown));
        context.closeWithin(code -> ownerThreads.execute(context.owner(), code));
    }

    /** Has all contexts announce the requests that are waiting to workers that came. */
    public void catchUp(CallbackWorkers arrived) {
        Separately.forEach(
                contexts.values(),
                context -> context.catchUp(arrived),
                (context, thrown) -> problems.tell(
                        List.of("not announced", context.owner()),
                        () -> "device " + name + ": the requests of " + context + " cannot be announced: "
                                + FailureText.detailed(thrown)));
    }

    /** Tells all contexts that the workers are about to go, and how long requests wait for others. */
    public void workersGoing(long graceNanos) {
        contexts.values().forEach(context -> context.workersGoing(graceNanos));
    }

    /** Tells all contexts that the workers are gone, so that threads that wait for them look again. */
    public void workersGone() {
        contexts.values().forEach(Context::workersChanged);
    }

    /** Returns the log for what clients or the TEE can repeat. */
    public RepeatLog problems() {
        return problems;
    }

    public String name() {
        return name;
    }

    public TeeVersion version() {
        return version;
    }

    /** Returns the context with this id, or null. */
    public Context context(long id) {
        return contexts.get(id);
    }

    /** Describes the device with all of its contexts. */
    public DeviceDTO describe() {
        return describe(Integer.MAX_VALUE);
    }

    /** @param most how many contexts are described one by one */
    public DeviceDTO describe(int most) {
        DeviceDTO dto = new DeviceDTO();
        dto.name = name;
        dto.implementation = version.implementation();
        dto.release = version.release();
        dto.pendingReleases = driver.pendingReleases();
        dto.abandonedCalls = driver.abandonedCalls();
        dto.leakedObjects = leaks.leaked();
        describeContexts(dto, new ContextSurvey(most));
        return dto;
    }

    private void describeContexts(DeviceDTO dto, ContextSurvey survey) {
        List<Context> present = new ArrayList<>(contextCount.count());
        synchronized (past) {
            contexts.values().forEach(present::add);
            dto.invocations = past.invocations;
            dto.callbacks = past.callbacks;
        }
        present.forEach(survey::look);
        survey.describe(dto);
    }

    /** Describes at most {@code limit} contexts with ids greater than {@code after}, in the order of their ids. */
    public List<ContextDTO> contexts(long after, int limit) {
        return contexts.tailMap(after, false).values().stream()
                .limit(limit)
                .map(Context::describe)
                .toList();
    }

    private TeeException goingAway() {
        return new TeeException(Errno.ENODEV, "device " + name + " is going away");
    }
}
