// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A component of a bundle, wired as its description says: it is there as long as all the services are that it needs,
 * and offers its own service for that time.
 *
 * <p>Services that it needs come and go on the thread that starts and stops bundles; those of its other references on
 * any thread.
 */
final class LocalComponent implements LocalFramework.Watcher {

    private final LocalBundle bundle;
    private final ComponentDescription description;
    private final Map<String, Object> properties;
    private final ComponentMethods methods;
    private final List<ReferenceDescription> needed;
    private final List<DynamicReference> dynamic;

    private boolean started;
    /** Whether it is about to begin or to end: what comes of that is decided afterwards. */
    private boolean changing;

    private boolean changedMeanwhile;
    /** What it has of what it needs, by the number of the parameter; null while it is not there. */
    private Map<Integer, LocalService<?>> used;

    private Object component;
    private LocalService<?> service;

    LocalComponent(
            LocalBundle bundle, ComponentDescription description, Class<?> type, Map<String, Object> configured) {
        this.bundle = bundle;
        this.description = description;
        properties = new HashMap<>(description.properties());
        properties.putAll(configured);
        properties.put("component.name", description.name());
        methods = new ComponentMethods(type, bundle, Map.copyOf(properties));
        methods.requireKnown(description);
        needed = description.references().stream()
                .filter(ReferenceDescription::isParameter)
                .toList();
        dynamic = description.references().stream()
                .filter(reference -> !reference.isParameter())
                .map(reference -> new DynamicReference(reference, methods, bundle))
                .toList();
    }

    String pid() {
        return description.pid();
    }

    void start() {
        started = true;
        decide();
    }

    void stop() {
        started = false;
        decide();
    }

    /** What it lacks of what it needs; empty if it is there. */
    List<String> missing() {
        return needed.stream()
                .filter(reference -> best(reference).isEmpty())
                .map(reference -> description.name() + " waits for its " + reference)
                .toList();
    }

    @Override
    public void registered(LocalService<?> arrived) {
        if (isNeeded(arrived)) {
            decide();
        }
        dynamic.forEach(reference -> reference.registered(arrived));
    }

    @Override
    public void modified(LocalService<?> changed) {
        if (isNeeded(changed) || used != null && used.containsValue(changed)) {
            decide();
        }
        dynamic.forEach(reference -> reference.modified(changed));
    }

    @Override
    public void unregistering(LocalService<?> gone) {
        if (used != null && used.containsValue(gone)) {
            decide();
        }
        dynamic.forEach(reference -> reference.unregistering(gone));
    }

    private boolean isNeeded(LocalService<?> candidate) {
        return needed.stream().anyMatch(reference -> reference.accepts(candidate));
    }

    /** Begins, ends or begins anew, as the services that there are ask for. */
    private void decide() {
        if (changing) {
            changedMeanwhile = true;
            return;
        }
        changing = true;
        try {
            do {
                changedMeanwhile = false;
                change(started ? choose() : null);
            } while (changedMeanwhile);
        } finally {
            changing = false;
        }
    }

    private void change(Map<Integer, LocalService<?>> wanted) {
        if (used != null && !used.equals(wanted)) {
            end();
        }
        if (used == null && wanted != null) {
            begin(wanted);
        }
    }

    /** Null if one is missing. */
    private Map<Integer, LocalService<?>> choose() {
        Map<Integer, LocalService<?>> chosen = new HashMap<>();
        for (ReferenceDescription reference : needed) {
            LocalService<?> present = used == null ? null : used.get(reference.parameter());
            boolean stays = present != null
                    && !reference.greedy()
                    && reference.accepts(present)
                    && bundle.framework().localServices().contains(present);
            Optional<LocalService<?>> best = stays ? Optional.of(present) : best(reference);
            if (best.isEmpty()) {
                return null;
            }
            chosen.put(reference.parameter(), best.get());
        }
        return chosen;
    }

    private Optional<LocalService<?>> best(ReferenceDescription reference) {
        return bundle.framework().localServices().stream()
                .filter(reference::accepts)
                .max(Comparator.naturalOrder());
    }

    private void begin(Map<Integer, LocalService<?>> wanted) {
        Map<Integer, Object> arguments = new HashMap<>();
        needed.forEach(reference -> arguments.put(
                reference.parameter(), wanted.get(reference.parameter()).get(bundle, bundle.type(reference.type()))));
        component = methods.construct(description.parameters(), arguments);
        used = wanted;
        dynamic.forEach(
                reference -> reference.open(component, bundle.framework().localServices()));
        methods.call(component, description.activate());
        if (!description.provided().isEmpty()) {
            Map<String, Object> announced = new HashMap<>(properties);
            announced.keySet().removeIf(name -> name.startsWith("."));
            List<Class<?>> types = new ArrayList<>();
            description.provided().forEach(type -> types.add(bundle.type(type)));
            service = bundle.add(types, component, announced);
        }
    }

    private void end() {
        if (service != null) {
            service.unregister();
            service = null;
        }
        methods.call(component, description.deactivate());
        for (int i = dynamic.size() - 1; i >= 0; i--) {
            dynamic.get(i).close();
        }
        used.values().forEach(each -> each.unget(bundle));
        component = null;
        used = null;
    }
}
