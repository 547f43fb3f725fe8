// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.osgi.framework.ServiceReference;

/**
 * Bundles and services in memory. Events are delivered on the thread that causes them, with no lock held, as a
 * framework does; those for one service one after the other, as long as its owner does not change it on several threads
 * at once.
 */
public final class LocalFramework {

    /** Is told of all services, on the threads that register, change and unregister them. */
    interface Watcher {

        void registered(LocalService<?> service);

        void modified(LocalService<?> service);

        /** It is not among the services of the framework any more. */
        void unregistering(LocalService<?> service);
    }

    private final Path dataArea;
    private final AtomicLong bundleIds = new AtomicLong();
    private final AtomicLong serviceIds = new AtomicLong();
    private final Map<Long, LocalBundle> bundles = new ConcurrentHashMap<>();
    private final List<LocalService<?>> services = new CopyOnWriteArrayList<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final Map<Class<?>, UnaryOperator<Object>> decorators = new HashMap<>();

    /** @param dataArea below it lie the data areas of the bundles */
    public LocalFramework(Path dataArea) {
        this.dataArea = dataArea;
    }

    /** A new bundle. */
    public LocalBundle install(String symbolicName) {
        LocalBundle bundle = new LocalBundle(this, bundleIds.incrementAndGet(), symbolicName);
        bundles.put(bundle.id(), bundle);
        return bundle;
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

    /**
     * Puts something in front of every service of a type that is registered from now on. To be done before there are
     * any.
     */
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
        watchers.forEach(watcher -> watcher.registered(service));
    }

    void modified(LocalService<?> service) {
        watchers.forEach(watcher -> watcher.modified(service));
    }

    void unregistering(LocalService<?> service) {
        services.remove(service);
        watchers.forEach(watcher -> watcher.unregistering(service));
    }

    void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }
}
