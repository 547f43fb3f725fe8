// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.osgi.framework.ServiceReference;

/**
 * Bundles and services in memory. Events are delivered on the thread that causes them, with no lock held, as a framework does;
 * those for one service one after the other, as long as its owner does not change it on several threads at once.
 */
public final class LocalFramework {

    private final Path dataArea;
    private final Map<String, Map<String, Object>> options;
    private final AtomicLong bundleIds = new AtomicLong();
    private final AtomicLong serviceIds = new AtomicLong();
    private final Map<Long, LocalBundle> bundles = new ConcurrentHashMap<>();
    private final List<LocalService<?>> services = new CopyOnWriteArrayList<>();
    private final List<LocalComponent> components = new CopyOnWriteArrayList<>();
    private final Map<Class<?>, UnaryOperator<Object>> decorators = new HashMap<>();

    /**
     * @param dataArea below it lie the data areas of the bundles
     * @param options by PID and name, those that differ from their defaults
     */
    public LocalFramework(Path dataArea, Map<String, Map<String, Object>> options) {
        this.dataArea = dataArea;
        this.options = options;
    }

    /** A new bundle without content: what uses services and registers them is a test. */
    public LocalBundle install(String symbolicName) {
        LocalBundle bundle = new LocalBundle(this, bundleIds.incrementAndGet(), symbolicName);
        bundles.put(bundle.id(), bundle);
        return bundle;
    }

    /**
     * Installs a bundle that is on the class path, and starts its components as their descriptions say.
     *
     * @throws IllegalStateException if it is not there, or a description says what is not known here
     * @throws IllegalArgumentException for an option that is refused
     */
    public LocalBundle start(String symbolicName) {
        LocalBundle bundle = install(symbolicName);
        bundle.start(BundleContent.of(symbolicName));
        return bundle;
    }

    /**
     * Requires that everything that was started is at work.
     *
     * @throws IllegalStateException naming the components that are not, and what they wait for
     * @throws IllegalArgumentException for options of which no component has the PID
     */
    public void requireComplete() {
        List<String> missing = components.stream()
                .flatMap(component -> component.missing().stream())
                .toList();
        if (!missing.isEmpty()) {
            throw new IllegalStateException(String.join("; ", missing));
        }
        Set<String> unknown = new TreeSet<>(options.keySet());
        components.forEach(component -> unknown.remove(component.pid()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("there is no bundle with options " + unknown);
        }
    }

    /**
     * The best service of a type, as a bundle has it.
     *
     * @throws IllegalStateException if there is none
     */
    public <S> S service(Class<S> type, LocalBundle user) {
        return services.stream()
                .filter(service -> service.hasType(type.getName()))
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> new IllegalStateException("there is no service " + type.getName()))
                .get(user, type);
    }

    /** Puts something in front of every service of a type that is registered from now on. To be done before there are any. */
    public <S> void decorate(Class<S> type, UnaryOperator<S> decorator) {
        decorators.put(type, service -> decorator.apply(type.cast(service)));
    }

    /** All services that there are. */
    public List<ServiceReference<?>> services() {
        return List.copyOf(services);
    }

    List<LocalService<?>> localServices() {
        return services;
    }

    Object decorated(Class<?> type, Object service) {
        return decorators.getOrDefault(type, UnaryOperator.identity()).apply(service);
    }

    Path dataArea() {
        return dataArea;
    }

    Map<String, Object> options(String pid) {
        return options.getOrDefault(pid, Map.of());
    }

    /** Null if there is none. */
    LocalBundle bundle(long id) {
        return bundles.get(id);
    }

    long nextServiceId() {
        return serviceIds.incrementAndGet();
    }

    void uninstalled(LocalBundle bundle) {
        bundles.remove(bundle.id());
    }

    void registered(LocalService<?> service) {
        services.add(service);
        components.forEach(component -> component.registered(service));
    }

    void modified(LocalService<?> service) {
        components.forEach(component -> component.modified(service));
    }

    void unregistering(LocalService<?> service) {
        services.remove(service);
        components.forEach(component -> component.unregistering(service));
    }

    void add(LocalComponent component) {
        components.add(component);
        component.start();
    }

    void remove(LocalComponent component) {
        component.stop();
        components.remove(component);
    }
}
