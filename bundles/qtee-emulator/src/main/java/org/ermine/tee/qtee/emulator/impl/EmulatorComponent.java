// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.impl;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.TeeException;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.qtee.emulator.impl.TrustedOffers.Kind;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.RuntimeContributor;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.spi.PhysicalMemory;
import org.ermine.tee.spi.SecureCall;
import org.ermine.tee.spi.SecureChannel;
import org.ermine.tee.spi.policy.Permissions;
import org.ermine.tee.spi.support.Separately;
import org.ermine.tee.trusted.TrustedApplication;
import org.ermine.tee.trusted.TrustedService;
import org.osgi.framework.BundleContext;
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
 * Makes an {@link Emulator} a {@link SecureChannel} service, and gives it the trusted services and applications
 * deployed.
 */
@Component(
        property = {TeeDevice.DEVICE_NAME + "=" + EmulatorComponent.NAME, TeeDevice.DEVELOPMENT + ":Boolean=true"},
        immediate = true)
public final class EmulatorComponent implements SecureChannel, RuntimeContributor {

    private static final Logger LOG = LoggerFactory.getLogger(EmulatorComponent.class);

    static final String NAME = "qtee-emulator";

    private final Emulator emulator;
    private final TrustedOffers<Integer, TrustedService> services;
    private final TrustedOffers<String, TrustedApplication> applications;
    private final OpenableServices<Integer> openableServices;
    private final OpenableServices<String> openableApplications;
    private final Permissions permissions;
    private final Runnable permissionsListener = this::permissionsChanged;
    /** Whether trusted code comes on the threads of whoever registers it; at first comes what was there before. */
    private volatile boolean activated;

    private volatile Runnable changeListener;

    @Activate
    public EmulatorComponent(
            BundleContext bundle,
            @Reference(name = "memory") PhysicalMemory memory,
            @Reference(name = "emulation") Emulation emulation,
            @Reference(name = "permissions", policyOption = ReferencePolicyOption.GREEDY) Permissions permissions)
            throws IOException {
        this.permissions = permissions;
        emulator = new Emulator(memory, emulation.stateDirectory(), emulation.settings());
        services = new TrustedOffers<>(
                new Kind<>("service", TrustedService.UID, Integer.class, emulator::addService, emulator::removeService),
                bundle,
                permissions,
                this::changed);
        applications = new TrustedOffers<>(
                new Kind<>(
                        "application",
                        TrustedApplication.NAME,
                        String.class,
                        emulator::addApplication,
                        emulator::removeApplication),
                bundle,
                permissions,
                this::changed);
        openableServices = new OpenableServices<>(bundle, TrustedService.UID, services::reached);
        openableApplications = new OpenableServices<>(bundle, TrustedApplication.NAME, applications::reached);
        permissions.addListener(permissionsListener);
    }

    @Activate
    void activate() {
        activated = true;
        services.awaitPresent();
        applications.awaitPresent();
    }

    private <K, S> void add(TrustedOffers<K, S> offered, ServiceReference<S> reference) {
        if (activated) {
            offered.add(reference);
        } else {
            offered.addPresent(reference);
        }
    }

    @Deactivate
    void deactivate() {
        permissions.removeListener(permissionsListener);
        openableServices.close();
        openableApplications.close();
        emulator.close();
    }

    @Reference(
            service = TrustedService.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updatedService",
            unbind = "removeService")
    void addService(ServiceReference<TrustedService> reference) {
        add(services, reference);
    }

    void updatedService(ServiceReference<TrustedService> reference) {
        services.update(reference);
    }

    void removeService(ServiceReference<TrustedService> reference) {
        services.remove(reference);
    }

    @Reference(
            service = TrustedApplication.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updatedApplication",
            unbind = "removeApplication")
    void addApplication(ServiceReference<TrustedApplication> reference) {
        add(applications, reference);
    }

    void updatedApplication(ServiceReference<TrustedApplication> reference) {
        applications.update(reference);
    }

    void removeApplication(ServiceReference<TrustedApplication> reference) {
        applications.remove(reference);
    }

    @Override
    public void invoke(SecureCall call) throws TeeException {
        emulator.invoke(call);
    }

    @Override
    public void callbackResponse(SecureCall call) throws TeeException {
        emulator.callbackResponse(call);
    }

    @Override
    public void contribute(RuntimeDTO runtime) {
        runtime.failedTrustedServices = Stream.of(
                        Stream.of(runtime.failedTrustedServices),
                        services.failed().stream(),
                        applications.failed().stream())
                .flatMap(Function.identity())
                .toArray(FailedTrustedServiceDTO[]::new);
    }

    @Override
    public void onChange(Runnable listener) {
        changeListener = listener;
    }

    private void permissionsChanged() {
        Separately.forEach(
                List.of(services, applications),
                TrustedOffers::decide,
                (offered, thrown) -> LOG.error("not all trusted code could be checked: {}", FailureText.of(thrown)));
    }

    private void changed() {
        openableServices.changed();
        openableApplications.changed();
        Runnable listener = changeListener;
        if (listener != null) {
            listener.run();
        }
    }
}
