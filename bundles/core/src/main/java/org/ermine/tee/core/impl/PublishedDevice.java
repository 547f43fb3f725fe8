// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.core.device.Device;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.policy.Permissions;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.PrototypeServiceFactory;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device and its services. To register and to unregister a service calls listeners of other bundles, so it is done
 * without a lock. {@code state} decides which thread does what if {@link #publish} and {@link #unpublish} meet. It goes
 * from NEW to PUBLISHED to UNPUBLISHED. A thread that finds, after it published the device, that it was unpublished
 * meanwhile, stops the device itself.
 */
final class PublishedDevice {

    private static final Logger LOG = LoggerFactory.getLogger(PublishedDevice.class);

    private enum State {
        NEW,
        PUBLISHED,
        UNPUBLISHED
    }

    private final DriverCandidate candidate;
    private final Supplier<Device> maker;
    private final Supplier<CallbackWorkers> workers;
    private final Permissions permissions;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    /** Whether an announcement is planned that has not yet looked at what is to be announced. */
    private final AtomicBoolean planned = new AtomicBoolean();

    private volatile Device device;
    private volatile String failure;
    private volatile ServiceRegistration<TeeDevice> deviceService;
    private volatile ServiceRegistration<TeeContext> contextService;

    /** @param workers returns the workers that serve callback requests at present, or null for none */
    PublishedDevice(
            DriverCandidate candidate,
            Supplier<Device> maker,
            Supplier<CallbackWorkers> workers,
            Permissions permissions) {
        this.candidate = candidate;
        this.maker = maker;
        this.workers = workers;
        this.permissions = permissions;
    }

    DriverCandidate candidate() {
        return candidate;
    }

    /** Returns the device, or null if it is not published. */
    Device device() {
        return state.get() == State.PUBLISHED ? device : null;
    }

    /** Describes the device, with at most so many contexts; null if it is not published. */
    DeviceDTO describe(int contexts) {
        Device published = device();
        if (published == null) {
            return null;
        }
        DeviceDTO dto = published.describe(contexts);
        dto.development = candidate.development();
        return dto;
    }

    /** Returns why the device could not be published, or null. */
    String failure() {
        return failure;
    }

    /** Makes the device and, when it is complete, registers its services. */
    void publish(BundleContext bundle, Duration wait) {
        if (state.get() == State.UNPUBLISHED) {
            return;
        }
        try {
            device = maker.get();
            register(bundle);
        } catch (Throwable e) {
            failure = "it cannot be published: " + FailureText.detailed(e);
            LOG.debug("device {}: {}", candidate.name(), failure);
            stopDevice(wait);
            return;
        }
        if (state.compareAndSet(State.NEW, State.PUBLISHED)) {
            LOG.info("device {} is there: {}", candidate.name(), candidate);
            // Changes before this moment found no device to tell.
            device.permissionsChanged();
            workersChanged();
            announce();
        } else {
            stopDevice(wait);
        }
    }

    /** Unregisters the services, closes all contexts and waits for their end. Only the first call does. */
    void unpublish(Duration wait) {
        if (state.getAndSet(State.UNPUBLISHED) == State.PUBLISHED) {
            stopDevice(wait);
            LOG.info("device {} is gone: {}", candidate.name(), candidate);
        }
    }

    /**
     * Tells the contexts that workers came or went, so that they announce requests that are waiting. Before the device
     * is published this does nothing, since it is called again then. The change is to be
     * {@linkplain #announce announced} afterwards.
     */
    void workersChanged() {
        Device published = device();
        if (published == null) {
            return;
        }
        CallbackWorkers present = workers.get();
        if (present != null) {
            published.catchUp(present);
        } else {
            published.workersGone();
        }
    }

    /** Tells the contexts that the workers are about to go. */
    void workersGoing(long graceNanos) {
        Device published = device();
        if (published != null) {
            published.workersGoing(graceNanos);
        }
    }

    /**
     * Closes contexts that are not permitted any more. The change is to be {@linkplain #announce announced} afterwards.
     */
    void permissionsChanged() {
        Device published = device();
        if (published != null) {
            published.permissionsChanged();
        }
    }

    /**
     * Has changes {@linkplain #announce announced} by an executor, unless that is planned already. So if a listener
     * does not return, at most one further announcement waits for it.
     */
    void announceBy(Executor place) {
        if (!planned.compareAndSet(false, true)) {
            return;
        }
        boolean accepted = false;
        try {
            place.execute(this::announcePlanned);
            accepted = true;
        } finally {
            if (!accepted) {
                planned.set(false);
            }
        }
    }

    private void announcePlanned() {
        planned.set(false);
        announce();
    }

    /**
     * Brings the properties of the services up to date: whether callbacks are served. That also lets bundles try again
     * that had got no context. It calls the listeners of other bundles.
     */
    void announce() {
        if (device() == null) {
            return;
        }
        try {
            announceWorkers();
        } catch (IllegalStateException e) {
            LOG.debug("device {} goes while something of it changes", candidate.name());
        }
    }

    /**
     * Sets the properties. Several threads may do so at a time. Each looks again after it wrote, so the last one to
     * write leaves what is true.
     */
    private void announceWorkers() {
        boolean announced;
        do {
            announced = workers.get() != null;
            deviceService.setProperties(properties(announced));
            contextService.setProperties(properties(announced));
        } while (announced != (workers.get() != null));
    }

    private Dictionary<String, Object> properties(boolean servesCallbacks) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(TeeDevice.DEVICE_NAME, candidate.name());
        properties.put(TeeDevice.IMPLEMENTATION, device.version().implementation());
        properties.put(TeeDevice.SERVES_CALLBACKS, servesCallbacks);
        properties.put(TeeDevice.DEVELOPMENT, candidate.development());
        properties.put(Constants.SERVICE_RANKING, candidate.ranking());
        return properties;
    }

    private void register(BundleContext bundle) {
        Dictionary<String, Object> properties = properties(false);
        ServiceFactory<TeeDevice> devices = new DeviceFactory(device, permissions);
        PrototypeServiceFactory<TeeContext> contexts = new ContextFactory(device, permissions);
        deviceService = bundle.registerService(TeeDevice.class, devices, properties);
        contextService = bundle.registerService(TeeContext.class, contexts, properties);
    }

    private void stopDevice(Duration wait) {
        if (device == null) {
            return;
        }
        device.refuse();
        unregister(contextService);
        unregister(deviceService);
        device.stop(wait);
    }

    private static void unregister(ServiceRegistration<?> service) {
        if (service == null) {
            return;
        }
        try {
            service.unregister();
        } catch (IllegalStateException e) {
            LOG.debug("the framework has unregistered {} already", service);
        }
    }
}
