// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.impl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.core.device.ContextPlaces;
import org.ermine.tee.core.device.Counters;
import org.ermine.tee.core.device.Device;
import org.ermine.tee.core.options.CoreOptions;
import org.ermine.tee.core.support.Owner;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.OwnerThreads;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.RuntimeContributor;
import org.ermine.tee.spi.SharedMemoryManager;
import org.ermine.tee.spi.TeeDriver;
import org.ermine.tee.spi.TeeObserver;
import org.ermine.tee.spi.callback.CallbackWorkers;
import org.ermine.tee.spi.policy.Permissions;
import org.ermine.tee.spi.support.Separately;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
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
 * The whiteboard of drivers. It makes a device of each driver, and unregisters it when the driver goes. Of several
 * drivers with the same device name the one with the highest ranking is used, and the next one when that goes.
 *
 * <p>{@code this} guards {@code candidates} and {@code devices}. Which device comes or goes is decided under it, and
 * carried out without it. {@code workers} holds the present workers, and {@code observer} the present observer, or
 * null.
 */
@Component(service = DeviceRegistry.class, immediate = true)
public final class DeviceRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceRegistry.class);
    /** How long a change waits for the listeners of the devices' services to be called. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final BundleContext bundle;
    private final SharedMemoryManager memory;
    private final Permissions permissions;
    private final Runnable permissionsListener = this::permissionsChanged;
    private final Counters counters = new Counters();
    private final AtomicReference<CallbackWorkers> workers = new AtomicReference<>();
    private final Set<RuntimeContributor> contributors = ConcurrentHashMap.newKeySet();
    private final AtomicReference<TeeObserver> observer = new AtomicReference<>();
    /** Logs what bundles can repeat by offering drivers again and again. */
    private final RepeatLog problems = new RepeatLog(LOG::error);

    private final OwnerThreads<String> announcements = new OwnerThreads<>("ermine-announce", problems);

    private final Map<Long, DriverCandidate> candidates = new HashMap<>();
    private final Map<String, PublishedDevice> devices = new HashMap<>();
    private final CoreOptions options;

    /** The device of one name that goes and the one that comes; either may be null. */
    private record Change(PublishedDevice goes, PublishedDevice comes) {}

    @Activate
    public DeviceRegistry(
            BundleContext bundle,
            @Reference(name = "memory") SharedMemoryManager memory,
            @Reference(name = "permissions", policyOption = ReferencePolicyOption.GREEDY) Permissions permissions,
            @Reference(name = "options") CoreOptions options) {
        this.bundle = bundle;
        this.memory = memory;
        this.permissions = permissions;
        this.options = options;
        permissions.addListener(permissionsListener);
    }

    @Deactivate
    void deactivate() {
        permissions.removeListener(permissionsListener);
    }

    @Reference(
            service = TeeDriver.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updatedDriver",
            unbind = "unbindDriver")
    void bindDriver(TeeDriver driver, Map<String, Object> properties) {
        DriverCandidate candidate = DriverCandidate.of(driver, properties, bundleName(properties));
        synchronized (this) {
            candidates.put(candidate.serviceId(), candidate);
        }
        decideAndDo(candidate.name());
        String reason = reason(candidate);
        if (reason != null) {
            problems.tell(
                    List.of("not used", candidate.bundle()), () -> "the " + candidate + " is not used: " + reason);
        }
    }

    void unbindDriver(TeeDriver driver, Map<String, Object> properties) {
        DriverCandidate gone;
        synchronized (this) {
            gone = candidates.remove((Long) properties.get(Constants.SERVICE_ID));
        }
        if (gone != null) {
            decideAndDo(gone.name());
        }
    }

    void updatedDriver(TeeDriver driver, Map<String, Object> properties) {
        DriverCandidate before;
        synchronized (this) {
            before = candidates.get((Long) properties.get(Constants.SERVICE_ID));
        }
        if (before == null || !before.isSameAs(DriverCandidate.of(driver, properties, bundleName(properties)))) {
            unbindDriver(driver, properties);
            bindDriver(driver, properties);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "unbindWorkers")
    void bindWorkers(CallbackWorkers arrived) {
        workers.set(arrived);
        arrived.onChange(counters::changed);
        workersChanged();
    }

    void unbindWorkers(CallbackWorkers gone) {
        long graceNanos = gone.graceNanos();
        used().forEach(device -> device.workersGoing(graceNanos));
        workers.compareAndSet(gone, null);
        workersChanged();
        gone.onChange(null);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "unbindContributor")
    void bindContributor(RuntimeContributor arrived) {
        contributors.add(arrived);
        // Counted before as well: it may not return.
        counters.changed();
        arrived.onChange(counters::changed);
        counters.changed();
    }

    void unbindContributor(RuntimeContributor gone) {
        contributors.remove(gone);
        counters.changed();
        gone.onChange(null);
    }

    /** Returns what else contributes to the runtime's state. */
    Set<RuntimeContributor> contributors() {
        return contributors;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "unbindObserver")
    void bindObserver(TeeObserver arrived) {
        observer.set(arrived);
    }

    void unbindObserver(TeeObserver gone) {
        observer.compareAndSet(gone, null);
    }

    private void workersChanged() {
        tell("workers", PublishedDevice::workersChanged);
    }

    private void permissionsChanged() {
        tell("permissions", PublishedDevice::permissionsChanged);
    }

    private void tell(String ofWhat, Consumer<PublishedDevice> change) {
        // Counted before as well: the policy that is asked about each context may not return.
        counters.changed();
        Separately.forEach(
                used(),
                change,
                (device, thrown) -> LOG.error(
                        "the {} did not take over a change of {}: {}",
                        device.candidate(),
                        ofWhat,
                        FailureText.detailed(thrown)));
        announce();
        counters.changed();
    }

    /**
     * Announces a change when all devices have taken it over. The listeners of other bundles may not return, so they
     * are called on other threads.
     */
    private void announce() {
        for (PublishedDevice device : used()) {
            device.announceBy(code -> announcements.execute(device.candidate().name(), code));
        }
        announcements.awaitAll(PATIENCE);
    }

    private synchronized List<PublishedDevice> used() {
        return List.copyOf(devices.values());
    }

    /** Returns the present workers, or null if there are none. */
    CallbackWorkers workers() {
        return workers.get();
    }

    Permissions permissions() {
        return permissions;
    }

    Counters counters() {
        return counters;
    }

    /** Returns the devices that are in use. */
    synchronized List<Device> published() {
        return devices.values().stream()
                .map(PublishedDevice::device)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * Describes the devices that are in use, with at most so many contexts of each. They are called without the
     * monitor.
     */
    List<DeviceDTO> describe(int contexts) {
        return used().stream()
                .map(device -> device.describe(contexts))
                .filter(Objects::nonNull)
                .toList();
    }

    /** Describes the drivers that are not in use, with the reason. */
    synchronized List<FailedHandlerDTO> failedDrivers() {
        List<FailedHandlerDTO> failed = new ArrayList<>();
        for (DriverCandidate candidate : candidates.values()) {
            String reason = reason(candidate);
            if (reason != null) {
                failed.add(candidate.failed(reason));
            }
        }
        return failed;
    }

    private synchronized String reason(DriverCandidate candidate) {
        if (candidate.name() == null) {
            return "it has no service property " + TeeDevice.DEVICE_NAME + " that names its device";
        }
        PublishedDevice used = devices.get(candidate.name());
        if (used != null && used.candidate() != candidate) {
            return "the device name " + candidate.name() + " is taken by the " + used.candidate();
        }
        return used == null ? null : used.failure();
    }

    private void decideAndDo(String name) {
        if (name == null) {
            counters.changed();
            return;
        }
        Duration wait = options.unregister();
        Change change = decide(name);
        if (change.goes() != null) {
            change.goes().unpublish(wait);
        }
        if (change.goes() != null && change.comes() != null) {
            problems.tell(
                    List.of("change", change.comes().candidate().bundle()),
                    () -> "device " + name + " changes from the "
                            + change.goes().candidate() + " to the "
                            + change.comes().candidate());
        }
        if (change.comes() != null) {
            change.comes().publish(bundle, wait);
        }
        counters.changed();
    }

    private synchronized Change decide(String name) {
        PublishedDevice used = devices.get(name);
        DriverCandidate best = candidates.values().stream()
                .filter(candidate -> name.equals(candidate.name()))
                .min(DriverCandidate::compareTo)
                .orElse(null);
        if (used != null && used.candidate() == best) {
            return new Change(null, null);
        }
        PublishedDevice comes =
                best == null ? null : new PublishedDevice(best, () -> device(best), this::workers, permissions);
        if (comes == null) {
            devices.remove(name);
        } else {
            devices.put(name, comes);
        }
        return new Change(used, comes);
    }

    private Device device(DriverCandidate candidate) {
        return new Device(
                candidate.name(),
                candidate.driver(),
                memory,
                this::workers,
                counters,
                observer,
                options.leakLog(),
                new ContextPlaces(options.contexts(), options.ownerSharePercent()));
    }

    private String bundleName(Map<String, Object> properties) {
        Object id = properties.get(Constants.SERVICE_BUNDLEID);
        Bundle owner = id instanceof Long number ? bundle.getBundle(number) : null;
        return owner == null ? "an unknown bundle" : Owner.of(owner).toString();
    }
}
