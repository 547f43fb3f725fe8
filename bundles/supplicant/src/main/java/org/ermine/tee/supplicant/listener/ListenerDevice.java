// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.listener;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.limits.Holders;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.handler.Handler;
import org.ermine.tee.supplicant.handler.HandlerInvoker;
import org.ermine.tee.supplicant.handler.HandlerProperties;
import org.ermine.tee.supplicant.handler.HandlerRegistry;
import org.ermine.tee.supplicant.handler.HandlerSlot;
import org.ermine.tee.supplicant.support.WakeUp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the listeners that one QTEE knows in step with the handlers there are. Its own thread compares the two whenever
 * something changed, and again when a grace time or the pause of a problem ends. Only that thread uses {@link
 * #context}, {@link #problems} and {@link #passing} and changes {@link #registrations}, but for {@link #close}.
 */
public final class ListenerDevice {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerDevice.class);
    /** After how long a listener that the TEE released is registered again. The TEE could release it without end. */
    private static final long LOST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A listener that the TEE is to know, and the handler that it is wanted for. */
    private record Wanted(HandlerSlot<ListenerHandler> slot, Handler<ListenerHandler> handler) {

        /** The smallest is the first: if there is no memory for that, there is none for the others. */
        static final Comparator<Wanted> ORDER =
                Comparator.comparingInt(Wanted::bufferSize).thenComparingInt(Wanted::listenerId);

        int listenerId() {
            return slot.listenerId();
        }

        int bufferSize() {
            return handler.properties().bufferSize();
        }
    }

    private final TeeDevice device;
    private final HandlerRegistry<ListenerHandler> handlers;
    private final HandlerInvoker invoker;
    private final Duration waitLimit;
    private final Runnable onProblem;
    private final WakeUp wakeUp;

    private final Map<Integer, ListenerRegistration> registrations = new ConcurrentHashMap<>();
    /** Tells of registrations. Handlers can come and go as often as their bundles like. */
    private final RepeatLog changes = new RepeatLog(LOG::info);

    private final RegistrationProblems problems = new RegistrationProblems();
    private final PassingRefusals passing = new PassingRefusals();
    /** Whether what made attempts fail may have changed. */
    private final AtomicBoolean retryAll = new AtomicBoolean();

    private volatile TeeContext context;
    private volatile boolean closed;

    /**
     * @param onProblem called when the TEE refused listeners, and when it accepted one after all; must not block
     * @param wakeUps makes what carries out the task of this device
     */
    public ListenerDevice(
            TeeDevice device,
            HandlerRegistry<ListenerHandler> handlers,
            HandlerInvoker invoker,
            Duration waitLimit,
            Runnable onProblem,
            Function<Runnable, WakeUp> wakeUps) {
        this.device = device;
        this.handlers = handlers;
        this.invoker = invoker;
        this.waitLimit = waitLimit;
        this.onProblem = onProblem;
        this.wakeUp = wakeUps.apply(this::reconcile);
    }

    /** Tells that handlers or registrations changed. Does not block. */
    public void reconcileSoon() {
        wakeUp.by(wakeUp.now());
    }

    /** Tells that permissions or something else changed for which listeners may have been refused. Does not block. */
    public void retrySoon() {
        retryAll.set(true);
        reconcileSoon();
    }

    private void reconcile() {
        List<RegistrationProblem> before = problems.list();
        unregisterUnwanted();
        if (retryAll.getAndSet(false)) {
            problems.retryAll();
        }
        List<Wanted> wanted = wanted();
        Set<Integer> ids = wanted.stream().map(Wanted::listenerId).collect(Collectors.toSet());
        problems.retain(ids, wakeUp.now());
        passing.retain(ids);
        wanted.forEach(this::bringInStep);
        wakeUp.by(problems.nextAttempt());
        tell(before);
    }

    private List<Wanted> wanted() {
        return handlers.all().stream()
                .map(slot -> new Wanted(slot, slot.best()))
                .filter(each -> each.handler() != null)
                .sorted(Wanted.ORDER)
                .toList();
    }

    private void tell(List<RegistrationProblem> before) {
        if (closed) {
            return;
        }
        problems.takeNews().forEach(news -> LOG.warn("{}: {}", device.name(), news));
        if (!before.equals(problems.list())) {
            onProblem.run();
        }
    }

    private void unregisterUnwanted() {
        for (ListenerRegistration registration : List.copyOf(registrations.values())) {
            long held = registration.slot().heldFor();
            if (held <= 0) {
                unregister(registration.slot().listenerId());
            } else if (held < Long.MAX_VALUE) {
                wakeUp.by(wakeUp.now() + held);
            }
        }
    }

    private void bringInStep(Wanted wanted) {
        if (closed) {
            return;
        }
        int id = wanted.listenerId();
        ListenerRegistration known = registrations.get(id);
        if (known != null && known.serves(wanted.bufferSize())) {
            problems.solved(id, wakeUp.now());
        } else if (problems.permitAttempt(id, wanted.handler(), wakeUp.now())) {
            if (known != null) {
                unregister(id);
            }
            register(wanted);
        }
    }

    private void register(Wanted wanted) {
        int id = wanted.listenerId();
        try {
            TeeContext open = RegistrationStep.CONTEXT.carryOut(this::openContext);
            registrations.put(
                    id,
                    ListenerRegistration.open(
                            open, wanted.slot(), wanted.bufferSize(), invoker, waitLimit, this::registrationLost));
            problems.solved(id, wakeUp.now());
            passing.passed(id);
            changes.tell(
                    List.of(id, wanted.bufferSize()),
                    () -> device.name() + ": registered listener " + HandlerProperties.listenerName(id) + " with "
                            + wanted.bufferSize() + " bytes");
        } catch (RefusedStepException e) {
            failed(id, wanted.handler(), e);
        }
    }

    private void registrationLost() {
        wakeUp.by(wakeUp.now() + LOST_NANOS);
    }

    private void failed(int id, Handler<ListenerHandler> handler, RefusedStepException e) {
        if (closed) {
            // The bundles whose classes would be loaded now may be gone.
            return;
        }
        RegistrationCause cause = RegistrationCause.of(e, id);
        if (passing.mayPass(id, cause, wakeUp.now())) {
            wakeUp.by(wakeUp.now() + PassingRefusals.PAUSE);
            return;
        }
        String reason = "the TEE does not take it as listener: " + e.getMessage()
                + (cause.isLackOfRoom() ? "; " + occupants() : "")
                + (cause.isFinal() ? "" : "; will be tried again");
        problems.failed(id, handler, cause, reason, wakeUp.now());
        LOG.debug("{}: {}: {}", device.name(), handler, reason);
    }

    /** Says who has the places that there are, as far as it is known here. */
    private String occupants() {
        List<String> holders = registrations.values().stream()
                .map(ListenerRegistration::bundle)
                .toList();
        return holders.size() + " are registered by this supplicant: " + Holders.counted(holders);
    }

    private TeeContext openContext() throws TeeException {
        if (context == null || context.isClosed()) {
            registrations.values().forEach(ListenerRegistration::close);
            registrations.clear();
            context = device.open();
        }
        if (closed) {
            context.close();
            throw new TeeException(Errno.ENODEV, device.name() + " is going away");
        }
        return context;
    }

    /** Unregisters a listener. What the TEE gets back may be what others lack: a place, an id, memory. */
    private void unregister(int id) {
        registrations.remove(id).close();
        problems.retryAll();
        changes.tell(
                List.of(id), () -> device.name() + ": took listener " + HandlerProperties.listenerName(id) + " back");
    }

    public String name() {
        return device.name();
    }

    /** Returns whether the TEE knows the listener. */
    public boolean knows(int listener) {
        return registrations.containsKey(listener);
    }

    /** Describes the handlers that the TEE does not know, each with the reason. */
    public List<FailedHandlerDTO> describe() {
        return problems.list().stream().map(this::describe).toList();
    }

    private FailedHandlerDTO describe(RegistrationProblem problem) {
        FailedHandlerDTO dto = new FailedHandlerDTO();
        dto.kind = HandlerRegistry.Kind.LISTENER.name();
        dto.name = problem.name();
        dto.bundle = problem.bundle();
        dto.serviceId = problem.serviceId();
        dto.reason = device.name() + ": " + problem.reason();
        return dto;
    }

    /**
     * Ends all registrations, and the thread. Does not wait for the TEE, but for the thread, and no longer than {@code
     * wait}.
     */
    public void close(Duration wait) {
        closed = true;
        // What the thread may be waiting for now fails at once.
        TeeContext open = context;
        if (open != null) {
            open.close();
        }
        if (!wakeUp.end(this::closeContext, wait)) {
            LOG.warn("{}: the registrations of listeners did not end in order", device.name());
        }
    }

    private void closeContext() {
        registrations.values().forEach(ListenerRegistration::close);
        registrations.clear();
        if (context != null) {
            context.close();
        }
    }
}
