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

/** A registered service, which is its own reference: one object for each bundle if a factory makes them, else one for all. */
final class LocalService<S> implements ServiceRegistration<S>, ServiceReference<S> {

    private final LocalBundle owner;
    private final Class<S> type;
    private final Object service;
    private final long id;
    /** What a factory made, by bundle. */
    private final Map<LocalBundle, S> made = new ConcurrentHashMap<>();

    private final AtomicBoolean registered = new AtomicBoolean(true);
    private volatile Map<String, Object> properties;

    LocalService(LocalBundle owner, Class<S> type, Object service, Dictionary<String, ?> properties) {
        this.owner = owner;
        this.type = type;
        this.service = service;
        this.id = owner.framework().nextServiceId();
        this.properties = withIdentity(properties);
    }

    private Map<String, Object> withIdentity(Dictionary<String, ?> given) {
        Map<String, Object> all = new HashMap<>(FrameworkUtil.asMap(given));
        all.put(Constants.OBJECTCLASS, new String[] {type.getName()});
        all.put(Constants.SERVICE_ID, id);
        all.put(Constants.SERVICE_BUNDLEID, owner.id());
        return Collections.unmodifiableMap(all);
    }

    /** This service if it has that type, else null. */
    @SuppressWarnings("unchecked")
    <T> LocalService<T> as(Class<T> wanted) {
        return type == wanted ? (LocalService<T>) this : null;
    }

    long id() {
        return id;
    }

    Map<String, Object> properties() {
        return properties;
    }

    /** The service object for a bundle. */
    @SuppressWarnings("unchecked")
    S get(LocalBundle bundle) {
        return service instanceof ServiceFactory<?>
                ? made.computeIfAbsent(bundle, user -> ((ServiceFactory<S>) service).getService(user.asBundle(), this))
                : type.cast(service);
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
        return type.getSimpleName() + " service " + id;
    }
}
