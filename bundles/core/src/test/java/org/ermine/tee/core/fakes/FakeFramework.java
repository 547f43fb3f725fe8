// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.core.fakes;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ermine.tee.fakes.Fake;
import org.ermine.tee.fakes.FakeBundle;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/**
 * As much of a framework as a registrar of service factories sees: what it registered, got and given back by bundles.
 */
public final class FakeFramework {

    public final List<Registration> registrations = new ArrayList<>();
    /** What happened, in order. */
    public final List<String> events = new ArrayList<>();
    /** What a listener for changed properties does. */
    public Runnable onModified = () -> {};

    public final BundleContext context =
            Fake.of(BundleContext.class, (self, method, arguments) -> switch (method.getName()) {
                case "registerService" ->
                    register((Class<?>) arguments[0], arguments[1], (Dictionary<?, ?>) arguments[2]);
                case "getBundle" -> bundle((Long) arguments[0], "bundle" + arguments[0]);
                default -> throw Fake.unsupported(method);
            });

    /** A registered service; with a factory, or one object for all. */
    public final class Registration {
        final Class<?> type;
        final ServiceFactory<Object> factory;
        public volatile Dictionary<?, ?> properties;
        final Map<Object, Bundle> used = new ConcurrentHashMap<>();
        public boolean registered = true;

        final ServiceRegistration<Object> handle;

        @SuppressWarnings("unchecked")
        Registration(Class<?> type, Object service, Dictionary<?, ?> properties) {
            this.type = type;
            this.factory = service instanceof ServiceFactory<?> given
                    ? (ServiceFactory<Object>) given
                    : new SharedService(service);
            this.properties = properties;
            this.handle = (ServiceRegistration<Object>) Fake.of(
                    ServiceRegistration.class, (self, method, arguments) -> switch (method.getName()) {
                        case "unregister" -> unregister();
                        case "setProperties" -> modify((Dictionary<?, ?>) arguments[0]);
                        case "toString" -> type.getSimpleName();
                        default -> throw Fake.unsupported(method);
                    });
        }

        public <S> S get(Bundle bundle, Class<S> type) {
            Object service = factory.getService(bundle, handle);
            if (service != null) {
                used.put(service, bundle);
            }
            return type.cast(service);
        }

        public void unget(Object service) {
            factory.ungetService(used.remove(service), handle, service);
        }

        private record SharedService(Object service) implements ServiceFactory<Object> {
            @Override
            public Object getService(Bundle bundle, ServiceRegistration<Object> registration) {
                return service;
            }

            @Override
            public void ungetService(Bundle bundle, ServiceRegistration<Object> registration, Object got) {}
        }

        private Object modify(Dictionary<?, ?> changed) {
            properties = changed;
            onModified.run();
            return null;
        }

        private Object unregister() {
            if (!registered) {
                throw new IllegalStateException("unregistered");
            }
            registered = false;
            events.add("-" + type.getSimpleName());
            List.copyOf(used.keySet()).forEach(this::unget);
            return null;
        }
    }

    /** The registered service of this type; there must be one. */
    public Registration service(Class<?> type) {
        List<Registration> found = registrations.stream()
                .filter(each -> each.registered && each.type == type)
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " services of " + type);
        }
        return found.get(0);
    }

    public long count() {
        return registrations.stream().filter(each -> each.registered).count();
    }

    public static Bundle bundle(long id, String symbolicName) {
        return FakeBundle.of(id, symbolicName, "1.0.0");
    }

    private ServiceRegistration<Object> register(Class<?> type, Object service, Dictionary<?, ?> properties) {
        Registration registration = new Registration(type, service, properties);
        registrations.add(registration);
        events.add("+" + type.getSimpleName());
        return registration.handle;
    }
}
