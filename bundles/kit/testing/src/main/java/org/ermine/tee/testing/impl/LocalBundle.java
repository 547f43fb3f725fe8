// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;

/**
 * A bundle: what its components register, and what is undone when it stops. Started and stopped by one thread; its
 * context may be used by any.
 */
public final class LocalBundle {

    private final LocalFramework framework;
    private final long id;
    private final String symbolicName;
    private final Bundle bundle;
    private final BundleContext context;
    /** What stopping does, the latest first. */
    private final Deque<Runnable> undo = new ArrayDeque<>();
    /** What it registered by itself: it takes that back, or the framework does in the end. */
    private final List<LocalService<?>> registrations = new CopyOnWriteArrayList<>();

    LocalBundle(LocalFramework framework, long id, String symbolicName) {
        this.framework = framework;
        this.id = id;
        this.symbolicName = symbolicName;
        this.bundle = bundleView();
        this.context = contextView();
    }

    LocalFramework framework() {
        return framework;
    }

    long id() {
        return id;
    }

    Bundle asBundle() {
        return bundle;
    }

    public BundleContext context() {
        return context;
    }

    /** Says what stopping does, before what was said earlier. */
    void onStop(Runnable action) {
        undo.push(action);
    }

    /** A class of the bundle, or one that it uses. */
    Class<?> type(String name) {
        try {
            return Class.forName(name, true, LocalBundle.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("bundle " + symbolicName + " has no class " + name, e);
        }
    }

    /** Registers a service, until it is unregistered or the bundle stops. */
    public <S> ServiceRegistration<S> register(Class<S> type, S service, Map<String, ?> properties) {
        return add(type, service, new Hashtable<>(properties));
    }

    private <S> ServiceRegistration<S> add(Class<S> type, Object service, Dictionary<String, ?> properties) {
        LocalService<S> registered = new LocalService<>(this, List.of(type), service, properties);
        registrations.add(registered);
        framework.registered(registered);
        return registered;
    }

    /** Registers the service of a component, which unregisters it. */
    LocalService<?> add(List<Class<?>> types, Object service, Map<String, ?> properties) {
        LocalService<?> registered = new LocalService<>(this, types, service, new Hashtable<>(properties));
        framework.registered(registered);
        return registered;
    }

    void unregistered(LocalService<?> service) {
        registrations.remove(service);
    }

    /** Ends its components, the latest first, unregisters what they left, and gives back what it has of others. */
    public void stop() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
        registrations.forEach(LocalService::unregister);
        framework.localServices().forEach(service -> service.unget(this));
        framework.uninstalled(this);
    }

    private File dataFile(String name) {
        try {
            return Files.createDirectories(framework.dataArea().resolve(Long.toString(id)))
                    .resolve(name)
                    .toFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whoever looks for bundles and their changes finds none: what they declare in their manifests is not there. */
    @SuppressWarnings("unchecked")
    private BundleContext contextView() {
        return view(BundleContext.class, (self, method, arguments) -> switch (method.getName()) {
            case "registerService" -> {
                if (!(arguments[0] instanceof Class<?> type)) {
                    throw new UnsupportedOperationException(method + ": only by class");
                }
                yield add(type, arguments[1], (Dictionary<String, ?>) arguments[2]);
            }
            case "getService" -> ((LocalService<?>) arguments[0]).get(this);
            case "ungetService" -> ((LocalService<?>) arguments[0]).unget(this);
            case "getBundle" -> arguments == null ? bundle : bundle((Long) arguments[0]);
            case "getBundles" -> new Bundle[0];
            case "addBundleListener", "removeBundleListener", "getProperty" -> null;
            case "getDataFile" -> dataFile((String) arguments[0]);
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    private Bundle bundle(long wanted) {
        LocalBundle found = framework.bundle(wanted);
        return found == null ? null : found.asBundle();
    }

    private Bundle bundleView() {
        return view(Bundle.class, (self, method, arguments) -> switch (method.getName()) {
            case "getBundleId" -> id;
            case "getSymbolicName" -> symbolicName;
            case "getLocation" -> "local:" + symbolicName;
            case "getVersion" -> new Version(1, 0, 0);
            case "getBundleContext" -> context;
            case "hashCode" -> Long.hashCode(id);
            case "equals" -> self == arguments[0];
            case "toString" -> symbolicName;
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    private static <T> T view(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
