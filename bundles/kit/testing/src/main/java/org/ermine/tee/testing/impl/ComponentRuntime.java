// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Starts the components of bundles that are on the class path, as Declarative Services do in a framework. Bundles are
 * started and stopped by one thread at a time.
 */
public final class ComponentRuntime {

    private final LocalFramework framework;
    private final Map<String, Map<String, Object>> options;
    private final List<LocalComponent> components = new CopyOnWriteArrayList<>();

    /** @param options by PID and name, those that differ from their defaults */
    public ComponentRuntime(LocalFramework framework, Map<String, Map<String, Object>> options) {
        this.framework = framework;
        this.options = options;
    }

    /**
     * Installs a bundle and starts its components, which may use the services of each other and of other bundles, until
     * it is stopped.
     *
     * @throws IllegalStateException if it is not on the class path, or a description of it says what is not known here
     * @throws IllegalArgumentException for an option that is refused
     */
    public LocalBundle start(String symbolicName) {
        BundleContent content = BundleContent.of(symbolicName);
        LocalBundle bundle = framework.install(symbolicName);
        boolean started = false;
        try {
            for (String path : content.components()) {
                XmlElement description = content.read(path);
                if (description == null) {
                    throw new IllegalStateException("bundle " + symbolicName + " has no " + path);
                }
                start(bundle, content, ComponentDescription.of(description));
            }
            started = true;
            return bundle;
        } finally {
            if (!started) {
                bundle.stop();
            }
        }
    }

    private void start(LocalBundle bundle, BundleContent content, ComponentDescription description) {
        Class<?> implementation = bundle.type(description.implementation());
        Map<String, Object> configured = options.getOrDefault(description.pid(), Map.of());
        List<Class<?>> types = optionTypes(implementation);
        if (types.isEmpty() && !configured.isEmpty()) {
            throw new IllegalArgumentException(description.pid() + " has no options: " + configured.keySet());
        }
        types.forEach(type -> ConfiguredOptions.check(content, type, description.pid(), configured));
        start(bundle, description, implementation, configured);
    }

    private static List<Class<?>> optionTypes(Class<?> implementation) {
        return Arrays.stream(implementation.getConstructors())
                .<Class<?>>flatMap(constructor -> Arrays.stream(constructor.getParameterTypes()))
                .filter(Class::isAnnotation)
                .toList();
    }

    LocalComponent start(
            LocalBundle bundle, ComponentDescription description, Class<?> type, Map<String, Object> configured) {
        LocalComponent component = new LocalComponent(bundle, description, type, configured);
        components.add(component);
        framework.watch(component);
        bundle.onStop(() -> {
            component.stop();
            framework.unwatch(component);
            components.remove(component);
        });
        component.start();
        return component;
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
}
