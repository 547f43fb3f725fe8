// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A reference that a component need not have: tells it of services that come, change and go, of all of them or of the
 * best one.
 *
 * <p>{@code this} guards the lists; the component is called without it.
 */
final class DynamicReference {

    private final ReferenceDescription description;
    private final ComponentMethods methods;
    private final LocalBundle bundle;
    /** Those that match. */
    private final List<LocalService<?>> present = new ArrayList<>();
    /** Those of which the component was told. */
    private final List<LocalService<?>> bound = new ArrayList<>();
    /** Null while there is none. */
    private Object component;

    DynamicReference(ReferenceDescription description, ComponentMethods methods, LocalBundle bundle) {
        this.description = description;
        this.methods = methods;
        this.bundle = bundle;
    }

    /** Tells a component of the services that are there, or of the best of them, and from now on of those that come. */
    void open(Object opened, List<LocalService<?>> services) {
        synchronized (this) {
            component = opened;
        }
        Stream<LocalService<?>> all = services.stream();
        (description.several() ? all : all.sorted(Comparator.reverseOrder())).forEach(this::registered);
    }

    /** Takes all services back. */
    void close() {
        List<LocalService<?>> gone;
        Object closed;
        synchronized (this) {
            closed = component;
            component = null;
            present.clear();
            gone = new ArrayList<>(bound);
            bound.clear();
        }
        Collections.reverse(gone);
        gone.forEach(service -> unbind(closed, service));
    }

    void registered(LocalService<?> service) {
        if (!description.accepts(service)) {
            return;
        }
        LocalService<?> former = null;
        Object told;
        synchronized (this) {
            told = component;
            if (component == null || present.contains(service)) {
                return;
            }
            present.add(service);
            if (!description.several() && !bound.isEmpty()) {
                if (!description.greedy() || service.compareTo(bound.get(0)) < 0) {
                    return;
                }
                former = bound.remove(0);
            }
            bound.add(service);
        }
        methods.call(told, description.bind(), description, service);
        if (former != null) {
            unbind(told, former);
        }
    }

    void modified(LocalService<?> service) {
        if (!description.accepts(service)) {
            unregistering(service);
            return;
        }
        Object told;
        synchronized (this) {
            told = bound.contains(service) ? component : null;
        }
        if (told == null) {
            registered(service);
        } else {
            methods.call(told, description.updated(), description, service);
        }
    }

    void unregistering(LocalService<?> service) {
        LocalService<?> next = null;
        Object told;
        synchronized (this) {
            present.remove(service);
            told = component;
            if (!bound.remove(service)) {
                return;
            }
            if (!description.several()) {
                next = present.stream().max(Comparator.naturalOrder()).orElse(null);
            }
            if (next != null) {
                bound.add(next);
            }
        }
        if (next != null) {
            methods.call(told, description.bind(), description, next);
        }
        unbind(told, service);
    }

    private void unbind(Object told, LocalService<?> service) {
        methods.call(told, description.unbind(), description, service);
        if (methods.getsObject(description)) {
            service.unget(bundle);
        }
    }
}
