// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.mink.impl;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.ermine.tee.TeeContext;
import org.ermine.tee.TeeDevice;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.embedded.threads.OwnerThreads;
import org.ermine.tee.spi.support.OwnerName;
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
 * it, and carried out without it: for each service in turn, on a thread of its own, as clients are activated and
 * deactivated thereby, which may not return. Whoever reports a change waits for that, but not for ever.
 */
@Component(
        service = {},
        immediate = true)
public final class ClientServices {

    private static final Logger LOG = LoggerFactory.getLogger(ClientServices.class);

    /** How long a change waits until all clients know of it. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final BundleContext bundle;
    private final RepeatLog problems = new RepeatLog(LOG::warn);
    private final OwnerThreads<ClientServiceKey> turns = new OwnerThreads<>("ermine-client-service", problems);
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
        List<ClientServiceKey> come;
        synchronized (this) {
            devices.add(device);
            come = add(Stream.concat(
                    Stream.of(ClientServiceKey.of(device)),
                    openables.stream().map(each -> new ClientServiceKey(device, each))));
        }
        inTurn(come, this::publish);
    }

    /**
     * Renews the services of a device whose properties changed: for example, bundles may be permitted now what they
     * were not before.
     */
    void updatedDevice(ServiceReference<TeeContext> device) {
        List<ClientServiceKey> present;
        synchronized (this) {
            present = services.keySet().stream()
                    .filter(key -> key.device().equals(device))
                    .toList();
        }
        inTurn(present, this::update);
    }

    void removeDevice(ServiceReference<TeeContext> device) {
        Map<ClientServiceKey, ClientService> go;
        synchronized (this) {
            devices.remove(device);
            go = remove(key -> key.device().equals(device));
        }
        inTurn(go.keySet(), key -> go.get(key).end());
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, unbind = "removeOpenable")
    void addOpenable(ServiceReference<OpenableService> openable) {
        String fault = ClientServiceKey.faultOf(openable);
        if (fault != null) {
            refused(openable.getBundle(), fault);
            return;
        }
        List<ClientServiceKey> come;
        synchronized (this) {
            openables.add(openable);
            come = add(devices.stream().map(each -> new ClientServiceKey(each, openable)));
        }
        inTurn(come, this::publish);
    }

    void removeOpenable(ServiceReference<OpenableService> openable) {
        Map<ClientServiceKey, ClientService> go;
        synchronized (this) {
            openables.remove(openable);
            go = remove(key -> openable.equals(key.openable()));
        }
        inTurn(go.keySet(), key -> go.get(key).end());
    }

    /** Under the monitor. Returns those that are new. */
    private List<ClientServiceKey> add(Stream<ClientServiceKey> keys) {
        List<ClientServiceKey> added =
                keys.filter(ClientServiceKey::isOfOneDevice).toList();
        added.forEach(key -> services.put(key, service(key)));
        return added;
    }

    /** Under the monitor. */
    private Map<ClientServiceKey, ClientService> remove(Predicate<ClientServiceKey> which) {
        Map<ClientServiceKey, ClientService> removed = new HashMap<>(services);
        removed.keySet().removeIf(which.negate());
        services.keySet().removeAll(removed.keySet());
        return removed;
    }

    /** Has something done with each of the services, after all that is being done with it. */
    private void inTurn(Collection<ClientServiceKey> keys, Consumer<ClientServiceKey> what) {
        keys.forEach(key -> turns.execute(key, () -> what.accept(key)));
        turns.awaitAll(PATIENCE);
    }

    private void publish(ClientServiceKey key) {
        ClientService service = present(key);
        if (service != null) {
            service.publish(key.properties());
        }
    }

    private void update(ClientServiceKey key) {
        ClientService service = present(key);
        if (service == null) {
            return;
        }
        if (!service.isToBeRenewed()) {
            service.update(key.properties());
            return;
        }
        boolean replaced;
        synchronized (this) {
            replaced = services.replace(key, service, service(key));
        }
        if (replaced) {
            service.end();
            publish(key);
        }
    }

    /** Null if it is gone meanwhile. */
    private synchronized ClientService present(ClientServiceKey key) {
        return services.get(key);
    }

    /** @param bundle null if it has unregistered the service meanwhile */
    private void refused(Bundle bundle, String fault) {
        if (bundle != null) {
            String name = OwnerName.of(bundle);
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
