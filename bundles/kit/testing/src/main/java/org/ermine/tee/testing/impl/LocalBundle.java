// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.testing.impl;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
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
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.ermine.tee.options.OptionReader;
import org.ermine.tee.options.Options;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;

/**
 * A bundle: what its components register, and what is undone when it stops. Started and stopped by one thread; its context may
 * be used by any.
 */
public final class LocalBundle {

    private static final Predicate<Map<String, Object>> ANY = properties -> true;

    private final LocalFramework framework;
    private final long id;
    private final String symbolicName;
    private final Bundle bundle;
    private final BundleContext context;
    /** Services of components, which go before their components are deactivated. */
    private final List<LocalService<?>> services = new CopyOnWriteArrayList<>();
    /** What components registered by themselves: they take it back, or the framework does in the end. */
    private final List<LocalService<?>> registrations = new CopyOnWriteArrayList<>();
    /** What stopping does, the latest first. */
    private final Deque<Runnable> undo = new ArrayDeque<>();

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

    /** The options of a component: those configured under the PID, else the defaults. */
    public <A> A options(Class<A> type, String pid) {
        return OptionValues.of(type, pid, framework.options(pid));
    }

    /**
     * What a component makes of its options.
     *
     * @throws IllegalArgumentException naming an option that is refused, and its range: a test is to be told
     */
    public <A extends Annotation, S> S read(Class<A> type, String pid, Function<OptionReader<A>, S> reading) {
        return new Options<>(pid, type, options(type, pid), reading, problem -> {
                    throw new IllegalArgumentException(problem);
                })
                .inForce();
    }

    /** Registers a service, until it is unregistered or the bundle stops. */
    public <S> ServiceRegistration<S> register(Class<S> type, S service, Map<String, ?> properties) {
        return add(services, type, service, new Hashtable<>(properties));
    }

    /** What a component does when it is deactivated. Its services are gone by then, and its references are still there. */
    public void onDeactivate(Runnable deactivate) {
        undo.push(deactivate);
    }

    /** A dynamic reference to all services of a type, with their objects and properties. */
    public <S> void bind(
            Class<S> type,
            BiConsumer<S, Map<String, Object>> bind,
            BiConsumer<S, Map<String, Object>> updated,
            BiConsumer<S, Map<String, Object>> unbind) {
        bindServices(new Binding<>(
                type,
                ANY,
                withObject(bind),
                withObject(updated),
                withObject(unbind).andThen(this::unget)));
    }

    /** A dynamic reference to all services of a type whose properties match. */
    public <S> void bind(Class<S> type, Predicate<Map<String, Object>> target, Consumer<S> bind, Consumer<S> unbind) {
        bindServices(new Binding<>(type, target, service -> bind.accept(service.get(this)), service -> {}, service -> {
            unbind.accept(service.get(this));
            unget(service);
        }));
    }

    /** A dynamic reference by which a component gets the objects itself. */
    public <S> void bindReferences(
            Class<S> type,
            Predicate<Map<String, Object>> target,
            Consumer<ServiceReference<S>> bind,
            Consumer<ServiceReference<S>> updated,
            Consumer<ServiceReference<S>> unbind) {
        bindServices(new Binding<>(type, target, bind::accept, updated::accept, unbind::accept));
    }

    private <S> void bindServices(Binding<S> binding) {
        undo.push(() -> framework.remove(binding));
        framework.add(binding);
    }

    private <S> Consumer<LocalService<S>> withObject(BiConsumer<S, Map<String, Object>> consumer) {
        return service -> consumer.accept(service.get(this), service.properties());
    }

    private void unget(LocalService<?> service) {
        service.unget(this);
    }

    void unregistered(LocalService<?> service) {
        services.remove(service);
        registrations.remove(service);
    }

    /**
     * Unregisters the services of components, then deactivates these and takes back references, the latest first, and unregisters
     * what components left.
     */
    public void stop() {
        services.forEach(LocalService::unregister);
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
        registrations.forEach(LocalService::unregister);
        framework.uninstalled(this);
    }

    private <S> ServiceRegistration<S> add(
            List<LocalService<?>> to, Class<S> type, Object service, Dictionary<String, ?> properties) {
        LocalService<S> registered = new LocalService<>(this, type, framework.decorated(type, service), properties);
        to.add(registered);
        framework.registered(registered);
        return registered;
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

    @SuppressWarnings("unchecked")
    private BundleContext contextView() {
        return view(BundleContext.class, (self, method, arguments) -> switch (method.getName()) {
            case "registerService" -> {
                if (!(arguments[0] instanceof Class<?> type)) {
                    throw new UnsupportedOperationException(method + ": only by class");
                }
                yield add(registrations, type, arguments[1], (Dictionary<String, ?>) arguments[2]);
            }
            case "getService" -> ((LocalService<?>) arguments[0]).get(this);
            case "ungetService" -> ((LocalService<?>) arguments[0]).unget(this);
            case "getBundle" -> arguments == null ? bundle : bundle((Long) arguments[0]);
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
