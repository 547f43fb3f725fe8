// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * A Felix within this JVM, with Declarative Services and Configuration Admin. What tests and bundles say to each other
 * is of the JDK's types, the only ones that both know.
 */
final class EmbeddedFelix implements AutoCloseable {

    /** What has to be there before one of the other bundles can be configured or connected. */
    private static final List<String> PLATFORM = List.of(
            "org.osgi.util.function",
            "org.osgi.util.promise",
            "org.osgi.service.component",
            "org.apache.felix.configadmin",
            "org.apache.felix.scr");

    /** The PID of no component. */
    private static final String AFTER = "org.ermine.tee.itests.after";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Framework framework;

    private EmbeddedFelix(Framework framework) {
        this.framework = framework;
    }

    /** @param storage an empty folder */
    static EmbeddedFelix start(Path storage) throws BundleException {
        return start(storage, Map.of());
    }

    /** @param properties of the framework, beside the usual ones */
    static EmbeddedFelix start(Path storage, Map<String, String> properties) throws BundleException {
        Map<String, String> all = new HashMap<>(properties);
        all.putAll(usual(storage));
        Framework framework = new FrameworkFactory().newFramework(all);
        framework.start();
        EmbeddedFelix felix = new EmbeddedFelix(framework);
        for (Bundle bundle : felix.install(PLATFORM)) {
            if (bundle.getHeaders().get(Constants.BUNDLE_ACTIVATOR) != null) {
                bundle.start();
            }
        }
        return felix;
    }

    private static Map<String, String> usual(Path storage) {
        return Map.of(
                Constants.FRAMEWORK_STORAGE,
                storage.toString(),
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                "org.slf4j;version=1.7.36,org.slf4j;version=2.0,org.slf4j.spi;version=2.0",
                // Its handlers of URLs are the JVM's for good: they would keep the first framework for ever.
                "felix.service.urlhandlers",
                "false",
                // Its threads live on for a while.
                "felix.resolver.parallelism",
                "1");
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    /** Installs bundles of this build, in this order. */
    List<Bundle> install(List<String> symbolicNames) throws BundleException {
        List<Bundle> bundles = new ArrayList<>();
        for (String name : symbolicNames) {
            bundles.add(install(name));
        }
        return bundles;
    }

    Bundle install(String symbolicName) throws BundleException {
        return context().installBundle(file(symbolicName).toURI().toString());
    }

    /** What a bundle of this build is updated from. */
    static InputStream jar(String symbolicName) throws IOException {
        return new FileInputStream(file(symbolicName));
    }

    private static File file(String symbolicName) {
        return new File(System.getProperty("ermine.bundles"), symbolicName + ".jar");
    }

    Bundle install(TestBundle bundle) throws BundleException {
        return context().installBundle("test:" + bundle.name(), new ByteArrayInputStream(bundle.jar()));
    }

    Bundle bundle(String symbolicName) {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bundle " + symbolicName));
    }

    /**
     * Options for a component that is not there yet. The test does not see the service's types: they are a bundle's.
     */
    void configure(String pid, Map<String, ?> options) throws ReflectiveOperationException {
        ServiceReference<?> reference = references("org.osgi.service.cm.ConfigurationAdmin")[0];
        Bundle provider = reference.getBundle();
        Object configuration = provider.loadClass("org.osgi.service.cm.ConfigurationAdmin")
                .getMethod("getConfiguration", String.class, String.class)
                .invoke(context().getService(reference), pid, "?");
        provider.loadClass("org.osgi.service.cm.Configuration")
                .getMethod("update", Dictionary.class)
                .invoke(configuration, new Hashtable<>(options));
        context().ungetService(reference);
    }

    /**
     * Waits until all who listen have been told of all changes of configurations so far: of one more they are told when
     * all is done about those.
     */
    void awaitTold() throws ReflectiveOperationException, InterruptedException {
        Class<?> type = references("org.osgi.service.cm.ConfigurationAdmin")[0]
                .getBundle()
                .loadClass("org.osgi.service.cm.ConfigurationListener");
        CountDownLatch told = new CountDownLatch(1);
        Object listener = Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "toString" -> AFTER;
                    default -> {
                        Object event = arguments[0];
                        if (AFTER.equals(event.getClass().getMethod("getPid").invoke(event))) {
                            told.countDown();
                        }
                        yield null;
                    }
                });
        ServiceRegistration<?> registration = context().registerService(type.getName(), listener, null);
        try {
            configure(AFTER, Map.of("since", System.nanoTime()));
            assertTrue(told.await(1, TimeUnit.MINUTES), "told of all changes");
        } finally {
            registration.unregister();
        }
    }

    /** A service of a JDK type. */
    <T> T service(Class<T> type) {
        ServiceReference<T> reference = context().getServiceReference(type);
        if (reference == null) {
            throw new AssertionError("no service " + type.getName());
        }
        return context().getService(reference);
    }

    /** Waits for a service of a type that only bundles know. */
    void awaitService(String type) {
        Await.none("the service " + type, () -> hasService(type) ? "" : "is missing");
    }

    boolean hasService(String type) {
        return references(type) != null;
    }

    /** A service of a type that only bundles know; null if there is none. */
    Object serviceOfBundles(String type) {
        ServiceReference<?>[] references = references(type);
        return references == null ? null : context().getService(references[0]);
    }

    /** All of this name: the type that the test may have on its class path is another one. Null if there are none. */
    private ServiceReference<?>[] references(String type) {
        try {
            return context().getAllServiceReferences(type, null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Wires bundles anew, and all that are wired to them, and waits for it. */
    void refresh(Bundle... bundles) throws InterruptedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        framework.adapt(FrameworkWiring.class).refreshBundles(Arrays.asList(bundles), event -> refreshed.countDown());
        if (!refreshed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("not refreshed within " + PATIENCE);
        }
    }

    /** A bundle with all that a refresh of it wires anew. */
    List<Bundle> closure(Bundle bundle) {
        return List.copyOf(framework.adapt(FrameworkWiring.class).getDependencyClosure(List.of(bundle)));
    }

    /** Stops the framework; returns how long that took. */
    Duration stop(Duration bound) throws BundleException {
        long begun = System.nanoTime();
        framework.stop();
        int ended = waitForStop(bound);
        assertEquals(FrameworkEvent.STOPPED, ended, "how the framework ended within " + bound);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private int waitForStop(Duration bound) {
        try {
            return framework.waitForStop(bound.toMillis()).getType();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the framework stops", e);
        }
    }

    @Override
    public void close() throws BundleException {
        if (framework.getState() == Bundle.ACTIVE) {
            stop(PATIENCE);
        }
    }
}
