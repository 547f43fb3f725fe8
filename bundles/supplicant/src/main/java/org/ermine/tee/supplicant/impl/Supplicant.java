// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.impl;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ermine.tee.CallbackObject;
import org.ermine.tee.Errno;
import org.ermine.tee.RequireTee;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.whiteboard.OfferedService;
import org.ermine.tee.embedded.whiteboard.Rights;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.HandlerSwapDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.spi.callback.CallbackSource;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.policy.Permissions;
import org.ermine.tee.spi.support.OwnerName;
import org.ermine.tee.spi.support.Separately;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.RequireSupplicant;
import org.ermine.tee.supplicant.call.Watchdog;
import org.ermine.tee.supplicant.handler.HandlerInvoker;
import org.ermine.tee.supplicant.handler.HandlerRegistry;
import org.ermine.tee.supplicant.handler.NamedCallback;
import org.ermine.tee.supplicant.listener.ListenerDevice;
import org.ermine.tee.supplicant.options.Limits;
import org.ermine.tee.supplicant.support.WakeUpThread;
import org.ermine.tee.supplicant.worker.WorkerPool;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The supplicant: brings together the worker threads, the handlers of both kinds and the devices that are told of
 * listeners. These parts are all its state. Handlers and devices come and go in service events.
 */
@Component(service = CallbackWorkers.class, immediate = true)
@Capability(namespace = RequireTee.NAMESPACE, name = RequireSupplicant.SUPPLICANT, version = "1.0")
public final class Supplicant implements CallbackWorkers {

    private static final Logger LOG = LoggerFactory.getLogger(Supplicant.class);

    private final BundleContext bundleContext;
    private final Limits limits;
    private final Permissions permissions;
    private final Runnable permissionsListener = this::permissionsChanged;
    private final Watchdog watchdog;
    private final WorkerPool pool;
    private final HandlerInvoker invoker;
    private final HandlerRegistry<ListenerHandler> listeners;
    private final HandlerRegistry<CallbackObject> callbacks;
    private final Map<TeeDevice, ListenerDevice> devices = new ConcurrentHashMap<>();
    /** Whether the handlers that come are registered just now, not before this component was activated. */
    private volatile boolean activated;

    private volatile Runnable changeListener;
    private volatile TeeObserver observer;

    @Activate
    public Supplicant(
            BundleContext bundleContext,
            @Reference(name = "limits") Limits limits,
            @Reference(name = "permissions", policyOption = ReferencePolicyOption.GREEDY) Permissions permissions) {
        this.bundleContext = bundleContext;
        this.limits = limits;
        this.permissions = permissions;
        watchdog = new Watchdog(limits.timeLimit(), limits.maxNesting());
        pool = new WorkerPool(
                this, limits.workers(), limits.maxThreads(), limits.maxThreadsPerOwner(), watchdog, limits.spinNanos());
        invoker = new HandlerInvoker(watchdog);
        listeners = registry(HandlerRegistry.Kind.LISTENER, this::listenersChanged);
        callbacks = registry(HandlerRegistry.Kind.CALLBACK, this::changed);
        permissions.addListener(permissionsListener);
    }

    private <S> HandlerRegistry<S> registry(HandlerRegistry.Kind kind, Runnable changed) {
        return new HandlerRegistry<>(kind, limits.drain(), limits.grace(), changed);
    }

    @Activate
    void activate() {
        activated = true;
        listeners.awaitPresent();
        callbacks.awaitPresent();
    }

    /**
     * Lets calls in progress end, with all that they need. Then the registrations and the handlers go, and what has not
     * ended fails. Each step is taken whatever the one before it threw: no thread is left.
     */
    @Deactivate
    void deactivate() {
        Separately.forEach(
                List.<Runnable>of(
                        () -> permissions.removeListener(permissionsListener),
                        () -> pool.drain(limits.drain()),
                        pool::end,
                        this::removeDevices,
                        listeners::close,
                        callbacks::close,
                        this::awaitWorkers,
                        watchdog::close),
                Runnable::run,
                (step, thrown) ->
                        LOG.error("a part of the supplicant did not end in order: {}", FailureText.detailed(thrown)));
    }

    private void removeDevices() {
        Separately.forEach(
                devices.keySet(),
                this::removeDevice,
                (device, thrown) ->
                        LOG.error("a device was not given back in order: {}", FailureText.detailed(thrown)));
    }

    private void awaitWorkers() {
        List<String> left = pool.awaitEnd(limits.drain());
        if (!left.isEmpty()) {
            LOG.warn("left behind, because handlers do not return: {}", left);
        }
    }

    @Reference(
            service = ListenerHandler.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeListener",
            updated = "updatedListener")
    void addListener(ServiceReference<ListenerHandler> reference) {
        add(listeners, handlerService(reference));
    }

    private <S> void add(HandlerRegistry<S> handlers, OfferedService<S> service) {
        if (activated) {
            handlers.add(service);
        } else {
            handlers.addPresent(service);
        }
    }

    void updatedListener(ServiceReference<ListenerHandler> reference) {
        listeners.update(handlerService(reference));
    }

    void removeListener(ServiceReference<ListenerHandler> reference) {
        listeners.remove(reference);
    }

    @Reference(
            service = CallbackObject.class,
            target = "(" + CallbackObject.NAME + "=*)",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeCallback",
            updated = "updatedCallback")
    void addCallback(ServiceReference<CallbackObject> reference) {
        add(callbacks, handlerService(reference));
    }

