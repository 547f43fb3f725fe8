// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * A registered service, which is its own reference: one object for each bundle if a factory makes them, else one for
 * all.
 *
 * @param <S> its type, or one of them
 */
final class LocalService<S> implements ServiceRegistration<S>, ServiceReference<S> {

    private final LocalBundle owner;
    private final List<Class<?>> types;
    private final Object service;
    /** What users of it as each of its types get, unless a factory makes that. */
    private final Map<Class<?>, Object> objects = new HashMap<>();

    private final long id;
    /** What a factory made, by bundle. */
    private final Map<LocalBundle, S> made = new ConcurrentHashMap<>();

    private final AtomicBoolean registered = new AtomicBoolean(true);
    private volatile Map<String, Object> properties;

    LocalService(LocalBundle owner, List<Class<?>> types, Object service, Dictionary<String, ?> properties) {
        this.owner = owner;
        this.types = List.copyOf(types);
        this.service = service;
        types.forEach(type -> objects.put(type, owner.framework().decorated(type, service)));
        this.id = owner.framework().nextServiceId();
        this.properties = withIdentity(properties);
    }

    private Map<String, Object> withIdentity(Dictionary<String, ?> given) {
        Map<String, Object> all = new HashMap<>(given == null ? Map.of() : FrameworkUtil.asMap(given));
        all.put(Constants.OBJECTCLASS, types.stream().map(Class::getName).toArray(String[]::new));
        all.put(Constants.SERVICE_ID, id);
        all.put(Constants.SERVICE_BUNDLEID, owner.id());
        return Collections.unmodifiableMap(all);
    }

    boolean hasType(String name) {
        return types.stream().anyMatch(type -> type.getName().equals(name));
    }

    long id() {
        return id;
    }

    Map<String, Object> properties() {
        return properties;
    }

    /** The service object for a bundle, as the first of its types. */
    Object get(LocalBundle bundle) {
        return get(bundle, types.get(0));
    }

    /** The service object for a bundle, as one of its types. */
    @SuppressWarnings("unchecked")
    <T> T get(LocalBundle bundle, Class<T> type) {
        return type.cast(
                service instanceof ServiceFactory<?>
                        ? made.computeIfAbsent(
                                bundle, user -> ((ServiceFactory<S>) service).getService(user.asBundle(), this))
                        : objects.get(type));
    }

    /** The bundle gives its object back. */
    @SuppressWarnings("unchecked")
    boolean unget(LocalBundle bundle) {
        S object = made.remove(bundle);
        if (object == null) {
            return false;
        }
        ((ServiceFactory<S>) service).ungetService(bundle.asBundle(), this, object);
        return true;
    }

    @Override
    public ServiceReference<S> getReference() {
        return this;
    }

    @Override
    public void setProperties(Dictionary<String, ?> changed) {
        requireRegistered();
        properties = withIdentity(changed);
        owner.framework().modified(this);
    }

    @Override
    public void unregister() {
        if (!registered.compareAndSet(true, false)) {
            throw new IllegalStateException(this + " is unregistered");
        }
        owner.framework().unregistering(this);
        List.copyOf(made.keySet()).forEach(this::unget);
        owner.unregistered(this);
    }

    private void requireRegistered() {
        if (!registered.get()) {
            throw new IllegalStateException(this + " is unregistered");
        }
    }

    @Override
    public Object getProperty(String key) {
        return properties.get(key);
    }

    @Override
    public String[] getPropertyKeys() {
        return properties.keySet().toArray(String[]::new);
    }

    @Override
    public Dictionary<String, Object> getProperties() {
        return new Hashtable<>(properties);
    }

    @Override
    public Bundle getBundle() {
        return registered.get() ? owner.asBundle() : null;
    }

    @Override
    public Bundle[] getUsingBundles() {
        return made.keySet().stream().map(LocalBundle::asBundle).toArray(Bundle[]::new);
    }

    @Override
    public boolean isAssignableTo(Bundle bundle, String className) {
        return true;
    }

    /** By ranking, then by age, as the specification has it. */
    @Override
    public int compareTo(Object reference) {
        LocalService<?> other = (LocalService<?>) reference;
        int order = Integer.compare(ranking(), other.ranking());
        return order != 0 ? order : Long.compare(other.id, id);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    private int ranking() {
        return properties.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
    }

    @Override
    public <A> A adapt(Class<A> wanted) {
        return null;
    }

    @Override
    public String toString() {
        return types.get(0).getSimpleName() + " service " + id;
    }
}
