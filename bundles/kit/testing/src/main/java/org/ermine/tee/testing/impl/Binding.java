// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A component's dynamic reference with cardinality 0..n: tells it of each matching service that comes, changes and goes.
 *
 * @param type of the services
 * @param target which properties match
 * @param known the services it was told of
 */
record Binding<S>(
        Class<S> type,
        Predicate<Map<String, Object>> target,
        Consumer<LocalService<S>> bind,
        Consumer<LocalService<S>> updated,
        Consumer<LocalService<S>> unbind,
        Set<LocalService<S>> known) {

    Binding(
            Class<S> type,
            Predicate<Map<String, Object>> target,
            Consumer<LocalService<S>> bind,
            Consumer<LocalService<S>> updated,
            Consumer<LocalService<S>> unbind) {
        this(type, target, bind, updated, unbind, ConcurrentHashMap.newKeySet());
    }

    void registered(LocalService<?> service) {
        LocalService<S> candidate = service.as(type);
        if (candidate != null && target.test(candidate.properties()) && known.add(candidate)) {
            bind.accept(candidate);
        }
    }

    void modified(LocalService<?> service) {
        LocalService<S> candidate = service.as(type);
        if (candidate == null || !known.contains(candidate)) {
            registered(service);
        } else if (target.test(candidate.properties())) {
            updated.accept(candidate);
        } else {
            unregistering(service);
        }
    }

    void unregistering(LocalService<?> service) {
        LocalService<S> candidate = service.as(type);
        if (candidate != null && known.remove(candidate)) {
            unbind.accept(candidate);
        }
    }
}
