// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.ermine.tee.itests.chaos.ledger.Inspection;
import org.ermine.tee.itests.chaos.ledger.Ledger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * The framework with all of Ermine, and what is done to its bundles. Every wait is bounded. Used by one thread at a
 * time.
 *
 * <p>Of each class loader that a bundle had and lost it keeps a weak reference.
 */
final class Platform {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ERMINE = "org.ermine.tee.";

    /** A class loader that a bundle has lost. */
    static final class Lost extends WeakReference<ClassLoader> {
        Lost(ClassLoader loader) {
            super(loader);
        }
    }

    private final Framework framework;
    private final Map<String, TestBundle> sources = new HashMap<>();
    private final Map<String, Path> jars = new LinkedHashMap<>();
    private final List<Lost> replaced = new ArrayList<>();

    /**
     * @param bundles folder of the bundles to be started; those of the logging first
     * @param storage an empty folder
     */
    Platform(Path bundles, Path storage, Ledger ledger) throws BundleException, IOException {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        storage.toString(),
                        Constants.FRAMEWORK_STORAGE_CLEAN,
                        Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT,
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        Ledger.class.getPackageName()));
        framework.start();
        framework.getBundleContext().registerService(Ledger.class, ledger, null);
        List<Bundle> installed = new ArrayList<>();
        try (Stream<Path> files = Files.list(bundles)) {
            for (Path jar : files.sorted().toList()) {
                Bundle bundle =
                        framework.getBundleContext().installBundle(jar.toUri().toString());
                jars.put(bundle.getSymbolicName(), jar);
                installed.add(bundle);
            }
        }
        installed.sort((one, other) -> Boolean.compare(isLogging(other), isLogging(one)));
        for (Bundle bundle : installed) {
            bundle.start();
        }
    }

    private static boolean isLogging(Bundle bundle) {
        return bundle.getSymbolicName().contains("pax-logging");
    }

    /**
     * Stops the framework.
     *
     * @return whether it ended in time
     */
    boolean close() throws BundleException, InterruptedException {
        framework.stop();
        return framework.waitForStop(PATIENCE.toMillis()).getType() == FrameworkEvent.STOPPED;
    }

    // ---- Bundles.

    void install(TestBundle source, String name) throws BundleException {
        sources.put(name, source);
        framework
                .getBundleContext()
                .installBundle(source.location(), source.jar())
                .start();
    }

    void uninstall(String name) throws BundleException {
        Bundle bundle = bundle(name);
        lose(bundle);
        bundle.uninstall();
    }

    void reinstall(String name) throws BundleException {
        uninstall(name);
        install(sources.get(name), name);
    }

    void stop(String name) throws BundleException {
        bundle(name).stop();
    }

    void start(String name) throws BundleException {
        bundle(name).start();
    }

    void restart(String name) throws BundleException {
        stop(name);
        start(name);
    }

    /** Updates a bundle with the same content. */
    void update(String name) throws BundleException, IOException {
        Bundle bundle = bundle(name);
        lose(bundle);
        try (InputStream content = content(name)) {
            bundle.update(content);
        }
    }

    /** Wires a bundle anew. */
    void refresh(String name) throws InterruptedException, TimeoutException {
        Bundle bundle = bundle(name);
        lose(bundle);
        awaitRefreshed(Set.of(bundle));
    }

    /** Has the framework let go of all that was replaced. */
    void refreshAll() throws InterruptedException, TimeoutException {
        awaitRefreshed(null);
    }

    private void awaitRefreshed(Set<Bundle> bundles) throws InterruptedException, TimeoutException {
        CountDownLatch refreshed = new CountDownLatch(1);
        framework.adapt(FrameworkWiring.class).refreshBundles(bundles, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        if (!refreshed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new TimeoutException("the framework did not refresh " + bundles);
        }
    }

    ClassLoader classLoader(String name) {
        return bundle(name).adapt(BundleWiring.class).getClassLoader();
    }

    private void lose(Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        if (wiring != null) {
            replaced.add(new Lost(wiring.getClassLoader()));
        }
    }

    private InputStream content(String name) throws IOException {
        TestBundle source = sources.get(name);
        return source == null ? Files.newInputStream(jars.get(ERMINE + name)) : source.jar();
    }

    private Bundle bundle(String name) {
        String symbolicName = (sources.containsKey(name) ? "chaos." : ERMINE) + name;
        return Arrays.stream(framework.getBundleContext().getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no bundle " + symbolicName));
    }

    /** Class loaders that bundles have lost. */
    int replaced() {
        return replaced.size();
    }

    /** Those of them that are still reachable. */
    List<String> reachable() {
        return replaced.stream()
                .map(WeakReference::get)
                .filter(loader -> loader != null)
                .map(ClassLoader::toString)
                .toList();
    }

    // ---- Services.

    Inspection inspection() {
        ServiceReference<Inspection> reference = framework.getBundleContext().getServiceReference(Inspection.class);
        return framework.getBundleContext().getService(reference);
    }

    /** Waits until something has come about that nobody tells of. */
    static void await(String what, BooleanSupplier condition) throws InterruptedException, TimeoutException {
        await(what, PATIENCE, condition);
    }

    static void await(String what, Duration patience, BooleanSupplier condition)
            throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + patience.toNanos();
        CountDownLatch never = new CountDownLatch(1);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("not within " + patience.toSeconds() + " s: " + what);
            }
            never.await(5, TimeUnit.MILLISECONDS);
        }
    }

    static long deadline() {
        return System.nanoTime() + PATIENCE.toNanos();
    }
}
