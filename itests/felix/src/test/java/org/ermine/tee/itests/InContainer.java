// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.time.Duration;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.util.tracker.ServiceTracker;

/** What tests do with the framework they run in. */
final class InContainer {

    /** The PID of no component. */
    private static final String AFTER = "org.ermine.tee.itests.after";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final BundleContext context;

    InContainer(BundleContext context) {
        this.context = context;
    }

    /** Waits for a service. */
    <T> T service(Class<T> type) throws InterruptedException {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
        tracker.open();
        T service = tracker.waitForService(PATIENCE.toMillis());
        assertNotNull("no service " + type.getName(), service);
        return service;
    }

    /** Waits for a service with properties that match a filter. */
    void requireService(String filter) throws Exception {
        ServiceTracker<Object, Object> tracker =
                new ServiceTracker<>(context, FrameworkUtil.createFilter(filter), null);
        tracker.open(true);
        try {
            assertNotNull("no service " + filter, tracker.waitForService(PATIENCE.toMillis()));
        } finally {
            tracker.close();
        }
    }

    Bundle bundle(String symbolicName) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bundle " + symbolicName));
    }

    /** Installs one of the bundles of this build. */
    Bundle install(String symbolicName) throws BundleException {
        return context.installBundle(jar(symbolicName).toURI().toString());
    }

    static File jar(String symbolicName) {
        return new File(System.getProperty("ermine.bundles"), symbolicName + ".jar");
    }

    /**
     * Gives a component options, in the place of those it has; none puts it back to its defaults. When this returns the
     * component has been told.
     */
    void configure(String pid, Map<String, ?> options) throws Exception {
        change(pid, options);
        awaitTold();
    }

    /**
     * Waits until all who listen have been told of all changes of configurations so far. They are told of one after the
     * other: of one more change when all is done about those before. That is a change of a location, of which nobody
     * looks up what is in the configuration: Karaf warns of one that it was told of and that is gone when it looks.
     */
    void awaitTold() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        ConfigurationListener listener = event -> {
            if (event.getPid().equals(AFTER) && event.getType() == ConfigurationEvent.CM_LOCATION_CHANGED) {
                told.countDown();
            }
        };
        ServiceRegistration<?> registration = context.registerService(ConfigurationListener.class, listener, null);
        try {
            change(AFTER, Map.of("since", System.nanoTime()));
            configuration(AFTER).setBundleLocation("?" + AFTER);
            assertTrue("told of all changes", told.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } finally {
            registration.unregister();
            change(AFTER, Map.of());
        }
    }

    private Configuration configuration(String pid) throws Exception {
        return service(ConfigurationAdmin.class).getConfiguration(pid, "?");
    }

    private void change(String pid, Map<String, ?> options) throws Exception {
        Configuration configuration = configuration(pid);
        if (options.isEmpty()) {
            configuration.delete();
        } else {
            configuration.update(new Hashtable<>(options));
        }
    }

    /** Wires a bundle anew, and waits for it. */
    void refresh(Bundle... bundles) {
        boolean[] refreshed = {false};
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkWiring.class)
                .refreshBundles(Arrays.asList(bundles), event -> {
                    synchronized (refreshed) {
                        refreshed[0] = true;
                    }
                });
        await("refresh", () -> {
            synchronized (refreshed) {
                return refreshed[0];
            }
        });
    }

    /** Waits until something outside of the test's control has come about. */
    static void await(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    static void await(Supplier<String> what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what.get() + stacks());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** What every thread does: the container is gone when somebody reads of the failure. */
    private static String stacks() {
        StringBuilder text = new StringBuilder("; threads:");
        Thread.getAllStackTraces().forEach((thread, frames) -> {
            text.append("\n\"").append(thread.getName()).append("\" ").append(thread.getState());
            for (StackTraceElement frame : frames) {
                text.append("\n    ").append(frame);
            }
        });
        return text.toString();
    }
}
