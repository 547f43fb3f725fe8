// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final List<Binding<?>> bindings = new CopyOnWriteArrayList<>();
    private final Map<Class<?>, UnaryOperator<Object>> decorators = new HashMap<>();

    /**
     * @param dataArea below it lie the data areas of the bundles
     * @param options by PID and name, those that differ from their defaults
     */
    public LocalFramework(Path dataArea, Map<String, Map<String, Object>> options) {
        this.dataArea = dataArea;
        this.options = options;
    }

    /** A new bundle. */
    public LocalBundle install(String symbolicName) {
        LocalBundle bundle = new LocalBundle(this, bundleIds.incrementAndGet(), symbolicName);
        bundles.put(bundle.id(), bundle);
        return bundle;
    }

    /** Puts something in front of every service of a type that is registered from now on. To be done before there are any. */
    public <S> void decorate(Class<S> type, UnaryOperator<S> decorator) {
        decorators.put(type, service -> decorator.apply(type.cast(service)));
    }

    /** All services that there are. */
    public List<ServiceReference<?>> services() {
        return List.copyOf(services);
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
        bindings.forEach(binding -> binding.registered(service));
    }

    void modified(LocalService<?> service) {
        bindings.forEach(binding -> binding.modified(service));
    }

    void unregistering(LocalService<?> service) {
        services.remove(service);
        bindings.forEach(binding -> binding.unregistering(service));
    }

    void add(Binding<?> binding) {
        bindings.add(binding);
        services.forEach(binding::registered);
    }

    void remove(Binding<?> binding) {
        bindings.remove(binding);
        services.forEach(binding::unregistering);
    }
}