    void updatedCallback(ServiceReference<CallbackObject> reference) {
        callbacks.update(handlerService(reference));
    }

    void removeCallback(ServiceReference<CallbackObject> reference) {
        callbacks.remove(reference);
    }

    /** A device serves callbacks when core has these workers. A listener can be registered only then. */
    @Reference(
            target = "(&(" + TeeDevice.IMPLEMENTATION + "=4)(" + TeeDevice.SERVES_CALLBACKS + "=true))",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addDevice(TeeDevice device) {
        ListenerDevice known = new ListenerDevice(
                device,
                listeners,
                invoker,
                limits.timeLimit(),
                this::changed,
                task -> new WakeUpThread("ermine-supplicant-listeners-" + device.name(), task));
        devices.put(device, known);
        known.reconcileSoon();
    }

    void removeDevice(TeeDevice device) {
        ListenerDevice known = devices.remove(device);
        if (known != null) {
            known.close(limits.drain());
        }
    }

    /**
     * Removes the handlers of bundles that are not permitted any more, binds those of bundles that are permitted now,
     * and tries again to register listeners, since this bundle itself may be permitted now.
     */
    private void permissionsChanged() {
        Separately.forEach(
                List.of(listeners, callbacks),
                HandlerRegistry::checkPermissions,
                (handlers, thrown) -> LOG.error("not all handlers could be checked: {}", FailureText.detailed(thrown)));
        devices.values().forEach(ListenerDevice::retrySoon);
    }

    private void listenersChanged() {
        devices.values().forEach(ListenerDevice::reconcileSoon);
        changed();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "unbindObserver")
    synchronized void bindObserver(TeeObserver arrived) {
        observer = arrived;
    }

    synchronized void unbindObserver(TeeObserver gone) {
        if (observer == gone) {
            observer = null;
        }
    }

    private void tellOfSwaps() {
        List<HandlerSwapDTO> swaps = Stream.concat(listeners.newSwaps().stream(), callbacks.newSwaps().stream())
                .toList();
        TeeObserver present = observer;
        if (present != null) {
            Separately.forEach(
                    swaps,
                    present::swapped,
                    (swap, thrown) ->
                            LOG.debug("an observer was not told of a swap: {}", FailureText.detailed(thrown)));
        }
    }

    private void changed() {
        tellOfSwaps();
        Runnable listener = changeListener;
        if (listener != null) {
            listener.run();
        }
    }

    private String[] devicesThatKnow(int listener) {
        List<String> names = new ArrayList<>();
        for (ListenerDevice device : devices.values()) {
            if (device.knows(listener)) {
                names.add(device.name());
            }
        }
        return names.toArray(String[]::new);
    }

    private <S> OfferedService<S> handlerService(ServiceReference<S> reference) {
        return new OfferedService<>(
                reference,
                FrameworkUtil.asMap(reference.getProperties()),
                bundleOf(reference),
                () -> bundleContext.getService(reference),
                () -> bundleContext.ungetService(reference),
                new Rights(permissions, reference.getBundle()));
    }

    private static String bundleOf(ServiceReference<?> reference) {
        var bundle = reference.getBundle();
        return bundle == null ? "a bundle that is gone" : OwnerName.of(bundle);
    }

    @Override
    public void requestQueued(CallbackSource source) {
        pool.requestQueued(source);
    }

    @Override
    public long graceNanos() {
        return limits.grace().toNanos();
    }

    @Override
    public CallbackObject named(String name) throws TeeException {
        if (name.isEmpty()) {
            throw new TeeException(Errno.EINVAL, "the name of a callback object is empty");
        }
        return new NamedCallback(callbacks.slot(name, 0), invoker);
    }

    @Override
    public void contribute(RuntimeDTO runtime) {
        List<HandlerDTO> handlers = new ArrayList<>(listeners.handlers(this::devicesThatKnow));
        handlers.addAll(callbacks.handlers());
        List<FailedHandlerDTO> failed = new ArrayList<>(listeners.failedHandlers());
        failed.addAll(callbacks.failedHandlers());
        devices.values().forEach(device -> failed.addAll(device.describe()));
        noneIsActiveThatIsRefused(handlers, failed);
        runtime.handlers =
                Stream.concat(Stream.of(runtime.handlers), handlers.stream()).toArray(HandlerDTO[]::new);
        runtime.failedHandlers = Stream.concat(Stream.of(runtime.failedHandlers), failed.stream())
                .toArray(FailedHandlerDTO[]::new);
        runtime.swaps = Stream.of(Stream.of(runtime.swaps), listeners.swaps().stream(), callbacks.swaps().stream())
                .flatMap(Function.identity())
                .sorted(Comparator.comparingLong(swap -> swap.at))
                .toArray(HandlerSwapDTO[]::new);
    }

    /** Marks handlers that a TEE refused and no TEE knows: no request reaches them, whichever is the best of its id. */
    static void noneIsActiveThatIsRefused(List<HandlerDTO> handlers, List<FailedHandlerDTO> failed) {
        Set<Long> refused = failed.stream().map(each -> each.serviceId).collect(Collectors.toSet());
        handlers.stream()
                .filter(handler -> handler.devices.length == 0 && refused.contains(handler.serviceId))
                .forEach(handler -> handler.active = false);
    }

    @Override
    public void onChange(Runnable listener) {
        changeListener = listener;
    }
}
