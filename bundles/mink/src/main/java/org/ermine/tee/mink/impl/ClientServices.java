// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink.impl;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.spi.support.Separately;
import org.ermine.tee.trusted.OpenableService;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the services for clients: one for each device, and one for each thing that can be opened on it.
 *
 * <p>{@code this} guards {@code devices}, {@code openables} and {@code services}. What comes and goes is decided under
 * it, and carried out without it.
 */
@Component(
        service = {},
        immediate = true)
public final class ClientServices {

    private static final Logger LOG = LoggerFactory.getLogger(ClientServices.class);

    private final BundleContext bundle;
    private final RepeatLog problems = new RepeatLog(LOG::warn);
    private final Set<ServiceReference<TeeContext>> devices = new HashSet<>();
    private final Set<ServiceReference<OpenableService>> openables = new HashSet<>();
    private final Map<ClientServiceKey, ClientService> services = new HashMap<>();

    @Activate
    public ClientServices(BundleContext bundle) {
        this.bundle = bundle;
    }

    @Deactivate
    void deactivate() {
        problems.sumUp();
    }

    @Reference(
            service = TeeContext.class,
            target = "(" + TeeDevice.SERVES_CALLBACKS + "=true)",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updatedDevice",
            unbind = "removeDevice")
    void addDevice(ServiceReference<TeeContext> device) {
        Map<ClientServiceKey, ClientService> come;
        synchronized (this) {
            devices.add(device);
            come = add(Stream.concat(
                    Stream.of(ClientServiceKey.of(device)),
                    openables.stream().map(each -> new ClientServiceKey(device, each))));
        }
        publish(come);
    }

    /**
     * Renews the services of a device whose properties changed: for example, bundles may be permitted now what they
     * were not before.
     */
    void updatedDevice(ServiceReference<TeeContext> device) {
        Map<ClientServiceKey, ClientService> present;
        synchronized (this) {
            present = new HashMap<>(services);
        }
        present.keySet().removeIf(key -> !key.device().equals(device));
        Separately.forEach(
                present.entrySet(),
                each -> update(each.getKey(), each.getValue()),
                (each, thrown) -> failed("cannot be updated", thrown));
    }

    private void update(ClientServiceKey key, ClientService service) {
        if (!service.isToBeRenewed()) {
            service.update(key.properties());
            return;
        }
        ClientService renewed = service(key);
        boolean replaced;
        synchronized (this) {
            replaced = services.replace(key, service, renewed);
        }
        if (replaced) {
            service.end();
            publish(key, renewed);
        }
    }

    void removeDevice(ServiceReference<TeeContext> device) {
        List<ClientService> go;
        synchronized (this) {
            devices.remove(device);
            go = remove(key -> key.device().equals(device));
        }
        end(go);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, unbind = "removeOpenable")
    void addOpenable(ServiceReference<OpenableService> openable) {
        String fault = ClientServiceKey.faultOf(openable);
        if (fault != null) {
            refused(openable.getBundle(), fault);
            return;
        }
        Map<ClientServiceKey, ClientService> come;
        synchronized (this) {
            openables.add(openable);
            come = add(devices.stream().map(each -> new ClientServiceKey(each, openable)));
        }
        publish(come);
    }

    void removeOpenable(ServiceReference<OpenableService> openable) {
        List<ClientService> go;
        synchronized (this) {
            openables.remove(openable);
            go = remove(key -> openable.equals(key.openable()));
        }
        end(go);
    }

    /** Under the monitor. */
    private Map<ClientServiceKey, ClientService> add(Stream<ClientServiceKey> keys) {
        Map<ClientServiceKey, ClientService> added = new HashMap<>();
        keys.filter(ClientServiceKey::isOfOneDevice).forEach(key -> {
            ClientService service = service(key);
            services.put(key, service);
            added.put(key, service);
        });
        return added;
    }

    /** Under the monitor. */
    private List<ClientService> remove(Predicate<ClientServiceKey> which) {
        List<ClientServiceKey> keys = services.keySet().stream().filter(which).toList();
        return keys.stream().map(services::remove).toList();
    }

    /** Registers services, each separately, since that calls the listeners of other bundles. */
    private void publish(Map<ClientServiceKey, ClientService> come) {
        Separately.forEach(
                come.entrySet(),
                each -> publish(each.getKey(), each.getValue()),
                (each, thrown) -> failed("cannot be registered", thrown));
    }

    private void publish(ClientServiceKey key, ClientService service) {
        if (service.publish(key.properties())) {
            update(key, service);
        }
    }

    private void end(List<ClientService> go) {
        Separately.forEach(
                go, ClientService::end, (service, thrown) -> failed("was not unregistered in order", thrown));
    }

    private void failed(String what, Throwable thrown) {
        problems.tell(what, () -> "a service for clients " + what + ": " + FailureText.of(thrown));
    }

    /** @param bundle null if it has unregistered the service meanwhile */
    private void refused(Bundle bundle, String fault) {
        if (bundle != null) {
            String name = bundle.getSymbolicName();
            problems.tell(
                    List.of("refused", name),
                    () -> "an OpenableService of " + name + " is not offered to clients: " + fault);
        }
    }

    private ClientService service(ClientServiceKey key) {
        return service(key.opening(), key.device());
    }

    private <S> ClientService service(ClientOpening<S> opening, ServiceReference<TeeContext> device) {
        OpeningFactory<S> factory = new OpeningFactory<>(opening, device, problems);
        return new ClientService(
                properties -> bundle.registerService(opening.type(), factory, properties), factory::servesMore);
    }
}
