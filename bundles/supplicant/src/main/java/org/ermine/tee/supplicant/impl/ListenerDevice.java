// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.supplicant.ListenerHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the listeners that one QTEE knows in step with the handlers there are. Its own thread compares the two whenever
 * something changed, and again when a grace time or a back-off ends; it is the only one that touches {@link #context} and changes
 * {@link #registrations}, but for {@link #close}.
 */
final class ListenerDevice {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerDevice.class);
    /** A listener that the TEE lets go is registered again, but not as fast as the TEE can let go. */
    private static final long LOST_MILLIS = 100;

    private final TeeDevice device;
    private final HandlerRegistry<ListenerHandler> handlers;
    private final HandlerInvoker invoker;
    private final Duration waitLimit;
    private final Runnable onProblem;
    private final ScheduledThreadPoolExecutor thread;

    private final Map<Integer, ListenerRegistration> registrations = new ConcurrentHashMap<>();
    /** By listener id, what keeps the TEE from knowing it. */
    private final Map<Integer, RegistrationProblem> problems = new ConcurrentHashMap<>();
    /** Whether a comparison is due that has not begun. */
    private final AtomicBoolean pending = new AtomicBoolean();

    private volatile TeeContext context;
    private volatile boolean closed;

    /** @param onProblem called when the TEE refused a listener, and when it takes it after all; must not block */
    ListenerDevice(
            TeeDevice device,
            HandlerRegistry<ListenerHandler> handlers,
            HandlerInvoker invoker,
            Duration waitLimit,
            Runnable onProblem) {
        this.device = device;
        this.handlers = handlers;
        this.invoker = invoker;
        this.waitLimit = waitLimit;
        this.onProblem = onProblem;
        this.thread =
                new ScheduledThreadPoolExecutor(1, DaemonThreads.named("ermine-supplicant-listeners-" + device.name()));
    }

    /** Handlers or registrations changed. Does not block. */
    void reconcileSoon() {
        if (!closed && pending.compareAndSet(false, true)) {
            schedule(0);
        }
    }

    private void schedule(long delayMillis) {
        try {
            thread.schedule(this::reconcile, delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is gone: its listeners need no comparison", device.name());
        }
    }

    private void reconcile() {
        pending.set(false);
        try {
            dropUnwanted();
            List<HandlerSlot<ListenerHandler>> manned =
                    handlers.all().stream().filter(slot -> slot.best() != null).toList();
            problems.keySet()
                    .retainAll(manned.stream().map(HandlerSlot::listenerId).toList());
            manned.forEach(this::bringInStep);
        } catch (RuntimeException e) {
            LOG.error("{}: cannot bring the listeners in step with their handlers", device.name(), e);
        }
    }

    private void dropUnwanted() {
        for (ListenerRegistration registration : List.copyOf(registrations.values())) {
            long held = registration.slot().heldFor();
            if (held <= 0) {
                drop(registration.slot().listenerId());
            } else if (held < Long.MAX_VALUE) {
                schedule(TimeUnit.NANOSECONDS.toMillis(held) + 1);
            }
        }
    }

    private void bringInStep(HandlerSlot<ListenerHandler> slot) {
        int id = slot.listenerId();
        Handler<ListenerHandler> handler = slot.best();
        if (closed || handler == null || isPostponed(id, handler)) {
            return;
        }
        ListenerRegistration known = registrations.get(id);
        int size = handler.properties().bufferSize();
        if (known == null) {
            register(slot, handler, size);
        } else if (!known.serves(size)) {
            drop(id);
            register(slot, handler, size);
        }
    }

    private boolean isPostponed(int id, Handler<ListenerHandler> handler) {
        RegistrationProblem problem = problems.get(id);
        return problem != null && problem.postpones(handler.properties().serviceId());
    }

    private void register(HandlerSlot<ListenerHandler> slot, Handler<ListenerHandler> handler, int size) {
        int id = slot.listenerId();
        try {
            registrations.put(
                    id,
                    ListenerRegistration.open(
                            openContext(), slot, size, invoker, waitLimit, () -> schedule(LOST_MILLIS)));
            if (problems.remove(id) != null) {
                onProblem.run();
            }
            LOG.info("{}: registered listener 0x{} with {} bytes", device.name(), Integer.toHexString(id), size);
        } catch (TeeException e) {
            failed(id, handler, e);
        }
    }

    private void failed(int id, Handler<ListenerHandler> handler, TeeException e) {
        if (closed) {
            return;
        }
        RegistrationProblem before = problems.get(id);
        RegistrationProblem problem = RegistrationProblem.of(handler, e, before);
        problems.put(id, problem);
        onProblem.run();
        LOG.warn("{}: {}: {}", device.name(), handler, problem.reason());
        if (problem.isRetried()) {
            schedule(problem.retryMillis() + 1);
        }
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

    private void drop(int id) {
        ListenerRegistration registration = registrations.remove(id);
        registration.close();
        LOG.info("{}: took listener 0x{} back", device.name(), Integer.toHexString(id));
    }

    String name() {
        return device.name();
    }

    /** Whether the TEE knows the listener. */
    boolean knows(String listener) {
        return registrations.keySet().stream()
                .map(HandlerProperties::listenerName)
                .anyMatch(listener::equals);
    }

    /** Handlers that this device does not know, with the reason. */
    List<FailedHandlerDTO> describe() {
        return problems.values().stream().map(this::describe).toList();
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

    /** Takes all registrations back and ends the thread. Does not wait for the TEE, and no longer than {@code wait}. */
    void close(Duration wait) {
        closed = true;
        Future<?> end = thread.submit(this::closeContext);
        // What the thread may be waiting for now fails at once.
        TeeContext open = context;
        if (open != null) {
            open.close();
        }
        try {
            end.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("{}: the registrations of listeners did not end in order", device.name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            thread.shutdownNow();
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
